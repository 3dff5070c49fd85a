import type { FastifyInstance } from 'fastify';
import type { Deps } from '../../operations/call/deps.ts';
import { exportChanges } from '../../operations/changes/export-changes.ts';
import { type Change, ExportChangesInput } from '../../schema/change.ts';
import type { CallerOf } from '../callers/caller-of.ts';
import { withReferences } from '../components.ts';
import { summaryOf } from './describe.ts';
import { downloads, sendDownload } from './download.ts';
import { readInput } from './input.ts';
import { problems } from './problems.ts';
import type { Streams } from './streams.ts';

/** Streams the changes of a filter. See download.ts. */
export function changesExport(
  app: FastifyInstance,
  { deps, streams, callerOf }: { deps: Deps; streams: Pick<Streams, 'guard' | 'endOf'>; callerOf: CallerOf },
): void {
  app.route({
    method: 'GET',
    url: '/changes/export',
    // HEAD would read the whole history to answer nothing.
    exposeHeadRoute: false,
    schema: description,
    handler: async (request, reply) => {
      const { input, misplaced } = readInput(
        { method: 'GET', url: '/changes/export', operation: { input: ExportChangesInput } },
        request,
      );
      const { format, batches } = await exportChanges(deps, input, callerOf(request, 'REST'), {
        misplaced,
        signal: streams.endOf(reply),
      });
      const name = `rolewright-changes-${deps.now().toISOString().slice(0, 10)}`;
      return sendDownload(reply, streams, { name, format, batches, lineOf, cellsOf: (change) => change });
    },
  });
}

const lineOf = (change: Change) => `${JSON.stringify(change)}\n`;

const description = {
  operationId: 'exportChanges',
  ...summaryOf(
    'Streams the changes that listChanges lists, newest first. If reading fails on the way, the connection is cut.',
  ),
  tags: ['Changes'],
  querystring: withReferences(ExportChangesInput, false),
  response: {
    200: { description: 'The changes that the filters select, newest first', content: downloads },
    ...problems,
  },
};
