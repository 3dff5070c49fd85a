import { countWord, plural } from '../counts.ts';
import { whyOf } from '../fleet/words.ts';
import { listClusters } from '../mend/clusters.ts';
import type { Shape } from '../shape.ts';

type Result = Shape<'SweepResult'>;

/** What a result says, in words. */
export function resultText(result: Result): string {
  const { error, change, plan, readiness, report, verdict } = result;
  if (error) return error.detail;
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

/** "4 need repair", as the choice of a filter. */
export const outcomeText = (outcome: string, count: number): string =>
  outcome === 'FAILED'
    ? `${plural(count, 'account')} with an error`
    : `${count} ${countWord(outcome, count)}`;
