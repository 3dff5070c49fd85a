import type { Cluster } from '../../../schema/primitives.ts';
import { lineFor } from '../../role/arn.ts';
import { serviceOf } from '../../role/check-context.ts';
import { type SourceTest, sureOf } from '../condition/source-test.ts';
import { deniedBy, isAllowed, isCertain } from '../coverage.ts';
import { contradictsItself, letsNobodyIn } from '../lets-in.ts';
import { isConfined, type ServiceStatement, type TrustReading } from '../reading.ts';
import { printable } from '../visible.ts';
import { type Finding, finding } from './finding.ts';
import { lineFindings } from './line-findings.ts';

/** What a trust policy says of one cluster: is it allowed (denials not looked at), and the Deny that bars it. */
export interface Coverage {
  cluster: Cluster;
  allowed: boolean;
  deniedAt: string | null;
  /** Is the Deny known to match? */
  isDenialCertain: boolean;
}

/** Faults: TooHard. */
export const coverageOf = (reading: TrustReading, clusters: Cluster[]): Coverage[] =>
  clusters.map((cluster) => {
    const deny = deniedBy(reading, cluster);
    return {
      cluster,
      allowed: isAllowed(reading, cluster),
      deniedAt: deny?.pointer ?? null,
      isDenialCertain: deny !== null && isCertain(reading, deny, cluster),
    };
  });

/** All that is to be said of a trust policy. Faults: TooHard. */
export const trustFindings = (reading: TrustReading, coverage: Coverage[]): Finding[] => [
  ...grave(reading, coverage),
  ...conditionFindings(reading),
  ...principalFindings(reading),
];

/** Of these, the errors. A plan may ask more than once, and what is trusted besides may be much. */
export const trustErrors = (reading: TrustReading, coverage: Coverage[]): Finding[] =>
  grave(reading, coverage).filter((f) => f.severity === 'ERROR');

/** All among which there can be errors. */
function grave(reading: TrustReading, coverage: Coverage[]): Finding[] {
  const isTrusted = reading.statements.some((s) => s.effect === 'Allow' && s.named);
  return [
    ...serviceFindings(reading),
    ...coverage.flatMap(({ cluster, allowed, deniedAt, isDenialCertain }) => [
      ...(!allowed && isTrusted ? [notListed(reading, cluster)] : []),
      ...(deniedAt === null ? [] : [denied(reading, cluster, deniedAt, isDenialCertain)]),
    ]),
    ...findingsOfLines(reading),
  ];
}

function findingsOfLines(reading: TrustReading): Finding[] {
  reading.ofLines ??= reading.statements
    .filter((s) => s.effect === 'Allow')
    .flatMap((s) => s.sourceTests.filter((test) => !test.negated).flatMap((test) => findingsOfTest(reading, test, s.admitsOthers)));
  return reading.ofLines;
}

function findingsOfTest(reading: TrustReading, { lines }: SourceTest, admitsOthers: boolean): Finding[] {
  const findings = lines.flatMap((line) => lineFindings(reading, line, admitsOthers));
  if (lines.every((line) => line.read === null)) return findings;
  // What cannot be read is told as that. Where a value that can be read is foreign, it adds nothing to be foreign, too.
  const unread = new Set(lines.filter((line) => sureOf(line) === null).map(({ pointer }) => pointer));
  const isUnread = ({ pointer }: Finding) => unread.has(pointer ?? '');
  const isForeign = ({ code }: Finding) => code === 'SOURCE_ARN_FOREIGN';
  return findings.some((one) => isForeign(one) && !isUnread(one)) ? findings.filter((one) => !isForeign(one) || !isUnread(one)) : findings;
}

/** The finding of an answer that asks for no cluster, where no cluster can use the role. Faults: TooHard. */
export function coverageFindings(reading: TrustReading): Finding[] {
  const isTrusted = reading.statements.some((s) => s.effect === 'Allow' && s.named);
  if (!isTrusted || !letsNobodyIn(reading)) return [];
  return [
    finding(
      'NO_CLUSTER_COVERED',
      `No statement can be shown to let in a ${reading.kind.source.noun} of account ${reading.accountId}, whatever its cluster.`,
      '/Statement',
    ),
  ];
}

function serviceFindings(reading: TrustReading): Finding[] {
  const allows = reading.statements.filter((s) => s.effect === 'Allow');
  const findings = allows
    .filter((s) => !isConfined(s) && !isOpen(reading, s))
    .map((s) =>
      finding(
        'SOURCE_ARN_MISSING',
        `The statement at ${s.pointer} lets ${serviceOf(reading)} in for any cluster of any account: aws:SourceArn does not confine it.`,
        s.pointer,
      ),
    );
  if (!allows.some((s) => s.named))
    findings.unshift(finding('SERVICE_NOT_TRUSTED', `No Allow statement names ${serviceOf(reading)} for sts:AssumeRole.`, '/Statement'));
  return [...findings, ...anyoneFindings(reading)];
}

