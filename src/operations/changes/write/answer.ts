import { hasTakenEffect } from '../../../domain/plan/steps/effect.ts';
import type { RoleState } from '../../../domain/role/role-state.ts';
import type { Caller } from '../../../schema/caller.ts';
import type { RoleSnapshot } from '../../../schema/plan.ts';
import type { Tags } from '../../../schema/primitives.ts';
import type { WriteResult } from '../../../schema/write-result.ts';
import type { Deps } from '../../call/deps.ts';
import { report } from '../../roles/report/report.ts';
import type { Done } from './conclude.ts';
import type { Prepared } from './plan-write.ts';
import { readUntilShown } from './read-back.ts';

/** The answer of a dry run. */
export const presentPlanned = (
  deps: Deps,
  { observed, clusters, plan, planned }: Prepared,
  caller: Caller,
): WriteResult => ({
  plan,
  change: null,
  lineKept: planned.lineKept ?? null,
  report: report(observed, clusters, deps.now(), caller),
  propagating: null,
});

/**
 * The answer of a write, once the role shows the change. If it does not in time, the role is reported as AWS
 * has taken it.
 */
export async function presentDone(
  deps: Deps,
  { account, prepared, change, role }: Done,
  caller: Caller,
): Promise<WriteResult> {
  const { observed, clusters, plan, planned } = prepared;
  const isAwaited =
    change?.outcome === 'SUCCEEDED' &&
    !change.editedOutside &&
    !planned.steps.every((step) => hasTakenEffect(role, step));
  const shown = isAwaited ? await readUntilShown(deps, account, prepared, caller) : null;
  const current = isAwaited ? (shown ?? asTaken(role, change.after)) : role;
  const { lineKept = null } = planned;
  return {
    plan,
    change,
    lineKept,
    report: report({ ...observed, role: current }, clusters, deps.now(), caller),
    propagating: null,
  };
}

/** The role as AWS has taken it, where reads do not show it yet. */
const asTaken = (role: RoleState | null, after: RoleSnapshot | null): RoleState | null =>
  role &&
  after && {
    ...role,
    trustText: JSON.stringify(after.trust),
    attached: after.policies.attached,
    tags: after.tags as Tags,
  };
