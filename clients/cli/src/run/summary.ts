import type { Sweep, SweepResult } from '../../../typescript/src/index.ts';
import { wrap } from '../text/fit.ts';
import { oneLine, table } from '../text/output.ts';
import { safe } from '../text/safe.ts';

/**
 * Does somebody have to do something? An account without an execution role or a cluster is no such case: it
 * may not run Fargate.
 */
export const needsAction = ({ roleName, region, verdict, change, error }: SweepResult): boolean =>
  error !== null ||
  (roleName !== null && verdict !== 'COMPLIANT') ||
  (region !== null && verdict !== null && verdict !== 'READY') ||
  (change !== null && change.outcome !== 'SUCCEEDED');

/** `needing`: the first of the results that need action, of `count`. */
export function summaryText(
  sweep: Sweep,
  { needing, count }: { needing: readonly SweepResult[]; count: number },
  width?: number,
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
    ...(count > 0
      ? [
          '',
          needingText(
            [
              ['ACCOUNT', operation === 'READINESS' ? 'CLUSTER' : 'ROLE', 'NEEDS ACTION'],
              ...needing.map(row),
            ],
            width,
          ),
        ]
      : []),
    ...(left > 0 ? [`… and ${left} more: rolewright sweep follow ${id} --limit ${count}`] : []),
  ].join('\n');
}

/** A table. On a terminal that is too narrow for it, what needs action stands below each account and role. */
function needingText(rows: string[][], width: number | undefined): string {
  const whole = table(rows);
  if (width === undefined || whole.split('\n').every((line) => line.length <= width)) return whole;
  return rows
    .slice(1)
    .map(
      ([account, about, why = '']) =>
        `${safe(`${account}  ${about}`)}\n${wrap(`  ${safe(why)}`, width, '  ')}`,
    )
    .join('\n');
}

const row = (result: SweepResult): string[] => [result.accountId, aboutOf(result), whatFor(result)];

const aboutOf = ({ roleName, region, clusterName }: SweepResult): string =>
  roleName ?? (region === null ? '-' : `${region}/${clusterName ?? '-'}`);

function whatFor({ verdict, report, readiness, plan, change, error }: SweepResult): string {
  // The first sentence says what is wrong; --json and `rolewright extend` have the rest.
  if (error) return oneLine(`${error.code}: ${firstSentence(error.detail)}`);
  const unknown = readiness?.findings.find(({ code }) => code === 'READINESS_UNKNOWN');
  if (verdict === 'UNKNOWN' && unknown) return oneLine(`UNKNOWN: ${firstSentence(unknown.message)}`);
  const { findings = [] }: { findings?: { code: string; severity: string }[] } = report ?? readiness ?? {};
  const errors = new Set(findings.filter(({ severity }) => severity === 'ERROR').map(({ code }) => code));
  const writes = (plan?.steps ?? []).map(({ action }) => action).join(', ');
  const next = change ? `; change ${change.id} ${change.outcome}` : writes && `; would be ${writes}`;
  return `${[verdict, [...errors].join(', ')].filter(Boolean).join(': ')}${next}`;
}

const firstSentence = (text: string): string => /^.*?\.(?=\s|$)/s.exec(text)?.[0] ?? text;