const isOpen = ({ open }: TrustReading, { pointer }: ServiceStatement) => open.some((at) => at.startsWith(`${pointer}/`));

const anyoneFindings = ({ open }: TrustReading): Finding[] =>
  open.map((pointer) =>
    finding(
      'PRINCIPAL_ANYONE',
      `The statement at ${pointer} lets in anyone of any account: no condition confines it to accounts, organizations, principals or services.`,
      pointer,
    ),
  );

const notListed = (reading: TrustReading, cluster: Cluster) =>
  finding('CLUSTER_NOT_LISTED', `No line covers cluster ${cluster.name} in ${cluster.region}.`, null, lineFor(reading, cluster));

const denied = ({ kind }: TrustReading, cluster: Cluster, pointer: string, isCertain: boolean) =>
  finding(
    'DENIED',
    `The Deny statement at ${pointer} ${isCertain ? 'can match' : 'cannot be shown not to match'} a ${kind.source.noun} of cluster ${cluster.name} in ${cluster.region}.`,
    pointer,
  );

function conditionFindings(reading: TrustReading): Finding[] {
  return reading.statements.flatMap((s) => [
    ...deadFindings(reading, s),
    // In a Deny it bars such a request, which weakens nothing.
    ...(s.effect === 'Allow' ? s.weak : []).map(({ pointer, what }) =>
      finding('CONDITION_WEAK', `${what} at ${pointer} lets a request without the key through.`, pointer),
    ),
    ...unprovableFindings(s),
    ...unconfirmedFindings(reading, s),
  ]);
}

function deadFindings(reading: TrustReading, statement: ServiceStatement): Finding[] {
  const { effect, named, others, failures, pointer } = statement;
  if (effect !== 'Allow' || !named) return [];
  const dead = (what: string, at: string) =>
    finding('STATEMENT_DEAD', `The statement at ${pointer} can never hold for account ${reading.accountId}: ${printable(what)}.`, at);
  if (others === 'FAILS') return [dead(failures.map(({ what }) => what).join('; '), failures[0]?.pointer ?? pointer)];
  return contradictsItself(reading, statement)
    ? [dead(`no ${reading.kind.source.noun} meets all of its tests of aws:SourceArn`, pointer)]
    : [];
}

function unprovableFindings({ effect, others, unprovable }: ServiceStatement): Finding[] {
  // A Deny that fails, whatever that may be, bars nothing.
  if (effect === 'Deny' && others === 'FAILS') return [];
  // Where all else holds, it is one of several values that cannot be read.
  const isValue = others === 'HOLDS';
  return unprovable.map(({ pointer, what }) =>
    effect === 'Deny'
      ? finding(
          'CONDITION_UNPROVABLE',
          `The outcome of ${printable(what)} at ${pointer} cannot be known here, so the Deny counts ${isValue ? 'for whatever the value may be' : 'as if it held'}.`,
          pointer,
        )
      : finding(
          'CONDITION_UNPROVABLE',
          `The outcome of ${printable(what)} at ${pointer} cannot be known here, so ${isValue ? 'the value covers no cluster' : 'its statement is not counted'}.`,
          pointer,
        ),
  );
}

const unconfirmedFindings = ({ kind }: TrustReading, { unconfirmed }: ServiceStatement): Finding[] =>
  unconfirmed.map(({ pointer, what, key }) =>
    finding(
      key === 'ACCOUNT' ? 'SOURCE_ACCOUNT_UNCONFIRMED' : 'SOURCE_ORG_UNCONFIRMED',
      `The outcome of ${printable(what)} at ${pointer} rests on a key that AWS does not say ${kind.caller} sends.`,
      pointer,
    ),
  );

function principalFindings(reading: TrustReading): Finding[] {
  return reading.others.map(({ pointer, principal, kind }) =>
    kind === 'DELETED'
      ? finding(
          'PRINCIPAL_DELETED',
          `${principal} is the ID of a role or user that was deleted. IAM refuses every policy that names it.`,
          pointer,
        )
      : kind === 'NODE'
        ? finding('PRINCIPAL_NODE_SHARED', `${principal} is trusted too.`, pointer)
        : finding('PRINCIPAL_OTHER', `${principal} is trusted too.`, pointer),
  );
}
