import type {
  Answer,
  OperationId,
  RoleReport,
  Sweep,
  Verification,
  WriteResult,
} from '../../../typescript/src/index.ts';
import { inputs } from '../generated/inputs.ts';
import { terminalWidth } from '../text/output.ts';
import { readinessText } from '../text/readiness.ts';
import { reportText } from '../text/report.ts';
import { resultText } from '../text/result.ts';
import { itemText, listText } from '../text/show.ts';

/** What a person reads of an answer that is not a list. */
export function textOf(id: OperationId, result: object | undefined, input: Record<string, unknown>): string {
  const isDryRun = input.dryRun === true;
  if (id === 'endClaim') {
    const { change } = result as { change: { id: string } | null };
    return isDryRun ? `Claim ${input.id} would end.` : `Claim ${input.id} has ended: change ${change?.id}.`;
  }
  if (result === undefined) return isDryRun ? 'It would be done.' : 'Done.';
  if (inputs[id].plans) return resultText(result as WriteResult, isDryRun);
  if (id === 'checkExecutionRole') return reportText(result as RoleReport);
  if (id === 'getFargateReadiness') return readinessText(result as Answer<'getFargateReadiness'>);
  if (id === 'cancelSweep') {
    const { id, state, done, total } = result as Sweep;
    return `Sweep ${id} is ${state}: ${done} of ${total} accounts are done, and stay so.`;
  }
  if (id === 'startSweep') {
    const { id, total } = result as Sweep;
    return `Sweep ${id} has begun, over ${total} accounts. Follow it: rolewright sweep follow ${id}`;
  }
  if (id === 'getPostureAccounts') return listText(id, (result as Answer<typeof id>).items, terminalWidth());
  if (id === 'getPostureTrend') return listText(id, (result as Answer<typeof id>).days, terminalWidth());
  return itemText(result);
}

/** 1: the answer is negative, or a dry run has something to do. */
export function exitCodeOf(id: OperationId, result: object | undefined, isDryRun: boolean): number {
  if (inputs[id].plans) {
    const { plan, change, lineKept, report } = result as WriteResult;
    // A claim that would end has no step.
    const isLeft = isDryRun && (plan.steps.length > 0 || Boolean(lineKept));
    const isBad = id === 'extendExecutionRole' && report.verdict !== 'COMPLIANT';
    return isLeft || isBad || (change !== null && change.outcome !== 'SUCCEEDED') ? 1 : 0;
  }
  if (id === 'checkExecutionRole') return (result as RoleReport).verdict === 'COMPLIANT' ? 0 : 1;
  if (id === 'verifyLog') return (result as Verification).ok ? 0 : 1;
  if (id === 'getFargateReadiness') return (result as { verdict: string }).verdict === 'READY' ? 0 : 1;
  return 0;
}
