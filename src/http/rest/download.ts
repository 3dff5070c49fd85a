import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import type { FastifyInstance } from 'fastify';
import type { TObject } from 'typebox';
import type { FieldError } from '../../fault.ts';
import type { Deps } from '../../operations/call/deps.ts';
import type { Caller } from '../../schema/caller.ts';
import { Change } from '../../schema/change.ts';
import type { CallerOf } from '../callers/caller-of.ts';
import { withReferences } from '../components.ts';
import { summaryOf } from './describe.ts';
import { change } from './examples/sample.ts';
import { readInput } from './input.ts';
import { problems } from './problems.ts';
import type { Streams } from './streams.ts';

const types = { ndjson: 'application/x-ndjson', csv: 'text/csv; charset=utf-8; header=present' };
const columns = Object.keys(Change.properties);

/** Changes that are answered as a file. */
interface Download<T> {
  url: string;
  operationId: string;
  summary: string;
  tag: string;
  /** Which changes, and in which order, for the API description. */
  content: string;
  input: TObject;
  /** The file is called rolewright-NAME-DATE. */
  name: string;
  /** `signal` is aborted when the caller has hung up, or the service stops. */
  open(
    input: unknown,
    caller: Caller,
    given: { misplaced: FieldError[]; signal: AbortSignal },
  ): Promise<{ format: keyof typeof types; batches: AsyncIterable<T[]> }>;
  lineOf(item: T): string;
  /** The members of a change, which become the cells of its row. */
  cellsOf(item: T): Record<string, unknown>;
}

/**
 * Adds a route that streams changes as a file. A batch is read when the one before has been sent. A fault on
 * the way resets the connection, so that a client cannot take a part for the whole.
 */
export function addDownload<T>(
  app: FastifyInstance,
  { deps, streams, callerOf }: { deps: Deps; streams: Streams; callerOf: CallerOf },
  { url, operationId, summary, tag, content, input, name, open, lineOf, cellsOf }: Download<T>,
): void {
  const rowOf = (item: T) => {
    const cells = cellsOf(item);
    return columns.map((column) => cellOf(cells[column]));
  };
  app.route({
    method: 'GET',
    url,
    // HEAD would read all of it to answer nothing.
    exposeHeadRoute: false,
    schema: {
      operationId,
      ...summaryOf(summary),
      tags: [tag],
      querystring: withReferences(input, false),
      response: { 200: { description: content, content: contents }, ...problems },
    },
    handler: async (request, reply) => {
      const { input: given, misplaced } = readInput({ method: 'GET', url, operation: { input } }, request);
      const signal = streams.endOf(reply);
      const { format, batches } = await open(given, callerOf(request, 'REST'), { misplaced, signal });
      async function* text() {
        if (format === 'csv') yield csv([columns]);
        for await (const batch of batches)
          if (batch.length > 0) yield format === 'csv' ? csv(batch.map(rowOf)) : batch.map(lineOf).join('');
      }
      streams.guard(reply);
      const day = deps.now().toISOString().slice(0, 10);
      return reply
        .type(types[format])
        .header('content-disposition', `attachment; filename="rolewright-${name}-${day}.${format}"`)
        .header('cache-control', 'no-store')
        .send(Readable.from(text(), { objectMode: false }));
    },
  });
}

/** For the API description. */
const contents = {
  'application/x-ndjson': {
    schema: { type: 'string', description: 'One Change a line' },
    example: `${JSON.stringify(change)}\n`,
  },
  'text/csv': { schema: { type: 'string' } },
};

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
