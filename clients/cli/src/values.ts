import { clustersOf, parseList } from './arguments.ts';
import { WrongUsage } from './failure.ts';

/** A member of an operation's input, as generated/inputs.ts has it. */
export interface Member {
  kind: string;
  values?: string[];
  required: boolean;
  description: string;
}

/** The option of a member: `dryRun` is --dry-run, and a list is named after one of it. */
export function optionOf(name: string, { kind }: Member): string {
  const words = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const isList = kind === 'clusters' || kind === 'texts' || kind === 'pairs';
  return isList && words !== 'operations' ? words.replace(/(?<!s)s$/, '') : words;
}

const placeholders: Record<string, string> = {
  number: 'N',
  clusters: 'REGION/NAME',
  pairs: 'KEY=VALUE',
  selection: 'WHICH',
  json: 'JSON',
};

/** The flags of an option, as commander takes them. */
export const flagsOf = (name: string, member: Member): string => {
  const option = `--${optionOf(name, member)}`;
  return member.kind === 'flag' ? option : `${option} <${placeholders[member.kind] ?? 'TEXT'}>`;
};

export const mayRepeat = ({ kind }: Member): boolean => /^(clusters|texts|pairs|selection)$/.test(kind);

/** Parses what was given for a member. `given` is a list where it may repeat. The service validates values. */
export function parseValue(name: string, member: Member, given: unknown): unknown {
  const option = `--${optionOf(name, member)}`;
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
    case 'selection':
      return selectionOf(texts, option);
    case 'json':
      return jsonOf(String(given), option);
    default:
      return upper(String(given));
  }
}

function pairOf(text: string, option: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new WrongUsage(`${option} must be KEY=VALUE; not "${text}".`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** The accounts of a sweep: all, IDs, or labels. */
function selectionOf(texts: string[], option: string): object {
  if (texts.length === 1 && texts[0] === 'all') return { all: true };
  const items = parseList(texts);
  if (items.every((one) => /^\d{12}$/.test(one))) return { accountIds: items };
  return {
    labels: Object.fromEntries(
      texts.map((text) => pairOf(text, `${option} must be all, account IDs or labels:`)),
    ),
  };
}

function jsonOf(text: string, option: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new WrongUsage(`${option} must be JSON; not "${text}".`, { cause });
  }
}
