import { Command, CommanderError, Option } from 'commander';
import { type OperationId, operations } from '../../typescript/src/index.ts';
import { clustersOf, limitOf } from './arguments.ts';
import { commands } from './commands.ts';
import type { Service } from './connect.ts';
import { WrongUsage } from './failure.ts';
import { inputs } from './generated/inputs.ts';
import { runOperation } from './run-operation.ts';
import type { Format } from './show.ts';
import { flagsOf, type Member, mayRepeat, optionOf, parseValue } from './values.ts';

type Members = Record<string, Member>;
const membersOf = (id: OperationId) => inputs[id].members as Members;

/** The nouns that have commands of their own. */
export const nouns = new Set(Object.values(commands).map((words) => words.split(' ')[0] ?? ''));

/** Is this the command of an operation, and not one of the older commands? */
export const isOperation = (noun: string, verb = ''): boolean =>
  nouns.has(noun) &&
  (noun !== 'sweep' ||
    Object.values(commands).some((words) => words.startsWith(`sweep ${verb} `) || words === `sweep ${verb}`));

/** One line a noun, with its verbs. */
export function nounsText(): string {
  const verbsOf = (noun: string) => [
    ...new Set(
      Object.values(commands).flatMap((words) => (words.startsWith(`${noun} `) ? [words.split(' ')[1]] : [])),
    ),
  ];
  return [...nouns].map((noun) => `  ${noun.padEnd(9)} ${verbsOf(noun).join(', ')}`).join('\n');
}

/** Runs the command of an operation. Answers the exit code. Throws WrongUsage. */
export async function runProgram(
  args: string[],
  connect: (url: string | undefined) => Service,
): Promise<number> {
  let code = 0;
  const program = new Command('rolewright').exitOverride();
  program.configureOutput({ outputError: () => {} });
  const groups = new Map<string, Command>();
  const added = new Set<string>();
  for (const [id, words] of Object.entries(commands) as [OperationId, string][]) {
    // Two operations of one command: the first.
    if (added.has(words)) continue;
    added.add(words);
    const [noun = '', verb = '', ...names] = words.split(' ');
    const group = groups.get(noun) ?? program.command(noun).exitOverride();
    groups.set(noun, group);
    const command = commandOf(id, verb, names);
    command.action(async () => {
      const input = inputOf(id, names, command);
      const { url, json, output, limit, yes } = command.opts<Record<string, string | boolean | undefined>>();
      code = await runOperation(id, input, connect(url as string | undefined), {
        format: json ? 'json' : ((output as Format | undefined) ?? 'table'),
        limit: limit === undefined ? undefined : limitOf(String(limit), 20),
        yes: yes === true,
      });
    });
    group.addCommand(command);
  }
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    const message = error.message
      .replace(/^error: /, '')
      .replace(/\n\((Did you mean .*\?)\)$/, '. $1')
      .replace(/(?<![.?])$/, '.');
    throw new WrongUsage(message.charAt(0).toUpperCase() + message.slice(1), { cause: error });
  }
  return code;
}

function commandOf(id: OperationId, verb: string, names: string[]): Command {
  const { description } = inputs[id];
  const command = new Command(verb)
    .exitOverride()
    .description(description)
    .summary(description.split('. ')[0] ?? '');
  command.configureOutput({ outputError: () => {} });
  for (const name of names)
    command.argument(
      `<${name === 'cluster' ? 'REGION/NAME' : name}>`,
      membersOf(id)[name]?.description ?? '',
    );
  for (const [name, member] of optionsOf(id, names)) {
    const option = new Option(flagsOf(name, member), describe(member));
    if (mayRepeat(member)) option.argParser((value: string, before: string[] = []) => [...before, value]);
    // Lines may be dropped without a cluster beside them.
    const mayLack = member.kind === 'flag' || (name === 'clusters' && 'drop' in membersOf(id));
    command.addOption(option.makeOptionMandatory(member.required && !mayLack));
  }
  const { answer, isWrite } = operations[id];
  if (answer === 'page') command.option('--limit <N>', 'how many (default 20)');
  if (isWrite) command.option('--yes', 'go ahead without asking');
  const formats = answer === 'page' || answer === 'lines' ? ['table', 'json', 'csv'] : ['table', 'json'];
  return command
    .addOption(new Option('--output <FORMAT>', 'how the answer is shown').choices(formats))
    .option('--json', 'the same as --output json; a list is one item a line')
    .option('--url <URL>', 'the address of the service, instead of ROLEWRIGHT_URL');
}

const describe = ({ description, values }: Member) => {
  const text = description.replace(/^true or false: /, '');
  return values && !values.every((one) => text.includes(one)) ? `${text} (${values.join(', ')})` : text;
};

const optionsOf = (id: OperationId, names: string[]) => {
  const taken = names.flatMap((name) => (name === 'cluster' ? ['region', 'name'] : [name]));
  return Object.entries(membersOf(id)).filter(([name]) => !taken.includes(name));
};

function inputOf(id: OperationId, names: string[], command: Command): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const [at, name] of names.entries()) {
    const given = command.args[at] ?? '';
    const member = membersOf(id)[name];
    if (name === 'cluster') Object.assign(input, clustersOf([given], 'REGION/NAME')[0]);
    else input[name] = member ? parseValue(name, member, given) : given;
  }
  const options = command.opts<Record<string, unknown>>();
  for (const [name, member] of optionsOf(id, names)) {
    const key = optionOf(name, member).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    if (options[key] !== undefined) input[name] = parseValue(name, member, options[key]);
    else if (member.required && member.kind === 'clusters') input[name] = [];
  }
  return input;
}
