import type { Cluster } from '../../../schema/primitives.ts';
import { isSameCanonical } from '../../policy/document.ts';
import type { CheckContext } from '../../role/check-context.ts';
import type { Planned } from '../planned.ts';
import { compareCoverage, isLost } from './compare-coverage.ts';

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
  const lost = compareCoverage(
    context,
    [before.trust, after.trust],
    claims,
    (comparison, { cluster }) => isLost(comparison, cluster),
    true,
  );
  return claims.filter((_, i) => lost[i]);
}
