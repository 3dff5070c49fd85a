import type { FieldError } from '../../fault.ts';
import { ExportLogInput, type LoggedEntry } from '../../schema/audit.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Action } from '../call/action.ts';
import { authorize } from '../call/authorize.ts';
import { beginStream } from '../call/begin-stream.ts';
import type { Deps } from '../call/deps.ts';
import { parseInput } from '../call/input.ts';

/**
 * The action for permissions. It is not an operation in the table: the answer is a stream, and GraphQL does
 * not have it.
 */
export const exportAction = {
  name: 'exportLog',
  kind: 'QUERY',
  permission: ['audit'],
  concerns: 'SERVICE',
} as const satisfies Action & {
  kind: 'QUERY';
};

/**
 * Streams the log, as it is stored. Answers when the first batch has been read, so that an early fault can
 * still be reported. Faults: INVALID_INPUT, FORBIDDEN, UNAVAILABLE. The batches throw UNAVAILABLE.
 */
export async function exportLog(
  deps: Deps,
  input: unknown,
  caller: Caller,
  misplaced: FieldError[],
): Promise<{ format: 'ndjson' | 'csv'; batches: AsyncIterable<LoggedEntry[]> }> {
  const { format = 'ndjson', ...range } = parseInput(ExportLogInput, input, misplaced);
  await authorize(deps, exportAction, {}, caller);
  return { format, batches: await beginStream(deps.ledger.entries(range)) };
}
