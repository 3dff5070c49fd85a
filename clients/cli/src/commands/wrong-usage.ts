import type { Command, CommanderError } from 'commander';
import { WrongUsage } from '../failure.ts';

/** Says in one line what is wrong with a command line. */
export function wrongUsage(program: Command, error: CommanderError, args: readonly string[]): WrongUsage {
  return new WrongUsage(messageOf(program, error, args), { cause: error });
}

function messageOf(program: Command, { code, message }: CommanderError, args: readonly string[]): string {
  const [, named = ''] = /'(.*?)'/.exec(message) ?? [];
  const suggestion = /\((Did you mean .*\?)\)$/.exec(message)?.[1];
  const after = suggestion ? ` ${suggestion}` : '';
  switch (code) {
    case 'commander.missingArgument':
      return `Missing argument: ${named}.`;
    case 'commander.unknownOption':
      return `Unknown option '${named}'.${after}`;
    case 'commander.unknownCommand':
      return `There is no command "${[...args.slice(0, args.indexOf(named)), named].join(' ')}".${after}`;
    case 'commander.help': {
      const noun = program.commands.find((one) => one.name() === args[0]);
      const verbs = noun?.commands.map((one) => one.name()).join(', ');
      return noun ? `${noun.name()} is followed by ${verbs}.` : 'Missing command.';
    }
    default: {
      const text = message.replace(/^error: /, '').replace(/(?<![.?])$/, '.');
      return text.charAt(0).toUpperCase() + text.slice(1);
    }
  }
}

/** The words of the command line that are a command, or begin one. */
export function usageOf(program: Command, args: readonly string[]): string[] {
  const next = program.commands.find((one) => one.name() === args[0]);
  return next ? [next.name(), ...usageOf(next, args.slice(1))] : [];
}
