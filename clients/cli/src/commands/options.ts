import { type Command, Option } from 'commander';
import { WrongUsage } from '../failure.ts';
import { inputs } from '../generated/inputs.ts';
import { type CommandSpec, partsOf } from './commands.ts';
import { clusterOf, clustersOf, pairOf, parseList } from './parse.ts';

/** A member of an operation's input, as generated/inputs.ts has it. */
export interface Member {
  kind: string;
  values?: string[];
  required: boolean;
  description: string;
}

/** An option of a command, and what it does to the input. */
interface InputOption {
  option: Option;
  fill(input: Record<string, unknown>, given: unknown): unknown;
}

export const membersOf = ({ id }: CommandSpec) => inputs[id].members as Record<string, Member>;

/** Which service a command calls. */
export function addServiceOptions(command: Command): void {
  command
    .option('--url <URL>', 'the address of the service, instead of ROLEWRIGHT_URL')
    .addOption(contextOption());
}

export const contextOption = () =>
  new Option('--context <NAME>', 'this context, instead of the one that is used');

const names: Record<string, string> = { accountId: 'account', roleName: 'role' };

/** The option of a member: `dryRun` is --dry-run, and a list is named after one of it. */
function optionOf(name: string, { kind }: Member): string {
  const words = names[name] ?? name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const isList = kind === 'clusters' || kind === 'texts' || kind === 'pairs';
  return isList && words !== 'operations' ? words.replace(/(?<!s)s$/, '') : words;
}

const placeholders: Record<string, string> = {
  number: 'N',
  clusters: 'REGION/NAME',
  pairs: 'KEY=VALUE',
  json: 'JSON',
};

const mayRepeat = ({ kind }: Member): boolean => /^(clusters|texts|pairs)$/.test(kind);

/** The options of a command that are members of the operation's input. */
export function inputOptionsOf(spec: CommandSpec): InputOption[] {
  const members = membersOf(spec);
  const { names: taken } = partsOf(spec);
  const isLine = 'region' in members && 'name' in members;
  const hidden = [...taken, ...Object.keys(spec.given ?? {}), ...(isLine ? ['region', 'name'] : [])];
  const shown = Object.entries(members).filter(
    ([name]) => !hidden.includes(name) && (!spec.only || name in spec.only),
  );
  return [
    ...(isLine && !taken.includes('cluster') ? [lineOption()] : []),
    ...shown.flatMap(([name, member]) =>
      member.kind === 'selection' ? selectionOptions(name) : [memberOption(spec, name, member)],
    ),
  ];
}

function memberOption(spec: CommandSpec, name: string, member: Member): InputOption {
  if (name === 'dryRun' && spec.isDry)
    return {
      option: new Option('--apply', 'do it; without, the plan is shown'),
      fill: (input, given) => (input.dryRun = given !== true),
    };
  const long = `--${spec.only?.[name] ?? optionOf(name, member)}`;
  const flags = member.kind === 'flag' ? long : `${long} <${placeholders[member.kind] ?? 'TEXT'}>`;
  // Lines may be dropped without a cluster beside them.
  const isFree = member.kind === 'flag' || (name === 'clusters' && 'drop' in membersOf(spec));
  const isNeeded = (member.required && !isFree) || (name === 'drop' && spec.only !== undefined);
  const option = withValues(new Option(flags, describe(member)), member.values);
  return {
    option: mayRepeat(member) ? repeating(option) : option,
    fill(input, given) {
      if (given !== undefined) input[name] = parseValue(long, member, given);
      else if (isNeeded) throw new WrongUsage(missing(option));
      else if (member.required && member.kind === 'clusters') input[name] = [];
    },
  };
}

const repeating = (option: Option) =>
  option.argParser((value: string, before: string[] = []) => [...before, value]);

// Not commander's own mandatory options: it would name these before a missing argument.
const missing = ({ flags }: Option) => `Missing option: ${flags.replace(/[<>]/g, '')}.`;

/** Region and name of a line, in one option. */
function lineOption(): InputOption {
  const option = new Option('--cluster <REGION/NAME>', 'the cluster of the line');
  return {
    option,
    fill(input, given) {
      if (given === undefined) throw new WrongUsage(missing(option));
      Object.assign(input, clusterOf(String(given), '--cluster'));
    },
  };
}

/** The accounts of a sweep: all, IDs, or labels. */
function selectionOptions(member: string): InputOption[] {
  const add = (input: Record<string, unknown>, part: object) => {
    if (input[member]) throw new WrongUsage(which);
    input[member] = part;
  };
  const ids = repeating(new Option('--account <ID>', 'this account; it may repeat'));
  const labels = repeating(
    new Option('--label <KEY=VALUE>', 'the accounts with this label; it may repeat, and all must hold'),
  );
  return [
    {
      option: new Option('--all', 'every registered account'),
      fill: (input, given) => given === true && add(input, { all: true }),
    },
    {
      option: ids,
      fill: (input, given) => given && add(input, { accountIds: parseList(given as string[]) }),
    },
    {
      option: labels,
      fill(input, given) {
        const pairs = (given as string[] | undefined)?.map((one) => pairOf(one, '--label'));
        if (pairs) add(input, { labels: Object.fromEntries(pairs) });
        if (!input[member]) throw new WrongUsage(which);
      },
    },
  ];
}
const which = 'Which accounts? Say one of --all, --account ID and --label KEY=VALUE.';

const describe = ({ description }: Member) => description.replace(/^true or false: /, '');

/** Shown by the help and by completion. Not commander's `choices`, which refuses small letters. */
export function withValues<T extends { argChoices?: string[] | undefined }>(one: T, values?: string[]): T {
  if (values)
    one.argChoices = values.map((value) => (value === value.toUpperCase() ? value.toLowerCase() : value));
  return one;
}

/** Parses what was given for a member. `given` is a list where it may repeat. The service validates values. */
export function parseValue(option: string, member: Member, given: unknown): unknown {
  const texts = [given].flat().map(String);
  const upper = (text: string) =>
    member.values?.find((one) => one.toLowerCase() === text.toLowerCase()) ?? text;
  switch (member.kind) {
    case 'flag':
      return given === true;
    case 'number':
      return Number(given);
    case 'clusters':
      return clustersOf(texts, option);
    case 'texts':
      return parseList(texts).map(upper);
    case 'pairs':
      return Object.fromEntries(texts.map((text) => pairOf(text, option)));
    case 'json':
      return jsonOf(String(given), option);
    default:
      return upper(String(given));
  }
}

function jsonOf(text: string, option: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new WrongUsage(`${option} must be JSON; not "${text}".`, { cause });
  }
}
