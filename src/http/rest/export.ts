import type { FastifyInstance } from 'fastify';
import { exportLog } from '../../operations/audit/export-log.ts';
import type { Deps } from '../../operations/call/deps.ts';
import { ExportLogInput, type LoggedEntry } from '../../schema/audit.ts';
import type { CallerOf } from '../callers/caller-of.ts';
import { withReferences } from '../components.ts';
import { summaryOf } from './describe.ts';
import { downloads, sendDownload } from './download.ts';
import { readInput } from './input.ts';
import { problems } from './problems.ts';
import type { Streams } from './streams.ts';

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
      const name = `rolewright-log-${deps.now().toISOString().slice(0, 10)}`;
      return sendDownload(reply, streams, { name, format, batches, lineOf, cellsOf });
    },
  });
}

const cellsOf = ({ body, ...place }: LoggedEntry) => ({ ...(JSON.parse(body) as object), ...place });

/** Writes the body as it was hashed, with the members of the chain added at its end. */
const lineOf = ({ seq, body, previousHash, hash }: LoggedEntry) =>
  `${body.slice(0, -1)},${JSON.stringify({ seq, previousHash, hash }).slice(1)}\n`;

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
      content: downloads,
    },
    ...problems,
  },
};
