import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import type { FastifyInstance } from 'fastify';
import { exportLog } from '../../operations/audit/export-log.ts';
import type { Deps } from '../../operations/call/deps.ts';
import { ExportLogInput, type LoggedEntry } from '../../schema/audit.ts';
import { Change } from '../../schema/change.ts';
import type { CallerOf } from '../callers/caller-of.ts';
import { withReferences } from '../components.ts';
import { summaryOf } from './describe.ts';
import { change } from './examples/sample.ts';
import { readInput } from './input.ts';
import { problems } from './problems.ts';
import type { Streams } from './streams.ts';

const formats = {
  ndjson: {
    type: 'application/x-ndjson',
    head: '',
    write: (entries: LoggedEntry[]) => entries.map(lineOf).join(''),
  },
  csv: {
    type: 'text/csv; charset=utf-8; header=present',
    head: csv([Object.keys(Change.properties)]),
    write: rowsOf,
  },
};

/**
 * Streams the log. A batch is read when the one before has been sent. A fault on the way resets the
 * connection, so that a client cannot take a part of the log for the whole.
 */
export function auditExport(
  app: FastifyInstance,
  { deps, streams, callerOf }: { deps: Deps; streams: Pick<Streams, 'guard'>; callerOf: CallerOf },
): void {
  app.route({
    method: 'GET',
    url: '/audit/export',
    // HEAD would read the whole log to answer nothing.
    exposeHeadRoute: false,
    schema: description,
    handler: async (request, reply) => {
      const { input, misplaced } = readInput(
        { method: 'GET', url: '/audit/export', operation: { input: ExportLogInput } },
        request,
      );
      const { format, batches } = await exportLog(deps, input, callerOf(request, 'REST'), misplaced);
      const { type, head, write } = formats[format];
      async function* text() {
        if (head) yield head;
        for await (const batch of batches) yield write(batch);
      }
      streams.guard(reply);
      const day = deps.now().toISOString().slice(0, 10);
      reply
        .type(type)
        .header('content-disposition', `attachment; filename="rolewright-log-${day}.${format}"`);
      return reply.header('cache-control', 'no-store').send(Readable.from(text(), { objectMode: false }));
    },
  });
}

/** Writes the body as it was hashed, with the members of the chain added at its end. */
const lineOf = ({ seq, body, previousHash, hash }: LoggedEntry) =>
  `${body.slice(0, -1)},${JSON.stringify({ seq, previousHash, hash }).slice(1)}\n`;

function rowsOf(entries: LoggedEntry[]): string {
  return csv(
    entries.map(({ body, ...place }) => {
      const change: Record<string, unknown> = { ...(JSON.parse(body) as object), ...place };
      return Object.keys(Change.properties).map((name) => cellOf(change[name]));
    }),
  );
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

const description = {
  operationId: 'exportLog',
  ...summaryOf(
    'Streams the whole log, or a range of it. If the log fails on the way, the connection is cut.',
  ),
  tags: ['Audit log'],
  querystring: withReferences(ExportLogInput, false),
  response: {
    200: {
      description: 'Every entry in the order of seq',
      content: {
        'application/x-ndjson': {
          schema: { type: 'string', description: 'One Change a line' },
          example: `${JSON.stringify(change)}\n`,
        },
        'text/csv': { schema: { type: 'string' } },
      },
    },
    ...problems,
  },
};
