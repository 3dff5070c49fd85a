import type { SweepRecord, SweepTally } from '../../ports/sweeps.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Sweep } from '../../schema/sweep.ts';
import type { Deps } from '../call/deps.ts';
import { isOwner } from '../call/permission.ts';
import {
  type CanSeeAccount,
  canSeeClusters,
  canSeeWhole,
  listVisibleAccounts,
} from '../call/visible-accounts.ts';

/** A sweep as its owner sees it. */
export function presentSweep({ caller, version, ...record }: SweepRecord): Sweep {
  return {
    ...record,
    actor: caller.actor,
    onBehalfOf: caller.onBehalfOf?.actor ?? null,
    createdAt: record.createdAt.toISOString(),
    startedAt: record.startedAt?.toISOString() ?? null,
    endedAt: record.endedAt?.toISOString() ?? null,
  };
}

type Tallies = ReadonlyMap<string, SweepTally>;

/** Shows sweeps to one caller. */
export type SweepView = (records: SweepRecord[]) => Promise<Sweep[]>;

/**
 * Creates a view of sweeps. The owner sees the counters of all accounts, because a sweep holds only accounts
 * that its owner may see. Another caller sees counters of the accounts that this caller may see. They are
 * looked up once for a view.
 */
export function createSweepView(deps: Deps, caller: Caller): SweepView {
  const lookUps = new Map<CanSeeAccount, Promise<string[] | null>>();
  async function count(records: SweepRecord[], canSeeIt: CanSeeAccount): Promise<Tallies> {
    if (records.length === 0) return new Map();
    const lookUp = lookUps.get(canSeeIt) ?? listVisibleAccounts(deps, caller, canSeeIt);
    lookUps.set(canSeeIt, lookUp);
    const visible = await lookUp;
    const ids = records.map(({ id }) => id);
    return visible === null ? new Map() : deps.sweeps.tallies(ids, visible);
  }
  return async (records) => {
    const others = records.filter((record) => !isOwner(caller, record.caller));
    const { ofClusters = [], ofRoles = [] } = Object.groupBy(others, ({ operation }) =>
      operation === 'READINESS' ? 'ofClusters' : 'ofRoles',
    );
    const [clusters, roles] = await Promise.all([
      count(ofClusters, canSeeClusters),
      count(ofRoles, canSeeWhole),
    ]);
    const tallies = new Map([...clusters, ...roles]);
    return records.map((record) => presentSweep({ ...record, ...tallies.get(record.id) }));
  };
}

export async function showSweep(deps: Deps, caller: Caller, record: SweepRecord): Promise<Sweep> {
  const [sweep] = await createSweepView(deps, caller)([record]);
  return sweep ?? presentSweep(record);
}
