import type { Cluster } from '../schema/primitives.ts';
import type { CheckContext } from './check-context.ts';
import { canonical } from './document.ts';
import { Effort, TooHard } from './effort.ts';
import type { Planned } from './planned.ts';
import { isAllowed, isCovered, readTrust, supposing, type TrustReading } from './trust.ts';

/**
 * The claims whose cluster the plan would take from the role. It is judged by the trust policy before and after, whatever made
 * the plan. Where the patterns take too much work to decide, every claim counts as lost: a claim must not go unnoticed.
 */
export function lostClaims<C extends { cluster: Cluster }>(context: CheckContext, planned: Planned, claims: readonly C[]): C[] {
  const { before, after } = planned;
  if (claims.length === 0 || !before || canonical(before.trust) === canonical(after.trust)) return [];
  try {
    const effort = new Effort();
    const read = (trust: typeof before.trust) => readTrust(trust, context, { effort });
    const [then, now] = [read(before.trust), read(after.trust)];
    return claims.filter(({ cluster }) => isLost(then, now, cluster) || isLost(supposing(then), supposing(now), cluster));
  } catch (error) {
    if (!(error instanceof TooHard)) throw error;
    return [...claims];
  }
}

/** A Deny that comes with the plan takes a cluster away. One that stood before must not hide the loss of its line. */
const isLost = (then: TrustReading, now: TrustReading, cluster: Cluster) =>
  [isAllowed, isCovered].some((covers) => covers(then, cluster) && !covers(now, cluster));
