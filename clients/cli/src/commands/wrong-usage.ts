import type { CommanderError } from 'commander';
import { WrongUsage } from '../failure.ts';
import { partsOf, specs } from './commands.ts';

/** Says in one line what is wrong with a command line. */
export function wrongUsage(error: CommanderError, args: readonly string[]): WrongUsage {
  return new WrongUsage(messageOf(error, args), { cause: error });
}

function messageOf({ code, message }: CommanderError, args: readonly string[]): string {
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
    case 'commander.help':
      return args.length === 0 ? 'Missing command.' : `${args[0]} is followed by ${verbsOf(args[0] ?? '')}.`;
    default: {
      const text = message.replace(/^error: /, '').replace(/(?<![.?])$/, '.');
      return text.charAt(0).toUpperCase() + text.slice(1);
    }
  }
}

const verbsOf = (noun: string) =>
  specs
    .map((spec) => partsOf(spec).path)
    .flatMap(([first, verb]) => (first === noun && verb ? [verb] : []))
    .join(', ');

/** The words of the command line that are a command, or begin one. */
export function usageOf(args: readonly string[]): readonly string[] {
  const paths = specs.map((spec) => partsOf(spec).path);
  for (let count = 2; count > 0; count -= 1) {
    const words = args.slice(0, count);
    if (words.length === count && paths.some((path) => words.every((word, at) => path[at] === word)))
      return words;
  }
  return [];
}
