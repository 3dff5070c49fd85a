import type { SweepRecord } from '../../ports/sweeps.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Sweep } from '../../schema/sweep.ts';
import type { Deps } from '../call/deps.ts';
import { isSameActor } from '../call/permission.ts';
import { canSeeWhole, listVisibleAccounts } from '../call/visible-accounts.ts';

/** A sweep as its owner sees it. */
export function presentSweep({ caller, version, ...record }: SweepRecord): Sweep {
  return {
    ...record,
    actor: caller.actor,
    createdAt: record.createdAt.toISOString(),
    startedAt: record.startedAt?.toISOString() ?? null,
    endedAt: record.endedAt?.toISOString() ?? null,
  };
}

/** Shows sweeps to one caller. */
export type SweepView = (records: SweepRecord[]) => Promise<Sweep[]>;

/**
 * Creates a view of sweeps. The owner sees the counters of all accounts, because a sweep holds only accounts
 * that its owner may see. Another caller sees counters of the accounts that this caller may see. They are
 * looked up once for a view.
 */
export function createSweepView(deps: Deps, caller: Caller): SweepView {
  let lookUp: Promise<string[] | null> | undefined;
  return async (records) => {
    const others = records
      .filter((record) => !isSameActor(caller.actor, record.caller.actor))
      .map(({ id }) => id);
    if (others.length === 0) return records.map(presentSweep);
    lookUp ??= listVisibleAccounts(deps, caller, canSeeWhole);
    const visible = await lookUp;
    const tallies = visible === null ? null : await deps.sweeps.tallies(others, visible);
    return records.map((record) => presentSweep({ ...record, ...tallies?.get(record.id) }));
  };
}

export async function showSweep(deps: Deps, caller: Caller, record: SweepRecord): Promise<Sweep> {
  const [sweep] = await createSweepView(deps, caller)([record]);
  return sweep ?? presentSweep(record);
}
