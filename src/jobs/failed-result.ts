import type { SweepOutcome, SweepRecord } from '../ports/sweeps.ts';
import { problemOf } from '../problem.ts';
import type { Problem } from '../schema/problem.ts';

/** The result of a role, or of an account, that failed. */
export function createFailedResult(
  { id, caller }: Pick<SweepRecord, 'id' | 'caller'>,
  error: unknown,
  roleName: string | null,
): SweepOutcome {
  // A plan or a change has its own place in a result.
  const { plan, change, ...problem }: Problem & { plan?: unknown; change?: unknown } = problemOf(
    error,
    `/v1/sweeps/${id}`,
    caller.requestId,
  );
  return {
    roleName,
    verdict: problem.code === 'ROLE_NOT_FOUND' ? 'MISSING' : null,
    report: null,
    plan: (plan ?? null) as SweepOutcome['plan'],
    change: (change ?? null) as SweepOutcome['change'],
    error: problem,
  };
}
