import { isRefusal } from '../../../domain/plan/planned.ts';
import type { Caller } from '../../../schema/caller.ts';
import type { RegisteredAccount } from '../../accounts/account.ts';
import type { Deps } from '../../call/deps.ts';
import { findDisregardedClaims } from '../../guards/claim-guard.ts';
import { type Observation, observe } from '../write/observe.ts';
import { planWithKnown } from '../write/plan-with-known.ts';
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
  return surveyPlan(deps, await observe(deps, account, request, caller), request, caller);
}

/** The same for a role that has been read. A refused plan is refused under the lock, where it is logged. */
export async function surveyPlan(
  deps: Deps,
  observation: Observation,
  request: WriteRequest,
  caller: Caller,
): Promise<Survey> {
  if (!request.canTakeCoverage) return nothingAsked;
  const { account, claims } = observation;
  const { observed, result: planned } = await planWithKnown(deps, observation, request, caller);
  if (isRefusal(planned)) return nothingAsked;
  const disregarded = findDisregardedClaims(observed, planned, request, claims);
  return surveyProfiles(deps, account, { observed, planned, disregarded }, caller);
}
