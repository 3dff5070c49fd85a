import { once } from 'node:events';
import type { OperationId } from '../../../typescript/src/index.ts';
import { type Column, lists } from './columns.ts';
import { clusterName, oneLine, sayJsonLine, table } from './output.ts';
import { safeLines } from './safe.ts';

export type Format = 'table' | 'json' | 'csv';

const isCluster = (value: object): value is { region: string; name: string } =>
  'region' in value && 'name' in value;

/** A value in one cell: a list by commas, a map as KEY=VALUE. */
function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (Array.isArray(value)) return value.map(cellOf).join(',') || '-';
  if (typeof value !== 'object') return oneLine(String(value));
  if (isCluster(value)) return clusterName(value);
  const pairs = Object.entries(value).map(([name, one]) => `${name}=${cellOf(one)}`);
  return pairs.join(',') || '-';
}

const at = (item: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | null)?.[name], item);

/** Cuts cells in the middle until a row fits, the longest first. */
export function fit(rows: string[][], width: number): string[][] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const room = width - 2 * (widths.length - 1);
  for (let over = widths.reduce((sum, one) => sum + one, 0) - room; over > 0; over -= 1) {
    const widest = widths.indexOf(Math.max(...widths));
    // A column of three characters says nothing: it wraps instead.
    if ((widths[widest] ?? 0) <= 5) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return rows.map((row) => row.map((cell, column) => cut(cell, widths[column] ?? cell.length)));
}

function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  const head = Math.ceil((width - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (width - 1 - head))}`;
}

const heads: Record<string, string> = { accountId: 'ACCOUNT', roleName: 'ROLE', 'actor.subject': 'BY' };
const heading = (path: string) => heads[path] ?? path.replace(/\.|(?=[A-Z])/g, ' ').toUpperCase();

const pathOf = (column: string | Column) => (typeof column === 'string' ? column : column.path);

function cellIn(item: unknown, column: string | Column): string {
  if (typeof column !== 'string' && column.text) return cellOf(column.text(item as never));
  return cellOf(at(item, pathOf(column)));
}

/** A list as a table. A terminal gets one that fits it. */
export function listText(id: OperationId, items: unknown[], width: number | undefined): string {
  const { none, columns } = lists[id] ?? { none: 'Nothing.', columns: [] };
  if (items.length === 0) return none;
  const rows = [
    columns.map((column) => heading(pathOf(column))),
    ...items.map((item) => columns.map((column) => cellIn(item, column))),
  ];
  return table(width === undefined ? rows : fit(rows, width));
}

/** One thing, a member a line. */
export const itemText = (item: object): string =>
  table(Object.entries(item).map(([name, value]) => [heading(name), cellOf(value)]));

/** Quoted where RFC 4180 wants it. A text that a spreadsheet would run as a formula gets an apostrophe. */
const csvCell = (text: string): string => {
  const harmless = /^[\t\r\n]|^[\s"']*[=+\-@]/.test(text) && text !== '-' ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};
const csvRow = (cells: readonly string[]) => `${cells.map(csvCell).join(',')}\r\n`;

/** The rows of a list, each when it arrives. */
export async function writeList(
  id: OperationId,
  items: AsyncIterable<unknown>,
  format: 'json' | 'csv',
): Promise<void> {
  const paths = (lists[id]?.columns ?? []).map(pathOf);
  if (format === 'csv') await write(csvRow(paths));
  for await (const item of items)
    if (format === 'json') await sayJsonLine(item);
    else
      await write(
        csvRow(
          paths.map((path) => {
            const value = at(item, path);
            return value === null || value === undefined ? '' : cellOf(value);
          }),
        ),
      );
}

/** Writes CSV, whose lines end in CR LF. Waits for the reader. */
export async function write(text: string): Promise<void> {
  const safe = safeLines(text.replaceAll('\r\n', '\n')).replaceAll('\n', '\r\n');
  if (!process.stdout.write(safe)) await once(process.stdout, 'drain');
}
