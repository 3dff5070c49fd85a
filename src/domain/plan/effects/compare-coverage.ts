import type { Cluster, JsonObject } from '../../../schema/primitives.ts';
import { Budget, BudgetExceeded } from '../../patterns/budget.ts';
import type { CheckContext } from '../../role/check-context.ts';
import { assuming } from '../../trust/assume.ts';
import { isAllowed, isCovered } from '../../trust/coverage.ts';
import { readTrust } from '../../trust/read-trust.ts';
import type { TrustReading } from '../../trust/reading.ts';

/** The trust policy before and after a plan. */
interface Pair {
  was: TrustReading;
  is: TrustReading;
}

/** As it reads, and as it would read if every condition of unknown outcome held. */
export interface Comparison {
  known: Pair;
  supposed: Pair;
}

/** The number of clusters that share one budget. There can be more than one budget can decide. */
const atOnce = 50;

/**
 * Answers `decide` for each item. Where the patterns are too complex to evaluate, the answer is `tooComplex`,
 * for all items that share the budget.
 */
export function compareCoverage<T, A>(
  context: CheckContext,
  [before, after]: readonly [JsonObject, JsonObject],
  items: readonly T[],
  decide: (comparison: Comparison, item: T) => A,
  tooComplex: A,
): A[] {
  const chunks = Array.from({ length: Math.ceil(items.length / atOnce) }, (_, i) =>
    items.slice(i * atOnce, (i + 1) * atOnce),
  );
  return chunks.flatMap((chunk) => {
    const budget = new Budget();
    try {
      const known = {
        was: readTrust(before, context, { budget }),
        is: readTrust(after, context, { budget }),
      };
      const supposed = { was: assuming(known.was), is: assuming(known.is) };
      return chunk.map((item) => decide({ known, supposed }, item));
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) throw error;
      return chunk.map(() => tooComplex);
    }
  });
}

/** A new Deny takes a cluster away. An existing Deny must not hide that its line is lost. */
export const isLost = ({ known, supposed }: Comparison, cluster: Cluster): boolean =>
  [known, supposed].some(({ was, is }) =>
    [isAllowed, isCovered].some((covers) => covers(was, cluster) && !covers(is, cluster)),
  );

export const isGained = ({ known: { was, is } }: Comparison, cluster: Cluster): boolean =>
  isCovered(is, cluster) && !isCovered(was, cluster);
