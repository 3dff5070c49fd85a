import type { RoleSnapshot } from '../../../schema/plan.ts';
import type { Cluster } from '../../../schema/primitives.ts';
import { Budget, BudgetExceeded } from '../../patterns/budget.ts';
import { isSameCanonical } from '../../policy/document.ts';
import type { CheckContext } from '../../role/check-context.ts';
import { assuming } from '../../trust/assume.ts';
import { isAllowed, isCovered } from '../../trust/coverage.ts';
import { readTrust } from '../../trust/read-trust.ts';
import type { TrustReading } from '../../trust/reading.ts';
import type { Planned } from '../planned.ts';

/** The number of claims that share one budget. A role can have more claims than one budget can decide. */
const atOnce = 50;

/**
 * The claims whose cluster would lose the role. Compares the trust policy before and after the plan. When the
 * patterns are too complex to evaluate, the claim counts as lost, so that no loss goes unnoticed.
 */
export function findLostClaims<C extends { cluster: Cluster }>(
  context: CheckContext,
  { before, after }: Planned,
  claims: readonly C[],
): C[] {
  if (!before || isSameCanonical(before.trust, after.trust)) return [];
  const chunks = Array.from({ length: Math.ceil(claims.length / atOnce) }, (_, i) =>
    claims.slice(i * atOnce, (i + 1) * atOnce),
  );
  return chunks.flatMap((chunk) => findLostAmong(context, before, after, chunk));
}

function findLostAmong<C extends { cluster: Cluster }>(
  context: CheckContext,
  before: RoleSnapshot,
  after: RoleSnapshot,
  claims: C[],
): C[] {
  const budget = new Budget();
  try {
    const [then, now] = [
      readTrust(before.trust, context, { budget }),
      readTrust(after.trust, context, { budget }),
    ];
    return claims.filter(
      ({ cluster }) => isLost(then, now, cluster) || isLost(assuming(then), assuming(now), cluster),
    );
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
    return claims;
  }
}

/** A new Deny takes a cluster away. An existing Deny must not hide that its line is lost. */
const isLost = (then: TrustReading, now: TrustReading, cluster: Cluster) =>
  [isAllowed, isCovered].some((covers) => covers(then, cluster) && !covers(now, cluster));
