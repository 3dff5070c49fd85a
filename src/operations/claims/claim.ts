import { Fault } from '../../fault.ts';
import type { ClaimRecord } from '../../ports/claims.ts';
import type { Claim } from '../../schema/claim.ts';
import { encodeTimedCursor, type TimedPlace } from '../call/paging.ts';

/** A claim as callers see it. */
export const presentClaim = ({ since, ...claim }: ClaimRecord): Claim => ({
  ...claim,
  since: since.toISOString(),
});

/** The place of a claim in the list. */
export const placeOf = ({ since, id }: Claim): TimedPlace => ({ createdAt: since, id });
export const claimCursor = (claim: Claim): string => encodeTimedCursor(placeOf(claim));

export const claimNotFound = (id: string) =>
  new Fault('CLAIM_NOT_FOUND', `There is no claim ${id}. GET /v1/claims lists them.`);
