import type { WriteResult } from '../../../typescript/src/index.ts';
import { reportText } from './report.ts';

/** The text about a write: its steps, done or planned. */
export function resultText({ plan, change, lineKept, report }: WriteResult, isDryRun: boolean): string {
  const kept =
    lineKept && `The claim ${change ? 'has ended' : 'would end'}, and the line stays: ${reasons[lineKept]}.`;
  if (plan.steps.length === 0) {
    const done = change
      ? `Change ${change.id} ${change.outcome}: ${change.kind}`
      : kept
        ? null
        : 'Nothing has to be done.';
    return [done, kept, reportText(report)].filter(Boolean).join('\n');
  }
  const writes = plan.steps.map(({ action }) => action).join(', ');
  const done = change
    ? `Change ${change.id} ${change.outcome}: ${writes}`
    : `${isDryRun ? 'It would be' : 'It is'} ${writes}`;
  return [plan.diff.trimEnd(), done, reportText(report)].filter(Boolean).join('\n');
}

const reasons = {
  CLAIMED: 'another claim needs it',
  LAST_CLUSTER: 'it is the last line of the trust policy',
};
