import type { Caller } from '../../schema/caller.ts';
import type { SweepResult } from '../../schema/sweep.ts';
import type { Deps } from '../call/deps.ts';
import { sweepResults } from './list-sweep-results.ts';
import { filterVisibleResults, seqIn } from './sweep-result.ts';

const pageSize = 100;

/**
 * Yields every result of a sweep from a place on, those there are and then those that come, until the sweep
 * has ended. Yields null after each `beatMs` without a result. Faults: those of `sweepResults`, before
 * anything is yielded. A later fault ends the iteration.
 */
export async function followSweepResults(
  deps: Deps,
  { beatMs, ...input }: { id: string; cursor?: string; beatMs: number },
  caller: Caller,
  signal: AbortSignal,
): Promise<AsyncGenerator<SweepResult[] | null, void>> {
  // Called for its faults. Its answer is read again.
  await sweepResults.call(deps, { ...input, limit: 1 }, caller);
  return follow(deps, input.id, { after: seqIn(input.cursor), beatMs }, caller, signal);
}

async function* follow(
  deps: Deps,
  id: string,
  { beatMs, ...first }: { after: number; beatMs: number },
  caller: Caller,
  signal: AbortSignal,
): AsyncGenerator<SweepResult[] | null, void> {
  let { after } = first;
  for (let version = 0, hasEnded = false; ; ) {
    const results = await deps.sweeps.results({ id, after, limit: pageSize });
    const visible = await filterVisibleResults(deps, caller, results);
    if (visible.length > 0) yield visible;
    after = results.at(-1)?.seq ?? after;
    if (results.length < pageSize) {
      // Results that are read after the end are complete.
      if (hasEnded) return;
      const record = await deps.sweeps.changed(id, version, beatMs, signal);
      if (signal.aborted) return;
      if (!record) yield null;
      version = record?.version ?? version;
      hasEnded = record?.endedAt != null;
    }
  }
}
