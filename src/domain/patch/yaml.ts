import { layOut } from '../policy/stored-text.ts';
import { quoted, unprintable } from './quoted.ts';

/**
 * A JSON text as a string value, as Kubernetes resources carry policies. It is written as a literal block,
 * for people to read.
 */
export class JsonText {
  readonly json: string;
  constructor(json: string) {
    this.json = json;
  }
}

/**
 * A key is plain only if no version of YAML gives it another meaning. `Null` is an operator of IAM and null
 * in YAML.
 */
const keyOf = (key: string) =>
  /^[A-Za-z]+$/.test(key) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(key) ? key : quoted(key);

const indented = (lines: string[]) => lines.map((line) => `  ${line}`);

/**
 * Writes plain objects, arrays, texts, numbers, booleans and null as block-style YAML. Every text is quoted.
 */
export const yaml = (value: unknown): string => `${linesOf(value).join('\n')}\n`;

/** The lines that follow `KEY:` or `-`. */
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
  // The line ends come from the layout. JSON escapes those within strings, except a few that YAML treats as
  // line ends.
  return [
    '|-',
    ...indented(
      text.split('\n').map((line) => line.replaceAll(unprintable, (one) => quoted(one).slice(1, -1))),
    ),
  ];
}

const isNested = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  !(value instanceof JsonText) &&
  Object.keys(value).length > 0;

function memberOf(key: string, value: unknown): string[] {
  const [first = '', ...rest] = linesOf(value);
  return isNested(value) ? [`${key}:`, ...indented([first, ...rest])] : [`${key}: ${first}`, ...rest];
}

function itemOf(value: unknown): string[] {
  const [first = '', ...rest] = linesOf(value);
  return [`- ${first}`, ...indented(rest)];
}
