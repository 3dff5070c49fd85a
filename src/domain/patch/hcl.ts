import { quoted } from './quoted.ts';

/** A value to be written as a call of jsonencode. */
export class Jsonencode {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

/** A block of HCL, formatted as by `terraform fmt`. `labels` are its type and name. */
export const block = (keyword: string, labels: string[], attributes: Record<string, unknown>): string =>
  `${keyword} ${labels.map(quoted).join(' ')} {\n${bodyOf(Object.entries(attributes), '  ')}}\n`;

/** In a template `${` and `%{` begin code. Doubled, they are text. */
const template = (text: string) => quoted(text).replaceAll(/[$%](?=\{)/g, '$&$&');

/** Capitalized words are not keywords of HCL. All other keys are quoted. */
const keyOf = (key: string) => (/^[A-Z][A-Za-z]*$/.test(key) ? key : template(key));

function bodyOf(entries: [string, unknown][], indent: string): string {
  const lines = entries.map(([key, value]) => ({ key, text: expression(value, indent) }));
  const isShort = (line: (typeof lines)[number] | undefined) =>
    line !== undefined && !line.text.includes('\n');
  return lines
    .map((line, i) => {
      // `terraform fmt` aligns the equals signs of adjacent one-line members.
      if (!isShort(line)) return `${indent}${line.key} = ${line.text}\n`;
      let [first, last] = [i, i];
      while (isShort(lines[first - 1])) first -= 1;
      while (isShort(lines[last + 1])) last += 1;
      const width = Math.max(...lines.slice(first, last + 1).map(({ key }) => [...key].length));
      return `${indent}${line.key}${' '.repeat(width - [...line.key].length)} = ${line.text}\n`;
    })
    .join('');
}

function expression(value: unknown, indent: string): string {
  if (value instanceof Jsonencode) return `jsonencode(${expression(value.value, indent)})`;
  if (typeof value === 'string') return template(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const deeper = `${indent}  `;
  if (Array.isArray(value))
    return value.length === 0
      ? '[]'
      : `[\n${value.map((item) => `${deeper}${expression(item, deeper)},\n`).join('')}${indent}]`;
  const entries = Object.entries(value).map(([key, member]): [string, unknown] => [keyOf(key), member]);
  return entries.length === 0 ? '{}' : `{\n${bodyOf(entries, deeper)}${indent}}`;
}
