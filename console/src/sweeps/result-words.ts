import { whyOf } from '../fleet/words.ts';
import { listClusters } from '../mend/clusters.ts';
import type { Shape } from '../shape.ts';

type Result = Shape<'SweepResult'>;

/** What to do about an error, where the API's own words are about its requests. */
const remedies: Partial<Record<string, string>> = {
  TRUST_MISMATCH:
    'The trust policy has no statement that a cluster can be added to. Open the role to mend it.',
  MANAGED_ELSEWHERE: 'Another tool owns this role. Open the role for the patch of its source.',
  QUOTA_EXCEEDED: 'The trust policy has no room for these clusters. Open the role to make room.',
  NOT_AN_EXECUTION_ROLE: 'Nothing shows that this is an execution role. Open the role to look.',
  CLUSTER_CLAIMED: 'It would take coverage from a cluster that somebody claims. Open the role to see who.',
  PROFILE_ACTIVE: 'It would take the role from a Fargate profile in use. Open the role to see which.',
  PRINCIPALS_LOST: 'It would take the role from another principal. Open the role to see which.',
};

/** A field that is wrong for one account alone is named by its message. */
const errorText = ({ code, detail, errors }: NonNullable<Result['error']>): string =>
  remedies[code] ??
  (code === 'INVALID_INPUT' ? `Not possible here: it ${errors[0]?.message ?? detail}.` : detail);

/** What a result says, in words. */
export function resultText(result: Result): string {
  const { error, change, plan, readiness, report, verdict } = result;
  if (error) return errorText(error);
  if (change) return `${change.outcome === 'SUCCEEDED' ? 'Added' : 'Tried to add'} ${gained(change)}`;
  if (plan)
    return plan.steps.length > 0
      ? `Would add ${gained(plan)}`
      : 'Nothing to do: the clusters are covered already.';
  if (readiness) return readiness.findings[0]?.message ?? '';
  if (report) return whyOf(report.findings.map(({ code }) => code));
  return verdict === 'MISSING' ? 'The account has no execution role.' : 'There is nothing to check.';
}

const gained = (plan: { effects: Shape<'Effects'> | null }) => {
  const clusters = plan.effects?.clustersGained ?? [];
  return clusters.length > 0 ? listClusters(clusters) : 'what the role lacks';
};

/** What a result is filtered by: its verdict, or FAILED. */
export type Outcome = NonNullable<Result['verdict']> | 'FAILED';

export const outcomeOf = ({ error, verdict }: Result): Outcome | null => (error ? 'FAILED' : verdict);

/** The accounts that a dry run would extend: those with a plan that has steps. */
export const accountsToExtend = (results: Result[]): string[] => [
  ...new Set(
    results
      .filter(({ plan, error }) => !error && plan && plan.steps.length > 0)
      .map(({ accountId }) => accountId),
  ),
];
