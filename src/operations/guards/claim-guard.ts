import { findLostClaims } from '../../domain/plan/effects/lost-claims.ts';
import type { Planned } from '../../domain/plan/planned.ts';
import { clusterKey, distinctClusters, isSameCluster } from '../../domain/role/cluster.ts';
import type { Observed } from '../../domain/role/role-state.ts';
import { Fault } from '../../fault.ts';
import type { ClaimRecord } from '../../ports/claims.ts';
import type { Caller } from '../../schema/caller.ts';
import type { RequestedChange } from '../call/log-draft.ts';
import { formatOverride, formatRetract } from '../call/remedy-text.ts';
import { presentClaim } from '../claims/claim.ts';
import type { Guard } from './guard.ts';

/**
 * The claimant that the request names, or else the caller: ISSUER|SUBJECT, or SUBJECT where there is no
 * issuer.
 */
export const claimantOf = ({ actor: { issuer, subject } }: Caller, named: string | undefined): string =>
  named ?? (issuer === null ? subject : `${issuer}|${subject}`);

/** Maximum number of claims of a role. Each write to the role reads all of them. */
const mostOfRole = 1000;

/** Fault: RATE_LIMITED, not retryable, for more claims than a role may have. */
export function requireClaimRoom(
  { claim, clusters }: Pick<RequestedChange, 'claim' | 'clusters'>,
  claims: readonly ClaimRecord[],
): void {
  if (claim?.effect !== 'KEEP') return;
  const held = claims.filter(
    ({ claimant, cluster }) =>
      claimant === claim.claimant && clusters.some((one) => isSameCluster(one, cluster)),
  );
  if (claims.length - held.length + clusters.length <= mostOfRole) return;
  const message = `Rolewright keeps at most ${mostOfRole} claims for one role. Delete lines, or ask an administrator to end claims: GET /v1/claims lists them.`;
  throw new Fault('RATE_LIMITED', message, {}, { retryable: false });
}

/**
 * The claims that a plan disregards: those whose cluster loses its coverage, or whose line a DELETE removes.
 * A DELETE ends the caller's own claim, so that claim does not count.
 */
export function findDisregardedClaims(
  observed: Observed,
  planned: Planned,
  { claim, clusters }: Pick<RequestedChange, 'claim' | 'clusters'>,
  claims: readonly ClaimRecord[],
): ClaimRecord[] {
  if (planned.steps.length === 0) return [];
  const isAsked = ({ cluster }: ClaimRecord) => clusters.some((one) => isSameCluster(one, cluster));
  const isDelete = claim?.effect === 'END';
  const standing = claims.filter((one) => !(isDelete && one.claimant === claim.claimant && isAsked(one)));
  const lost = new Set(findLostClaims(observed, planned, standing));
  return standing.filter((one) => lost.has(one) || (isDelete && isAsked(one)));
}

/** The same plan, with the clusters of these claims among the lost ones in its effects. */
export function nameLostClaims<P extends Planned>(planned: P, claims: readonly ClaimRecord[]): P {
  if (claims.length === 0) return planned;
  const clusters = [...planned.effects.clustersLost, ...claims.map(({ cluster }) => cluster)];
  const clustersLost = distinctClusters(clusters);
  return { ...planned, effects: { ...planned.effects, clustersLost } };
}

/** Maximum number of clusters that a message names, and of claims in the details. */
const [maxNamed, maxShown] = [5, 100];

/** CLUSTER_CLAIMED: others have claimed the clusters that the plan removes. */
export const guardClaims: Guard = (_, { disregarded, face }) => {
  if (disregarded.length === 0) return null;
  const names = [...new Set(disregarded.map(({ cluster }) => clusterKey(cluster)))];
  const more = names.length > maxNamed ? ` and ${names.length - maxNamed} more` : '';
  const are = names.length === 1 ? 'is' : 'are';
  const whose = [
    ...new Set(disregarded.map(({ actor, claimant }) => `${actor.subject} (claimant ${claimant})`)),
  ].slice(0, maxNamed);
  return {
    message: `${names.slice(0, maxNamed).join(', ')}${more} ${are} claimed by ${whose.join(', ')}. A claimant ends a claim with ${formatRetract(face)}. To change the role anyway, ${formatOverride('CLUSTER_CLAIMED', face)}.`,
    details: { claims: disregarded.slice(0, maxShown).map(presentClaim) },
  };
};
