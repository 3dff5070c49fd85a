import type { RoleSnapshot } from '../../schema/plan.ts';
import type { Cluster } from '../../schema/primitives.ts';
import { Budget, BudgetExceeded } from '../patterns/budget.ts';
import { canonical } from '../policy/document.ts';
import type { CheckContext } from '../role/check-context.ts';
import { assuming } from '../trust/assume.ts';
import { isAllowed, isCovered } from '../trust/coverage.ts';
import { readTrust } from '../trust/read-trust.ts';
import type { TrustReading } from '../trust/reading.ts';
import type { Planned } from './planned.ts';

/** So many claims are decided with one budget: a role may have more than one judgement can afford. */
const atOnce = 50;

/**
 * The claims whose cluster the plan would take from the role. It is judged by the trust policy before and after, whatever made
 * the plan. Where the patterns take too much work to decide, a claim counts as lost: it must not go unnoticed.
 */
export function findLostClaims<C extends { cluster: Cluster }>(
  context: CheckContext,
  { before, after }: Planned,
  claims: readonly C[],
): C[] {
  if (!before || canonical(before.trust) === canonical(after.trust)) return [];
  const chunks = Array.from({ length: Math.ceil(claims.length / atOnce) }, (_, i) => claims.slice(i * atOnce, (i + 1) * atOnce));
  return chunks.flatMap((chunk) => findLostAmong(context, before, after, chunk));
}

function findLostAmong<C extends { cluster: Cluster }>(context: CheckContext, before: RoleSnapshot, after: RoleSnapshot, claims: C[]): C[] {
  const budget = new Budget();
  try {
    const [then, now] = [readTrust(before.trust, context, { budget }), readTrust(after.trust, context, { budget })];
    return claims.filter(({ cluster }) => isLost(then, now, cluster) || isLost(assuming(then), assuming(now), cluster));
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
    return claims;
  }
}

/** A Deny that comes with the plan takes a cluster away. One that stood before must not hide the loss of its line. */
const isLost = (then: TrustReading, now: TrustReading, cluster: Cluster) =>
  [isAllowed, isCovered].some((covers) => covers(then, cluster) && !covers(now, cluster));
