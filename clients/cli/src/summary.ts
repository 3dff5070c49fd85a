import type { Sweep, SweepResult } from '../../typescript/src/index.ts';
import { oneLine, table } from './output.ts';

/**
 * Does somebody have to do something? An account without an execution role is no such case: it may not run
 * Fargate.
 */
export const needsAction = ({ roleName, verdict, change, error }: SweepResult): boolean =>
  error !== null ||
  (roleName !== null && verdict !== 'COMPLIANT') ||
  (change !== null && change.outcome !== 'SUCCEEDED');

/** `needing`: the first of the results that need action, of `count`. */
export function summaryText(
  sweep: Sweep,
  { needing, count }: { needing: readonly SweepResult[]; count: number },
): string {
  const { id, operation, state, dryRun, total, done, failed, verdicts } = sweep;
  const ended = `Sweep ${id}: ${operation}${dryRun ? ' (dry run)' : ''} ${state}, ${done} of ${total} accounts.`;
  const counts = [
    ['VERDICT', 'RESULTS'],
    ...Object.entries(verdicts).map(([verdict, number]) => [verdict, String(number)]),
    ['(accounts that failed)', String(failed)],
  ];
  const left = count - needing.length;
  return [
    ended,
    '',
    table(counts),
    ...(count > 0 ? ['', table([['ACCOUNT', 'ROLE', 'NEEDS ACTION'], ...needing.map(row)])] : []),
    ...(left > 0 ? [`… and ${left} more: rolewright sweep follow ${id} --limit ${count}`] : []),
  ].join('\n');
}

const row = (result: SweepResult): string[] => [result.accountId, result.roleName ?? '-', whatFor(result)];

function whatFor({ verdict, report, plan, change, error }: SweepResult): string {
  // The first sentence says what is wrong; --json and `rolewright extend` have the rest.
  if (error) return oneLine(`${error.code}: ${/^.*?\.(?=\s|$)/s.exec(error.detail)?.[0] ?? error.detail}`);
  const errors = new Set(
    report?.findings.filter(({ severity }) => severity === 'ERROR').map(({ code }) => code),
  );
  const writes = (plan?.steps ?? []).map(({ action }) => action).join(', ');
  const next = change ? `; change ${change.id} ${change.outcome}` : writes && `; would be ${writes}`;
  return `${[verdict, [...errors].join(', ')].filter(Boolean).join(': ')}${next}`;
}
