import type { LoggedAttempt } from '../../ports/ledger.ts';
import type { Caller } from '../../schema/caller.ts';
import type { WriteResult } from '../../schema/write-result.ts';
import { readActiveAccount } from '../accounts/account.ts';
import type { Deps } from '../call/deps.ts';
import { createCheckContext } from '../roles/report/check-context.ts';
import { report } from '../roles/report/report.ts';

/**
 * The answer of a write that succeeded: plan and change from the log, and a report on the role as it is now,
 * for the clusters that the request named.
 */
export async function replayWrite(
  deps: Deps,
  { opening, change }: LoggedAttempt,
  caller: Caller,
  clusters = opening.clusters,
): Promise<WriteResult> {
  const { accountId, roleName, planId, planned, before, after, diff, effects, lineKept = null } = opening;
  if (planId === null || effects === null) throw new Error(`change ${opening.id} was opened without a plan`);
  const account = await readActiveAccount(deps, accountId);
  const [role, { trustPolicySize: quota }, seen] = await Promise.all([
    deps.roles.read(account, roleName, caller),
    deps.roles.quotas(account, caller),
    deps.seenClusters.of(accountId),
  ]);
  const observed = { ...createCheckContext(deps, account), roleName, role, quota, earlierClusters: [], seen };
  return {
    plan: { id: planId, steps: planned, before, after, diff, effects },
    change,
    lineKept,
    report: report(observed, clusters, deps.now(), caller),
    propagating: null,
  };
}
