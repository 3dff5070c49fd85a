import type { SweepOutcome, SweepRecord } from '../ports/sweeps.ts';
import { problemOf } from '../problem.ts';
import type { Problem } from '../schema/problem.ts';

/** The result of a role, a cluster or an account that failed. */
export function createFailedResult(
  { id, caller }: Pick<SweepRecord, 'id' | 'caller'>,
  error: unknown,
  about: Pick<SweepOutcome, 'roleName' | 'region' | 'clusterName'>,
): SweepOutcome {
  // A plan or a change has its own place in a result.
  const { plan, change, ...problem }: Problem & { plan?: unknown; change?: unknown } = problemOf(
    error,
    `/v1/sweeps/${id}`,
    caller.requestId,
  );
  return {
    ...about,
    verdict: problem.code === 'ROLE_NOT_FOUND' ? 'MISSING' : null,
    plan: (plan ?? null) as SweepOutcome['plan'],
    change: (change ?? null) as SweepOutcome['change'],
    error: problem,
  };
}
