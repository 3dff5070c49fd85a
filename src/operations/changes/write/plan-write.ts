import { isRefusal, type Planned, type PlanResult, type Refusal } from '../../../domain/plan/planned.ts';
import type { MergeBase } from '../../../domain/plan/steps/merge-base.ts';
import type { Observed } from '../../../domain/role/role-state.ts';
import { Fault } from '../../../fault.ts';
import type { Quotas } from '../../../ports/roles.ts';
import type { Caller } from '../../../schema/caller.ts';
import type { Override } from '../../../schema/override.ts';
import type { Plan } from '../../../schema/plan.ts';
import type { Cluster } from '../../../schema/primitives.ts';
import type { Deps } from '../../call/deps.ts';
import { faceOf, formatRemedy } from '../../call/remedy-text.ts';
import { attachedPolicies, requireAttachable } from '../../guards/attachable-policies.ts';
import { findDisregardedClaims, nameLostClaims, requireClaimRoom } from '../../guards/claim-guard.ts';
import { requirePath } from '../../guards/guard-rails.ts';
import { requireOverrides, requireRoleKind } from '../../guards/overrides.ts';
import { createCheckContext } from '../../roles/report/check-context.ts';
import { presentPlan } from '../present.ts';
import type { WriteRequest } from '../write-request.ts';
import type { Observation } from './observe.ts';
import { refuseTooManyPolicies, requireShown, requireSure } from './plan-checks.ts';

/** A request with its plan. */
export interface Prepared extends Pick<Observation, 'roleName' | 'clusters' | 'isYoung'> {
  observed: Observed;
  base: MergeBase;
  plan: Plan;
  planned: Planned;
  /** The refusals that the caller has overridden. */
  overrides: Override[];
}

/** Plans the change. Faults: every refusal of a plan, with the plan that another choice would apply. */
export async function planWrite(
  deps: Deps,
  observation: Observation,
  request: WriteRequest,
  caller: Caller,
): Promise<Prepared> {
  const { account, roleName, base, clusters, claims, isYoung } = observation;
  const face = faceOf(caller);
  const { observed, result } = await planWithKnown(deps, observation, request, caller);
  if (isRefusal(result)) throw await refusalFault(deps, observation, observed, result, request, caller);
  for (const { action, detail } of result.steps)
    if (action === 'iam:CreateRole') requirePath(deps.guardRails, detail.path);
  requireAttachable(deps.guardRails, account, attachedPolicies(result));
  requireSure(base, result);
  requireShown(base, result);
  requireClaimRoom(request, claims);
  const disregarded = findDisregardedClaims(observed, result, request, claims);
  const planned = nameLostClaims(result, disregarded);
  const plan = presentPlan(planned, roleName, deps.newId());
  const overrides = await requireOverrides(deps, request.override ?? [], {
    observed,
    planned,
    plan,
    disregarded,
    face,
  });
  return { observed, base, roleName, clusters, planned, plan, overrides, isYoung };
}

/**
 * Plans with what is known already. Asks AWS for the quotas, and the log for the clusters, only where the
 * plan depends on them.
 */
async function planWithKnown(deps: Deps, observation: Observation, request: WriteRequest, caller: Caller) {
  const { account, roleName, base, clusters, claims } = observation;
  const { accountId } = account;
  const planWith = async (quotas: Quotas, earlierClusters: Cluster[]) => {
    const observed: Observed = {
      ...createCheckContext(deps, account),
      roleName,
      role: base.role,
      quota: quotas.trustPolicySize,
      earlierClusters,
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
  if (namesClusters(planning.result))
    planning = await planWith(quotas, await deps.ledger.clustersAskedOf(accountId, roleName));
  return planning;
}

/** Does the answer name clusters that rely on the role? A plan that only adds need not know them. */
function namesClusters(result: PlanResult): boolean {
  if (isRefusal(result) && result.refused === 'QUOTA_EXCEEDED') return true;
  const planned = isRefusal(result) ? result.alternative : result;
  return planned !== undefined && (planned.kind === 'REPAIR' || planned.effects.clustersLost.length > 0);
}

async function refusalFault(
  deps: Deps,
  { account: { accountId }, roleName, clusters, claims }: Observation,
  observed: Observed,
  { refused, message, alternative, suggestion, remedy }: Refusal,
  request: WriteRequest,
  caller: Caller,
): Promise<Fault> {
  const face = faceOf(caller);
  const text = remedy
    ? `${message} ${formatRemedy(remedy, face, { accountId, roleName, clusters })}`
    : message;
  const disregarded = alternative ? findDisregardedClaims(observed, alternative, request, claims) : [];
  const planned = alternative && nameLostClaims(alternative, disregarded);
  const plan = planned && presentPlan(planned, roleName, deps.newId());
  if (planned && plan)
    await requireRoleKind(deps, request.override ?? [], { observed, planned, plan, disregarded, face });
  return new Fault(refused, text, { ...(plan && { plan }), ...(suggestion && { suggestion }) });
}
