import type { ClaimRecord } from '../../ports/claims.ts';
import type { Claim } from '../../schema/claim.ts';

/** A claim as callers see it. */
export const presentClaim = ({ since, ...claim }: ClaimRecord): Claim => ({ ...claim, since: since.toISOString() });
