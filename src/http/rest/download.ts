import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import type { FastifyReply } from 'fastify';
import { Change } from '../../schema/change.ts';
import { change } from './examples/sample.ts';
import type { Streams } from './streams.ts';

const types = { ndjson: 'application/x-ndjson', csv: 'text/csv; charset=utf-8; header=present' };
const columns = Object.keys(Change.properties);

/** The answers of a download, for the API description. */
export const downloads = {
  'application/x-ndjson': {
    schema: { type: 'string', description: 'One Change a line' },
    example: `${JSON.stringify(change)}\n`,
  },
  'text/csv': { schema: { type: 'string' } },
};

/**
 * Streams changes as a file. A batch is read when the one before has been sent. A fault on the way resets the
 * connection, so that a client cannot take a part for the whole. `cellsOf`: the members of a change.
 */
export function sendDownload<T>(
  reply: FastifyReply,
  streams: Pick<Streams, 'guard'>,
  {
    name,
    format,
    batches,
    lineOf,
    cellsOf,
  }: {
    name: string;
    format: keyof typeof types;
    batches: AsyncIterable<T[]>;
    lineOf: (item: T) => string;
    cellsOf: (item: T) => Record<string, unknown>;
  },
): FastifyReply {
  const rowOf = (item: T) => {
    const cells = cellsOf(item);
    return columns.map((column) => cellOf(cells[column]));
  };
  async function* text() {
    if (format === 'csv') yield csv([columns]);
    for await (const batch of batches)
      if (batch.length > 0) yield format === 'csv' ? csv(batch.map(rowOf)) : batch.map(lineOf).join('');
  }
  streams.guard(reply);
  return reply
    .type(types[format])
    .header('content-disposition', `attachment; filename="${name}.${format}"`)
    .header('cache-control', 'no-store')
    .send(Readable.from(text(), { objectMode: false }));
}

const cellOf = (value: unknown) =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : value;

/**
 * Writes CSV (RFC 4180). A text that a spreadsheet would take for a formula, also after quotes and blanks,
 * gets a quote before it.
 */
function csv(rows: unknown[][]): string {
  const string = (cell: string) => (/^[\t\r\n]|^[\s"']*[=+\-@＝＋－＠]/.test(cell) ? `'${cell}` : cell);
  // A line feed is quoted as well: many readers begin a row at it.
  return stringify(rows, {
    record_delimiter: 'windows',
    quoted_match: /[\r\n]/,
    cast: { string, boolean: String },
  });
}
