import type { LineKept } from '../../schema/change.ts';
import type { Cluster } from '../../schema/primitives.ts';
import { isSameCluster } from '../role/cluster.ts';
import type { Observed, RoleState } from '../role/role-state.ts';
import { noEffects } from './effects/list-effects.ts';
import { findLostClaims } from './effects/lost-claims.ts';
import { planRetract } from './plan-retract.ts';
import { isRefusal, type Planned, type PlanResult, takeSnapshot } from './planned.ts';

/** A claim, as far as a plan depends on it. */
export interface HeldClaim {
  cluster: Cluster;
  claimant: string;
}

/**
 * The same plan. If it writes nothing to AWS but a claim is new, it becomes a plan that records the claim.
 */
export function keepClaims(
  planned: PlanResult,
  clusters: Cluster[],
  claims: readonly HeldClaim[],
  claimant: string,
): PlanResult {
  if (isRefusal(planned) || planned.steps.length > 0) return planned;
  const isHeld = (cluster: Cluster) =>
    claims.some((claim) => claim.claimant === claimant && isSameCluster(claim.cluster, cluster));
  return clusters.every(isHeld) ? planned : { ...planned, kind: 'CLAIM' };
}

/**
 * Releases a claim, and drops the line of the cluster. The line stays if another claim needs it, unless that
 * is overridden, and if it is the last line. Then only the claim ends. For a caller without a claim this is
 * `planRetract`.
 */
export function planRelease(
  observed: Observed,
  cluster: Cluster,
  claims: readonly HeldClaim[],
  { claimant, override }: { claimant: string; override: boolean },
): PlanResult {
  const retraction = planRetract(observed, cluster);
  const { role } = observed;
  const others = claims.filter(
    (claim) => claim.claimant !== claimant || !isSameCluster(claim.cluster, cluster),
  );
  if (!role || others.length === claims.length) return retraction;
  const isShared = !override && others.some((claim) => isSameCluster(claim.cluster, cluster));
  if (isRefusal(retraction)) {
    if (retraction.refused === 'CLUSTER_NOT_LISTED') return releaseClaim(role, null);
    if (retraction.refused !== 'LAST_CLUSTER') return retraction;
    return releaseClaim(role, isShared ? 'CLAIMED' : 'LAST_CLUSTER');
  }
  const isNeeded = isShared || (!override && findLostClaims(observed, retraction, others).length > 0);
  return isNeeded ? releaseClaim(role, 'CLAIMED') : retraction;
}

function releaseClaim(role: RoleState, lineKept: LineKept | null): Planned {
  const snapshot = takeSnapshot(role);
  return { kind: 'RELEASE', steps: [], before: snapshot, after: snapshot, effects: noEffects, lineKept };
}
