import type { Cluster } from '../schema/primitives.ts';
import type { Finding } from '../schema/report.ts';
import { fargateService, lineFor } from './arn.ts';
import { finding } from './finding.ts';
import { lineFindings } from './lines.ts';
import { deniedBy, extendable, isAllowed, isConfined, linesOf, type TrustReading } from './trust.ts';

/** What a trust policy says of one cluster: is it allowed (denials not looked at), and the Deny that bars it. */
export interface Coverage {
  cluster: Cluster;
  allowed: boolean;
  deniedAt: string | null;
}

/** Faults: TooHard. */
export const coverageOf = (reading: TrustReading, clusters: Cluster[]): Coverage[] =>
  clusters.map((cluster) => ({ cluster, allowed: isAllowed(reading, cluster), deniedAt: deniedBy(reading, cluster)?.pointer ?? null }));

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
    ...coverage.flatMap(({ cluster, allowed, deniedAt }) => [
      ...(!allowed && isTrusted ? [notListed(reading, cluster)] : []),
      ...(deniedAt === null ? [] : [denied(cluster, deniedAt)]),
    ]),
    ...findingsOfLines(reading),
  ];
}

function findingsOfLines(reading: TrustReading): Finding[] {
  reading.ofLines ??= linesOf(reading).flatMap((line) => lineFindings(reading, line));
  return reading.ofLines;
}

function serviceFindings(reading: TrustReading): Finding[] {
  const allows = reading.statements.filter((s) => s.effect === 'Allow');
  const findings = allows
    .filter((s) => !isConfined(s))
    .map((s) =>
      finding(
        'SOURCE_ARN_MISSING',
        `The statement at ${s.pointer} lets ${fargateService} in for any cluster of any account: aws:SourceArn does not confine it.`,
        'POST …/extend with onMismatch MERGE confines it to the clusters that you name.',
        s.pointer,
      ),
    );
  if (!allows.some((s) => s.named))
    findings.unshift(
      finding(
        'SERVICE_NOT_TRUSTED',
        `No Allow statement names ${fargateService} for sts:AssumeRole.`,
        'POST …/extend with onMismatch MERGE adds the statement.',
        '/Statement',
      ),
    );
  return findings;
}

const notListed = (reading: TrustReading, cluster: Cluster) =>
  finding(
    'CLUSTER_NOT_LISTED',
    `No line covers cluster ${cluster.name} in ${cluster.region}.`,
    `POST …/extend with this cluster${extendable(reading) ? '' : ' and onMismatch MERGE'} adds ${lineFor(reading.partition, reading.accountId, cluster)}.`,
  );

const denied = (cluster: Cluster, pointer: string) =>
  finding(
    'DENIED',
    `The Deny statement at ${pointer} can match a Fargate profile of cluster ${cluster.name} in ${cluster.region}.`,
    'A Deny beats every Allow, so another line does not help: narrow it in IAM, or POST …/extend with onMismatch REPLACE writes the policy without it.',
    pointer,
  );

function conditionFindings(reading: TrustReading): Finding[] {
  return reading.statements.flatMap((s) => [
    // In a Deny it bars such a request, which weakens nothing.
    ...(s.effect === 'Allow' ? s.weak : []).map(({ pointer, what }) =>
      finding(
        'CONDITION_WEAK',
        `${what} at ${pointer} lets a request without the key through.`,
        'Use the plain operator in IAM; POST …/extend with onMismatch REPLACE and every cluster writes ArnLike.',
        pointer,
      ),
    ),
    ...s.unprovable.map(({ pointer, what }) =>
      finding(
        'CONDITION_UNPROVABLE',
        `The outcome of ${what} at ${pointer} cannot be known here, so its statement is not counted.`,
        'Remove the condition in IAM; POST …/extend with onMismatch MERGE adds a statement without it, where no other covers the cluster.',
        pointer,
      ),
    ),
  ]);
}

function principalFindings(reading: TrustReading): Finding[] {
  return reading.others.map(({ pointer, principal, isNode }) =>
    isNode
      ? finding(
          'PRINCIPAL_NODE_SHARED',
          `${principal} is trusted too.`,
          'Give the EC2 nodes a role of their own, as EKS wants the two apart; then POST …/extend with onMismatch REPLACE and every cluster.',
          pointer,
        )
      : finding(
          'PRINCIPAL_OTHER',
          `${principal} is trusted too.`,
          'If it is not meant to assume this role: POST …/extend with onMismatch REPLACE and every cluster writes the policy without it.',
          pointer,
        ),
  );
}
