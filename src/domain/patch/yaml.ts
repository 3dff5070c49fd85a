import { layOut } from '../policy/letter.ts';
import { quoted, unprintable } from './quoted.ts';

/** A JSON text as a value, as Kubernetes resources carry policies: written as a literal block, for people to read. */
export class JsonText {
  readonly json: string;
  constructor(json: string) {
    this.json = json;
  }
}

/** Plain keys are those that no YAML, 1.1 included, reads as something else: `Null` is an operator of IAM, and null in YAML. */
const keyOf = (key: string) => (/^[A-Za-z]+$/.test(key) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(key) ? key : quoted(key));

const indented = (lines: string[]) => lines.map((line) => `  ${line}`);

/** A value of plain objects, arrays, texts, numbers, truth values and null as block-style YAML. Every text is quoted. */
export const yaml = (value: unknown): string => `${linesOf(value).join('\n')}\n`;

/** What stands after `KEY:` or `-`: on the same line, or as lines of their own. */
function linesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.length === 0 ? ['[]'] : value.flatMap((item) => itemOf(item));
  if (typeof value !== 'object' || value === null || value instanceof JsonText) return scalarOf(value);
  const entries = Object.entries(value);
  return entries.length === 0 ? ['{}'] : entries.flatMap(([key, member]) => memberOf(keyOf(key), member));
}

function scalarOf(value: unknown): string[] {
  if (typeof value === 'string') return [quoted(value)];
  if (!(value instanceof JsonText)) return [JSON.stringify(value)];
  const text = layOut(value.json);
  // The line ends are the layout's own: JSON escapes those within its strings, but for a few that YAML minds.
  return ['|-', ...indented(text.split('\n').map((line) => line.replaceAll(unprintable, (one) => quoted(one).slice(1, -1))))];
}

const isNested = (value: unknown) =>
  typeof value === 'object' && value !== null && !(value instanceof JsonText) && Object.keys(value).length > 0;

function memberOf(key: string, value: unknown): string[] {
  const [first = '', ...rest] = linesOf(value);
  return isNested(value) ? [`${key}:`, ...indented([first, ...rest])] : [`${key}: ${first}`, ...rest];
}

function itemOf(value: unknown): string[] {
  const [first = '', ...rest] = linesOf(value);
  return [`- ${first}`, ...indented(rest)];
}
