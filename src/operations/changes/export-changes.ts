import type { FieldError } from '../../fault.ts';
import type { HistoryPosition } from '../../ports/ledger.ts';
import type { Caller } from '../../schema/caller.ts';
import { type Change, ExportChangesInput, type ListChangesInput } from '../../schema/change.ts';
import { authorize } from '../call/authorize.ts';
import { beginStream } from '../call/begin-stream.ts';
import type { Deps } from '../call/deps.ts';
import { parseInput } from '../call/input.ts';
import { positionOf } from './history-page.ts';
import { changes, filterVisible, requireActor } from './list-changes.ts';

/** Number of changes that are read at once. A change has some 2 KB, at most 40. */
const batch = 500;

/**
 * Streams the changes that the operation `changes` lists: the same filters, permission and order, and only
 * what the caller may see. Answers when the first batch has been read, so that an early fault can still be
 * reported. Faults: INVALID_INPUT, FORBIDDEN, UNAVAILABLE. The batches throw UNAVAILABLE, and the reason of
 * `signal` once it is aborted: a stream that was cut short must not look complete.
 */
export async function exportChanges(
  deps: Deps,
  input: unknown,
  caller: Caller,
  { misplaced, signal }: { misplaced: FieldError[]; signal: AbortSignal },
): Promise<{ format: 'ndjson' | 'csv'; batches: AsyncIterable<Change[]> }> {
  const { format = 'ndjson', ...filter } = parseInput(ExportChangesInput, input, misplaced);
  requireActor(filter);
  await authorize(deps, changes, {}, caller);
  return { format, batches: await beginStream(readAll(deps, filter, caller, signal)) };
}

async function* readAll(
  deps: Deps,
  filter: ListChangesInput,
  caller: Caller,
  signal: AbortSignal,
): AsyncGenerator<Change[]> {
  for (let from: HistoryPosition | null = null; ; ) {
    signal.throwIfAborted();
    const { items, hasMore }: { items: Change[]; hasMore: boolean } = await deps.ledger.list(filter, {
      from,
      limit: batch,
    });
    yield await filterVisible(deps, caller, items);
    const last = items.at(-1);
    if (!hasMore || last === undefined) return;
    from = { towards: 'OLDER', position: positionOf(last) };
  }
}
