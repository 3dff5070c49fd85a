import type { RoleSnapshot } from '../../schema/plan.ts';
import type { Cluster } from '../../schema/primitives.ts';
import { Effort, TooHard } from '../patterns/budget.ts';
import { canonical } from '../policy/document.ts';
import type { CheckContext } from '../role/check-context.ts';
import { supposing } from '../trust/assume.ts';
import { isAllowed, isCovered } from '../trust/coverage.ts';
import { readTrust } from '../trust/read-trust.ts';
import type { TrustReading } from '../trust/reading.ts';
import type { Planned } from './planned.ts';

/** So many claims are decided with one effort: a role may have more than one judgement can afford. */
const atOnce = 50;

/**
 * The claims whose cluster the plan would take from the role. It is judged by the trust policy before and after, whatever made
 * the plan. Where the patterns take too much work to decide, a claim counts as lost: it must not go unnoticed.
 */
export function lostClaims<C extends { cluster: Cluster }>(context: CheckContext, { before, after }: Planned, claims: readonly C[]): C[] {
  if (!before || canonical(before.trust) === canonical(after.trust)) return [];
  const chunks = Array.from({ length: Math.ceil(claims.length / atOnce) }, (_, i) => claims.slice(i * atOnce, (i + 1) * atOnce));
  return chunks.flatMap((chunk) => lostAmong(context, before, after, chunk));
}

function lostAmong<C extends { cluster: Cluster }>(context: CheckContext, before: RoleSnapshot, after: RoleSnapshot, claims: C[]): C[] {
  const effort = new Effort();
  try {
    const [then, now] = [readTrust(before.trust, context, { effort }), readTrust(after.trust, context, { effort })];
    return claims.filter(({ cluster }) => isLost(then, now, cluster) || isLost(supposing(then), supposing(now), cluster));
  } catch (error) {
    if (!(error instanceof TooHard)) throw error;
    return claims;
  }
}

/** A Deny that comes with the plan takes a cluster away. One that stood before must not hide the loss of its line. */
const isLost = (then: TrustReading, now: TrustReading, cluster: Cluster) =>
  [isAllowed, isCovered].some((covers) => covers(then, cluster) && !covers(now, cluster));
