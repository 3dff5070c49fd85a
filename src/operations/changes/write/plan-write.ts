import { isRefusal, type Planned, type Refusal } from '../../../domain/plan/planned.ts';
import type { MergeBase } from '../../../domain/plan/steps/merge-base.ts';
import type { Observed } from '../../../domain/role/role-state.ts';
import { Fault } from '../../../fault.ts';
import type { Caller } from '../../../schema/caller.ts';
import type { Override } from '../../../schema/override.ts';
import type { Plan } from '../../../schema/plan.ts';
import type { Deps } from '../../call/deps.ts';
import { faceOf, formatRemedy } from '../../call/remedy-text.ts';
import { attachedPolicies, requireAttachable } from '../../guards/attachable-policies.ts';
import { findDisregardedClaims, nameLostClaims, requireClaimRoom } from '../../guards/claim-guard.ts';
import { requirePath } from '../../guards/guard-rails.ts';
import { requireOverrides, requireRoleKind } from '../../guards/overrides.ts';
import { presentPlan } from '../present.ts';
import { findProfileEffects, findProposedEffects, type ProfileEffects } from '../profiles/profile-effects.ts';
import type { Survey } from '../profiles/survey.ts';
import type { WriteRequest } from '../write-request.ts';
import type { Observation } from './observe.ts';
import { requireShown, requireSure } from './plan-checks.ts';
import type { Planning } from './plan-with-known.ts';

/** A request with its plan. */
export interface Prepared extends Pick<Observation, 'roleName' | 'clusters' | 'isYoung'> {
  observed: Observed;
  base: MergeBase;
  plan: Plan;
  planned: Planned;
  /** The refusals that the caller has overridden. */
  overrides: Override[];
}

/**
 * Judges the plan, and prepares it to be written. `survey`: what EKS said of the Fargate profiles. Faults: every
 * refusal of a plan, with the plan that another choice would apply.
 */
export async function planWrite(
  deps: Deps,
  observation: Observation,
  { observed, result }: Planning,
  request: WriteRequest,
  survey: Survey,
  caller: Caller,
): Promise<Prepared> {
  const { account, roleName, base, clusters, claims, isYoung } = observation;
  const face = faceOf(caller);
  if (isRefusal(result)) throw await refusalFault(deps, observation, observed, result, request, caller);
  for (const { action, detail } of result.steps)
    if (action === 'iam:CreateRole') requirePath(deps.guardRails, detail.path);
  requireAttachable(deps.guardRails, account, attachedPolicies(result));
  requireSure(base, result);
  requireShown(base, result);
  requireClaimRoom(request, claims);
  const disregarded = findDisregardedClaims(observed, result, request, claims);
  const profiles = findProfileEffects(deps, { observed, planned: result, disregarded }, survey);
  if (profiles.canLose) request.authorizePlan(profiles.effects.fargateProfilesUnknown);
  const planned = withProfiles(nameLostClaims(result, disregarded), profiles);
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

const withProfiles = (planned: Planned, { effects }: ProfileEffects): Planned => ({
  ...planned,
  effects: { ...planned.effects, ...effects },
});

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
  const planned =
    alternative &&
    withProfiles(
      nameLostClaims(alternative, disregarded),
      findProposedEffects(deps, { observed, planned: alternative, disregarded }),
    );
  const plan = planned && presentPlan(planned, roleName, deps.newId());
  if (planned && plan)
    await requireRoleKind(deps, request.override ?? [], { observed, planned, plan, disregarded, face });
  return new Fault(refused, text, { ...(plan && { plan }), ...(suggestion && { suggestion }) });
}
