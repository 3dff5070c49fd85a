import { isRefusal } from '../../../domain/plan/planned.ts';
import type { Caller } from '../../../schema/caller.ts';
import type { RegisteredAccount } from '../../accounts/account.ts';
import type { Deps } from '../../call/deps.ts';
import { findDisregardedClaims } from '../../guards/claim-guard.ts';
import { type Observation, observe } from '../write/observe.ts';
import { type Planning, planWithKnown } from '../write/plan-with-known.ts';
import type { WriteRequest } from '../write-request.ts';
import { nothingAsked, type Survey, surveyProfiles } from './survey.ts';

/**
 * Plans before the lock is taken, and asks EKS for the Fargate profiles that the plan is about. EKS may take
 * seconds, and nobody is to wait for a lock that long. Reads and asks nothing where the request cannot take
 * coverage away. Faults: those of `observe`.
 */
export async function preview(
  deps: Deps,
  account: RegisteredAccount,
  request: WriteRequest,
  caller: Caller,
): Promise<Survey> {
  if (!request.canTakeCoverage) return nothingAsked;
  const observation = await observe(deps, account, request, caller);
  const planning = await planWithKnown(deps, observation, request, caller);
  return surveyPlan(deps, observation, planning, request, caller);
}

/** The same for a plan that has been made. A refused plan is refused under the lock, where it is logged. */
export async function surveyPlan(
  deps: Deps,
  { account, claims }: Observation,
  { observed, result: planned }: Planning,
  request: WriteRequest,
  caller: Caller,
): Promise<Survey> {
  if (!request.canTakeCoverage || isRefusal(planned)) return nothingAsked;
  const disregarded = findDisregardedClaims(observed, planned, request, claims);
  return surveyProfiles(deps, account, { observed, planned, disregarded }, caller);
}
