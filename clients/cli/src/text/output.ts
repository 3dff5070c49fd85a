import { once } from 'node:events';
import { safe, safeJson, safeLines } from './safe.ts';

// Answers go to stdout, everything else to stderr, so that a reader of stdout gets only the answer.

/** One or more lines. */
export const say = (text: string): void => void process.stdout.write(`${safeLines(text)}\n`);

export const tell = (text: string): void => void process.stderr.write(`${safeLines(text)}\n`);

export const sayJson = (value: unknown): void =>
  void process.stdout.write(`${safeJson(JSON.stringify(value, null, 2))}\n`);

/** One value a line. Waits for the reader. */
export const sayJsonLine = (value: unknown): Promise<void> => write(`${safeJson(JSON.stringify(value))}\n`);

/** CSV, whose lines end in CR LF. Waits for the reader. */
export const sayCsv = (text: string): Promise<void> =>
  write(safeLines(text.replaceAll('\r\n', '\n')).replaceAll('\n', '\r\n'));

async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

/** The columns of the terminal that reads our output. Undefined: no terminal. */
export const terminalWidth = (): number | undefined =>
  process.stdout.isTTY ? process.stdout.columns || 80 : undefined;

/** Columns as wide as their widest cell. Cells are one line each. */
export function table(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(safe));
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Replaces line ends in texts of others, so that they cannot fake a line of ours. */
export const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ');

export const clusterName = ({ region, name }: { region: string; name: string }): string =>
  `${region}/${name}`;
