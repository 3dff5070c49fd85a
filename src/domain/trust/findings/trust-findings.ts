import type { Cluster } from '../../../schema/primitives.ts';
import { lineFor } from '../../role/arn.ts';
import { serviceOf } from '../../role/check-context.ts';
import { type SourceTest, sureOf } from '../condition/source-test.ts';
import { findDeny, isAllowed, isCertain } from '../coverage.ts';
import { escapeSentence } from '../escape.ts';
import { contradictsItself, letsNobodyIn } from '../lets-in.ts';
import { isConfined, type ServiceStatement, type TrustReading } from '../reading.ts';
import { createFinding, type Finding } from './finding.ts';
import { checkLine } from './line-findings.ts';

/**
 * Whether a trust policy allows one cluster, and the Deny that blocks it. `allowed` ignores Deny statements.
 */
export interface Coverage {
  cluster: Cluster;
  allowed: boolean;
  deniedAt: string | null;
  /** Is it known that the Deny matches? */
  isDenialCertain: boolean;
}

/** Faults: BudgetExceeded. */
export const readCoverage = (reading: TrustReading, clusters: Cluster[]): Coverage[] =>
  clusters.map((cluster) => {
    const deny = findDeny(reading, cluster);
    return {
      cluster,
      allowed: isAllowed(reading, cluster),
      deniedAt: deny?.pointer ?? null,
      isDenialCertain: deny !== null && isCertain(reading, deny, cluster),
    };
  });

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
  const isTrusted = reading.statements.some((s) => s.effect === 'Allow' && s.named);
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
    .flatMap((s) => s.sourceTests.filter((test) => !test.negated).flatMap((test) => checkSourceTest(reading, test, s.admitsOthers)));
  return reading.ofLines;
}

function checkSourceTest(reading: TrustReading, { lines }: SourceTest, admitsOthers: boolean): Finding[] {
  const findings = lines.flatMap((line) => checkLine(reading, line, admitsOthers));
  if (lines.every((line) => line.read === null)) return findings;
  // A value that cannot be read has its own finding. If a readable value is foreign, do not repeat that for
  // it.
  const unread = new Set(lines.filter((line) => sureOf(line) === null).map(({ pointer }) => pointer));
  const isUnread = ({ pointer }: Finding) => unread.has(pointer ?? '');
  const isForeign = ({ code }: Finding) => code === 'SOURCE_ARN_FOREIGN';
  return findings.some((one) => isForeign(one) && !isUnread(one)) ? findings.filter((one) => !isForeign(one) || !isUnread(one)) : findings;
}

/** The finding when no cluster is asked about and none can use the role. Faults: BudgetExceeded. */
export function checkAnyCoverage(reading: TrustReading): Finding[] {
  const isTrusted = reading.statements.some((s) => s.effect === 'Allow' && s.named);
  if (!isTrusted || !letsNobodyIn(reading)) return [];
  return [
    createFinding(
      'NO_CLUSTER_COVERED',
      `No statement is known to let in any ${reading.kind.source.noun} of account ${reading.accountId}.`,
      '/Statement',
    ),
  ];
}

function checkService(reading: TrustReading): Finding[] {
  const allows = reading.statements.filter((s) => s.effect === 'Allow');
  const findings = allows
    .filter((s) => !isConfined(s) && !isOpen(reading, s))
    .map((s) =>
      createFinding(
        'SOURCE_ARN_MISSING',
        `The statement at ${s.pointer} lets ${serviceOf(reading)} assume the role for any cluster of any account: no condition on aws:SourceArn confines it.`,
        s.pointer,
      ),
    );
  if (!allows.some((s) => s.named))
    findings.unshift(
      createFinding('SERVICE_NOT_TRUSTED', `No Allow statement names ${serviceOf(reading)} for sts:AssumeRole.`, '/Statement'),
    );
  return [...findings, ...checkAnyone(reading)];
}

const isOpen = ({ open }: TrustReading, { pointer }: ServiceStatement) => open.some((at) => at.startsWith(`${pointer}/`));

const checkAnyone = ({ open }: TrustReading): Finding[] =>
  open.map((pointer) =>
    createFinding(
      'PRINCIPAL_ANYONE',
      `The statement at ${pointer} lets anyone in any account assume the role: no condition confines it to accounts, organizations, principals or services.`,
      pointer,
    ),
  );

const createNotListed = (reading: TrustReading, cluster: Cluster) =>
  createFinding('CLUSTER_NOT_LISTED', `No line covers cluster ${cluster.name} in ${cluster.region}.`, null, lineFor(reading, cluster));

const createDenied = ({ kind }: TrustReading, cluster: Cluster, pointer: string, isCertain: boolean) =>
  createFinding(
    'DENIED',
    `The Deny statement at ${pointer} ${isCertain ? 'can' : 'may'} match a ${kind.source.noun} of cluster ${cluster.name} in ${cluster.region}${isCertain ? '' : ': its outcome is unknown'}.`,
    pointer,
  );

function checkConditions(reading: TrustReading): Finding[] {
  return reading.statements.flatMap((s) => [
    ...checkDead(reading, s),
    // In a Deny it blocks such a request, so it is not weak.
    ...(s.effect === 'Allow' ? s.weak : []).map(({ pointer, what }) =>
      createFinding('CONDITION_WEAK', `${what} at ${pointer} lets a request without the key through.`, pointer),
    ),
    ...checkUnprovable(s),
    ...checkUnconfirmed(reading, s),
  ]);
}

function checkDead(reading: TrustReading, statement: ServiceStatement): Finding[] {
  const { effect, named, others, failures, pointer } = statement;
  if (effect !== 'Allow' || !named) return [];
  const dead = (what: string, at: string) =>
    createFinding(
      'STATEMENT_DEAD',
      `The statement at ${pointer} can never apply to account ${reading.accountId}: ${escapeSentence(what)}.`,
      at,
    );
  if (others === 'FAILS') return [dead(failures.map(({ what }) => what).join('; '), failures[0]?.pointer ?? pointer)];
  return contradictsItself(reading, statement)
    ? [dead(`no ${reading.kind.source.noun} meets all of its conditions on aws:SourceArn`, pointer)]
    : [];
}

function checkUnprovable({ effect, others, unprovable }: ServiceStatement): Finding[] {
  // A Deny that fails blocks nothing, whatever this condition is.
  if (effect === 'Deny' && others === 'FAILS') return [];
  // If all other conditions hold, one of several values cannot be read.
  const isValue = others === 'HOLDS';
  return unprovable.map(({ pointer, what }) =>
    effect === 'Deny'
      ? createFinding(
          'CONDITION_UNPROVABLE',
          `The outcome of ${escapeSentence(what)} at ${pointer} is unknown, so the Deny counts as if it matched${isValue ? ' any value' : ''}.`,
          pointer,
        )
      : createFinding(
          'CONDITION_UNPROVABLE',
          `The outcome of ${escapeSentence(what)} at ${pointer} is unknown, so ${isValue ? 'the value covers no cluster' : 'its statement is not counted'}.`,
          pointer,
        ),
  );
}

const checkUnconfirmed = ({ kind }: TrustReading, { unconfirmed }: ServiceStatement): Finding[] =>
  unconfirmed.map(({ pointer, what, key }) =>
    createFinding(
      key === 'ACCOUNT' ? 'SOURCE_ACCOUNT_UNCONFIRMED' : 'SOURCE_ORG_UNCONFIRMED',
      `The outcome of ${escapeSentence(what)} at ${pointer} depends on a key that AWS does not document for calls by ${kind.caller}.`,
      pointer,
    ),
  );

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
