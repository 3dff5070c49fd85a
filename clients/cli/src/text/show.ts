import type { OperationId } from '../../../typescript/src/index.ts';
import { type Column, lists } from './columns.ts';
import { fit } from './fit.ts';
import { clusterName, oneLine, sayCsv, sayJsonLine, table } from './output.ts';

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

const heads: Record<string, string> = { accountId: 'ACCOUNT', roleName: 'ROLE', 'actor.subject': 'BY' };
const heading = (path: string) => heads[path] ?? path.replace(/\.|(?=[A-Z])/g, ' ').toUpperCase();

const pathOf = (column: string | Column) => (typeof column === 'string' ? column : column.path);

function cellIn(item: unknown, column: string | Column): string {
  if (typeof column !== 'string' && column.text) return cellOf(column.text(item as never));
  return cellOf(at(item, pathOf(column)));
}

/** A list as a table. On a terminal that is too narrow for one, each item is a block of lines. */
export function listText(id: OperationId, items: unknown[], width: number | undefined): string {
  const { none, columns } = lists[id] ?? { none: 'Nothing.', columns: [] };
  if (items.length === 0) return none;
  const names = columns.map((column) => heading(pathOf(column)));
  const rows = items.map((item) => columns.map((column) => cellIn(item, column)));
  const whole = columns.map((column) => /^(id|accountId|verdict|state)$/.test(pathOf(column)));
  const fitted = width === undefined ? [names, ...rows] : fit([names, ...rows], width, whole);
  if (fitted) return table(fitted);
  return rows.map((row) => table(row.map((cell, at) => [names[at] ?? '', cell]))).join('\n\n');
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
  if (format === 'csv') await sayCsv(csvRow(paths));
  for await (const item of items)
    if (format === 'json') await sayJsonLine(item);
    else
      await sayCsv(
        csvRow(
          paths.map((path) => {
            const value = at(item, path);
            return value === null || value === undefined ? '' : cellOf(value);
          }),
        ),
      );
}
