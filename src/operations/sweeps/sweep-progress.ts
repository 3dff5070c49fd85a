import type { Caller } from '../../schema/caller.ts';
import type { Sweep, SweepResult } from '../../schema/sweep.ts';
import type { Deps } from '../call/deps.ts';
import { createSweepView, type SweepView } from './sweep-view.ts';
import { seqIn, sweep, sweepResults, visibleResults } from './sweeps.ts';

/** How a sweep goes on. `version` grows; null: nothing has changed for a while. */
type Progress = { version: number; sweep: Sweep } | null;

/**
 * The sweep as it stands, unless that is version `after`, and again whenever it has changed, until it has ended or `signal` is
 * aborted; null where it had ended then already. `beatMs`: how long to say nothing. Faults: those of `sweep`.
 */
export async function sweepProgress(
  deps: Deps,
  { id, after = 0, beatMs }: { id: unknown; after?: number; beatMs: number },
  caller: Caller,
  signal: AbortSignal,
): Promise<AsyncGenerator<Progress, void> | null> {
  const current = await sweep.call(deps, { id }, caller);
  const record = await deps.sweeps.get(current.id);
  // A version that has not been yet would else keep all that comes before it from being told, the end too.
  const seen = Math.min(after, record?.version ?? 0);
  if (record?.endedAt && record.version <= seen) return null;
  return follow(deps, createSweepView(deps, caller), { id: current.id, after: seen, beatMs }, signal);
}

async function* follow(
  deps: Deps,
  view: SweepView,
  { id, after, beatMs }: { id: string; after: number; beatMs: number },
  signal: AbortSignal,
): AsyncGenerator<Progress, void> {
  for (let version = after; ; ) {
    const record = await deps.sweeps.changed(id, version, beatMs, signal);
    if (signal.aborted) return;
    version = record?.version ?? version;
    const [sweep] = record ? await view([record]) : [];
    yield sweep ? { version, sweep } : null;
    if (record?.endedAt) return;
  }
}

const pageSize = 100;

/**
 * Every result of a sweep from a place on, those that are there and then those that come, until it has ended; null where none
 * has come for `beatMs`. Faults: those of `sweepResults`, before anything is answered; a later one ends the iteration with it.
 */
export async function resultStream(
  deps: Deps,
  { beatMs, ...asked }: { id: string; cursor?: string; beatMs: number },
  caller: Caller,
  signal: AbortSignal,
): Promise<AsyncGenerator<SweepResult[] | null, void>> {
  // For its faults: what it answers is read again.
  await sweepResults.call(deps, { ...asked, limit: 1 }, caller);
  return allResults(deps, asked.id, { after: seqIn(asked.cursor), beatMs }, caller, signal);
}

async function* allResults(
  deps: Deps,
  id: string,
  { beatMs, ...first }: { after: number; beatMs: number },
  caller: Caller,
  signal: AbortSignal,
): AsyncGenerator<SweepResult[] | null, void> {
  let { after } = first;
  for (let version = 0, hasEnded = false; ; ) {
    const found = await deps.sweeps.results({ id, after, limit: pageSize });
    const visible = await visibleResults(deps, caller, found);
    if (visible.length > 0) yield visible;
    after = found.at(-1)?.seq ?? after;
    if (found.length < pageSize) {
      // Once it has ended, what is read after that is all.
      if (hasEnded) return;
      const record = await deps.sweeps.changed(id, version, beatMs, signal);
      if (signal.aborted) return;
      if (!record) yield null;
      version = record?.version ?? version;
      hasEnded = record?.endedAt != null;
    }
  }
}
