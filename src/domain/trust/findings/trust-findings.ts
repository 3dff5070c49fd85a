import { type SourceTest, sureOf } from '../condition/source-test.ts';
import { letsNobodyIn } from '../lets-in.ts';
import type { TrustReading } from '../reading.ts';
import { checkConditions } from './condition-findings.ts';
import { type Coverage, createDenied, createNotListed } from './coverage-findings.ts';
import { createFinding, type Finding } from './finding.ts';
import { checkLine } from './line-findings.ts';
import { checkService } from './service-findings.ts';

/** All findings about a trust policy. Faults: BudgetExceeded. */
export const checkTrust = (reading: TrustReading, coverage: Coverage[]): Finding[] => [
  ...checkServiceAndCoverage(reading, coverage),
  ...checkConditions(reading),
  ...checkPrincipals(reading),
];

/** Only the errors. A plan may ask several times, and skips the many other findings. */
export const checkTrustErrors = (reading: TrustReading, coverage: Coverage[]): Finding[] =>
  checkServiceAndCoverage(reading, coverage).filter((f) => f.severity === 'ERROR');

/** The findings that can be errors. */
function checkServiceAndCoverage(reading: TrustReading, coverage: Coverage[]): Finding[] {
  const isTrusted = reading.statements.some((s) => s.effect === 'Allow' && s.isNamed);
  return [
    ...checkService(reading),
    ...coverage.flatMap(({ cluster, allowed, deniedAt, isDenialCertain }) => [
      ...(!allowed && isTrusted ? [createNotListed(reading, cluster)] : []),
      ...(deniedAt === null ? [] : [createDenied(reading, cluster, deniedAt, isDenialCertain)]),
    ]),
    ...checkLines(reading),
  ];
}

function checkLines(reading: TrustReading): Finding[] {
  reading.ofLines ??= reading.statements
    .filter((s) => s.effect === 'Allow')
    .flatMap((s) =>
      s.sourceTests
        .filter((test) => !test.isNegated)
        .flatMap((test) => checkSourceTest(reading, test, s.canAdmitOthers)),
    );
  return reading.ofLines;
}

function checkSourceTest(reading: TrustReading, { lines }: SourceTest, canAdmitOthers: boolean): Finding[] {
  const findings = lines.flatMap((line) => checkLine(reading, line, canAdmitOthers));
  if (lines.every((line) => line.read === null)) return findings;
  // A value that cannot be read has its own finding. If a readable value is foreign, do not repeat that for
  // it.
  const unread = new Set(lines.filter((line) => sureOf(line) === null).map(({ pointer }) => pointer));
  const isUnread = ({ pointer }: Finding) => unread.has(pointer ?? '');
  const isForeign = ({ code }: Finding) => code === 'SOURCE_ARN_FOREIGN';
  return findings.some((one) => isForeign(one) && !isUnread(one))
    ? findings.filter((one) => !isForeign(one) || !isUnread(one))
    : findings;
}

/** The finding when no cluster is asked about and none can use the role. Faults: BudgetExceeded. */
export function checkAnyCoverage(reading: TrustReading): Finding[] {
  const isTrusted = reading.statements.some((s) => s.effect === 'Allow' && s.isNamed);
  if (!isTrusted || !letsNobodyIn(reading)) return [];
  return [
    createFinding(
      'NO_CLUSTER_COVERED',
      `No statement is known to let in any ${reading.kind.source.noun} of account ${reading.accountId}.`,
      '/Statement',
    ),
  ];
}

function checkPrincipals(reading: TrustReading): Finding[] {
  return reading.others.map(({ pointer, principal, kind }) =>
    kind === 'DELETED'
      ? createFinding(
          'PRINCIPAL_DELETED',
          `${principal} is the ID of a deleted role or user. IAM rejects every policy that names it.`,
          pointer,
        )
      : kind === 'NODE'
        ? createFinding('PRINCIPAL_NODE_SHARED', `The role also trusts ${principal}.`, pointer)
        : createFinding('PRINCIPAL_OTHER', `The role also trusts ${principal}.`, pointer),
  );
}
