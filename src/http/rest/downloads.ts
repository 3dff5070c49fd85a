import type { FastifyInstance } from 'fastify';
import { exportLog } from '../../operations/audit/export-log.ts';
import type { Deps } from '../../operations/call/deps.ts';
import { exportChanges } from '../../operations/changes/export-changes.ts';
import { ExportLogInput, type LoggedEntry } from '../../schema/audit.ts';
import { type Change, ExportChangesInput } from '../../schema/change.ts';
import type { CallerOf } from '../callers/caller-of.ts';
import { addDownload } from './download.ts';
import type { Streams } from './streams.ts';

/** Adds the downloads: the changes that a filter selects, and the log to verify it. */
export function addDownloads(
  app: FastifyInstance,
  face: { deps: Deps; streams: Streams; callerOf: CallerOf },
): void {
  const { deps } = face;
  addDownload<Change>(app, face, {
    url: '/changes/export',
    operationId: 'exportChanges',
    summary:
      'Streams the changes that listChanges lists, newest first. If reading fails on the way, the connection is cut.',
    tag: 'Changes',
    content: 'The changes that the filters select, newest first',
    input: ExportChangesInput,
    name: 'changes',
    open: (input, caller, given) => exportChanges(deps, input, caller, given),
    lineOf: (change) => `${JSON.stringify(change)}\n`,
    cellsOf: (change) => change,
  });
  addDownload<LoggedEntry>(app, face, {
    url: '/audit/export',
    operationId: 'exportLog',
    summary: 'Streams the whole log, or a range of it. If the log fails on the way, the connection is cut.',
    tag: 'Audit log',
    content: 'Every entry in the order of seq',
    input: ExportLogInput,
    name: 'log',
    open: (input, caller, { misplaced }) => exportLog(deps, input, caller, misplaced),
    // The body as it was hashed, with the members of the chain added at its end.
    lineOf: ({ seq, body, previousHash, hash }) =>
      `${body.slice(0, -1)},${JSON.stringify({ seq, previousHash, hash }).slice(1)}\n`,
    cellsOf: ({ body, ...place }) => ({ ...(JSON.parse(body) as object), ...place }),
  });
}
