import type { LineKept } from '../../schema/change.ts';
import type { Cluster } from '../../schema/primitives.ts';
import type { Observed, RoleState } from '../role/role-state.ts';
import { noEffects } from './assemble.ts';
import { findLostClaims } from './lost-claims.ts';
import { planRetract } from './plan-retract.ts';
import { isRefusal, type Planned, type PlanResult, takeSnapshot } from './planned.ts';

/** What a plan has to know of a claim. */
export interface HeldClaim {
  cluster: Cluster;
  claimant: string;
}

const isOf = ({ cluster }: HeldClaim, { region, name }: Cluster) => cluster.region === region && cluster.name === name;

/** The same plan; where it writes nothing to AWS and a claim is new, one that records the claim. */
export function keepClaims(planned: PlanResult, clusters: Cluster[], claims: readonly HeldClaim[], claimant: string): PlanResult {
  if (isRefusal(planned) || planned.steps.length > 0) return planned;
  const isHeld = (cluster: Cluster) => claims.some((claim) => claim.claimant === claimant && isOf(claim, cluster));
  return clusters.every(isHeld) ? planned : { ...planned, kind: 'CLAIM' };
}

/**
 * Takes away the line of a cluster that the claimant needs no longer. The line stays where another claim needs it, unless that is
 * overridden, and where it is the last; then the claim alone ends. Without a claim of one's own it is `planRetract`.
 */
export function planRelease(
  observed: Observed,
  cluster: Cluster,
  claims: readonly HeldClaim[],
  { claimant, override }: { claimant: string; override: boolean },
): PlanResult {
  const retraction = planRetract(observed, cluster);
  const { role } = observed;
  const others = claims.filter((claim) => claim.claimant !== claimant || !isOf(claim, cluster));
  if (!role || others.length === claims.length) return retraction;
  const isShared = !override && others.some((claim) => isOf(claim, cluster));
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
