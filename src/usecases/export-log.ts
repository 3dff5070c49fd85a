import type { FieldError } from '../fault.ts';
import type { LoggedEntry } from '../ports.ts';
import { ExportLogInput } from '../schema/inputs.ts';
import { expectTimes } from './history.ts';
import { checked } from './input.ts';
import type { Deps } from './operation.ts';

export type { LoggedEntry };

/**
 * The log as it is, to be streamed. It is no operation of the table, whose answers are shapes, and GraphQL has none of it; its
 * input is judged as theirs is. It answers when the first batch is there: until then a fault can be told.
 * Faults: INVALID_INPUT, UNAVAILABLE; the batches throw UNAVAILABLE.
 */
export async function exportLog(
  deps: Pick<Deps, 'ledger'>,
  input: unknown,
  misplaced: FieldError[],
): Promise<{ format: 'ndjson' | 'csv'; batches: AsyncIterable<LoggedEntry[]> }> {
  const { format = 'ndjson', ...range } = checked(ExportLogInput, input, misplaced);
  expectTimes(range);
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
