import { isRefusal, type PlanResult } from '../../../domain/plan/planned.ts';
import { distinctClusters } from '../../../domain/role/cluster.ts';
import type { Observed } from '../../../domain/role/role-state.ts';
import type { Quotas } from '../../../ports/roles.ts';
import type { Caller } from '../../../schema/caller.ts';
import type { Cluster } from '../../../schema/primitives.ts';
import type { Deps } from '../../call/deps.ts';
import { createCheckContext } from '../../roles/report/check-context.ts';
import type { WriteRequest } from '../write-request.ts';
import type { Observation } from './observe.ts';
import { refuseTooManyPolicies } from './plan-checks.ts';

/** What a plan was made from, and the plan or its refusal. */
export type Planning = Awaited<ReturnType<typeof planWithKnown>>;

/**
 * Plans with what is known already. Asks AWS for the quotas, and the log for the clusters, only where the
 * plan depends on them.
 */
export async function planWithKnown(
  deps: Deps,
  observation: Observation,
  request: WriteRequest,
  caller: Caller,
) {
  const { account, roleName, base, clusters, claims, seen } = observation;
  const { accountId } = account;
  const planWith = async (quotas: Quotas, earlierClusters: Cluster[]) => {
    const observed: Observed = {
      ...createCheckContext(deps, account),
      roleName,
      role: base.role,
      quota: quotas.trustPolicySize,
      earlierClusters,
      seen,
    };
    return {
      observed,
      result: refuseTooManyPolicies(await request.plan(observed, clusters, claims), quotas, accountId),
    };
  };
  let { quotas } = observation;
  let planning = await planWith(quotas, []);
  // The quotas that are known may be an hour old, and may have been raised since.
  if (isRefusal(planning.result) && planning.result.refused === 'QUOTA_EXCEEDED') {
    quotas = await deps.roles.quotas(account, caller, true);
    planning = await planWith(quotas, []);
  }
  if (namesClusters(planning.result)) planning = await planWith(quotas, await readReliant(deps, observation));
  return planning;
}

/** The clusters that may rely on the role: earlier changes asked for them, or a Fargate profile has it. */
async function readReliant(deps: Deps, { account, roleName, base }: Observation): Promise<Cluster[]> {
  const { accountId } = account;
  const [asked, using] = await Promise.all([
    deps.ledger.clustersAskedOf(accountId, roleName),
    base.role ? deps.seenClusters.usingRole(accountId, base.role.roleArn) : [],
  ]);
  return distinctClusters([...asked, ...using]);
}

/** Does the answer name clusters that rely on the role? A plan that only adds need not know them. */
function namesClusters(result: PlanResult): boolean {
  if (isRefusal(result) && result.refused === 'QUOTA_EXCEEDED') return true;
  const planned = isRefusal(result) ? result.alternative : result;
  return planned !== undefined && (planned.kind === 'REPAIR' || planned.effects.clustersLost.length > 0);
}
