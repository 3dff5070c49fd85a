import type { FieldError } from '../../fault.ts';
import { ExportLogInput, type LoggedEntry } from '../../schema/audit.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Action } from '../call/action.ts';
import { authorize } from '../call/authorize.ts';
import type { Deps } from '../call/deps.ts';
import { parseInput } from '../call/input.ts';

/** For permissions alone: it is no operation of the table, whose answers are shapes, and GraphQL has none of it. */
export const exporting = { name: 'exportLog', kind: 'QUERY', permission: ['audit'], concerns: 'SERVICE' } as const satisfies Action & {
  kind: 'QUERY';
};

/**
 * The log as it is, to be streamed. Its input and its caller are judged as those of operations are. It answers when the first batch
 * is there: until then a fault can be told. Faults: INVALID_INPUT, FORBIDDEN, UNAVAILABLE; the batches throw UNAVAILABLE.
 */
export async function exportLog(
  deps: Deps,
  input: unknown,
  caller: Caller,
  misplaced: FieldError[],
): Promise<{ format: 'ndjson' | 'csv'; batches: AsyncIterable<LoggedEntry[]> }> {
  const { format = 'ndjson', ...range } = parseInput(ExportLogInput, input, misplaced);
  await authorize(deps, exporting, {}, caller);
  const iterator = deps.ledger.entries(range)[Symbol.asyncIterator]();
  const first = await iterator.next();
  async function* batches(): AsyncGenerator<LoggedEntry[]> {
    try {
      for (let next = first; !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { format, batches: batches() };
}
