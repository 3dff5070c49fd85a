import type { Caller } from '../../schema/caller.ts';
import type { Sweep } from '../../schema/sweep.ts';
import type { Deps } from '../call/deps.ts';
import { sweep } from './get-sweep.ts';
import { createSweepView, type SweepView } from './sweep-view.ts';

/** The progress of a sweep. `version` grows. Null: nothing has changed for a while. */
type Progress = { version: number; sweep: Sweep } | null;

/**
 * Yields the sweep unless it is still at version `after`, and again after each change, until it ends or
 * `signal` is aborted. Yields null after each `beatMs` without a change. Answers null if the sweep had ended
 * by version `after`. Faults: those of `sweep`.
 */
export async function followSweep(
  deps: Deps,
  { id, after = 0, beatMs }: { id: unknown; after?: number; beatMs: number },
  caller: Caller,
  signal: AbortSignal,
): Promise<AsyncGenerator<Progress, void> | null> {
  const current = await sweep.call(deps, { id }, caller);
  const record = await deps.sweeps.get(current.id);
  // A version from the future would hide every change up to it, the end included.
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
