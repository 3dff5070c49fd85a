import type { Cluster } from '../schema/primitives.ts';
import type { Finding, RoleReport, Verdict } from '../schema/report.ts';
import { clusterOf, executionPolicyArn, lineFor } from './arn.ts';
import { mostOf } from './condition.ts';
import { type PolicyDocument, readDocument } from './document.ts';
import { finding } from './finding.ts';
import { ownerOf } from './owner.ts';
import type { Observed, RoleState } from './role-state.ts';
import { hasPolicy, withoutPolicies } from './same.ts';
import { allowedBy, clustersIn, extendable, linesOf, ofTrust, type TrustReading } from './trust.ts';
import { coverageFindings, coverageOf, trustFindings } from './trust-findings.ts';

/** A report but for what takes a clock or a hash. */
export type Assessment = Pick<RoleReport, 'verdict' | 'action' | 'clusters' | 'findings'> & {
  trust: { document: PolicyDocument; linesLeft: number; lines: NonNullable<RoleReport['trust']>['lines'] } | null;
};

const actions = { COMPLIANT: 'NONE', NEEDS_EXTENSION: 'EXTEND', NEEDS_REPAIR: 'REPAIR', MISSING: 'CREATE' } as const;

/**
 * Judges a role: is it a pod execution role that covers each of the clusters? The contract's findings and verdicts. null asks
 * for no cluster: the role is judged by those that it has lines for.
 */
export function check(observed: Observed, clusters: Cluster[] | null): Assessment {
  const { role, roleName, accountId } = observed;
  if (!role) {
    const missing = finding(
      'ROLE_MISSING',
      `Account ${accountId} has no role ${roleName}.`,
      'POST …/execution-roles with the clusters creates it.',
    );
    return { ...judge([missing], false), clusters: (clusters ?? []).map((c) => ({ ...c, covered: false, coveredBy: [] })), trust: null };
  }
  const document = readDocument(role.trustText);
  return ofTrust(document.content, observed, (reading) => checkRole(observed, role, document, reading, clusters));
}

function checkRole(
  observed: Observed,
  role: RoleState,
  document: PolicyDocument,
  reading: TrustReading,
  asked: Cluster[] | null,
): Assessment {
  const clusters = asked ?? clustersIn(reading);
  const lines = clusters.map((cluster) => allowedBy(reading, cluster));
  const coverage = coverageOf(reading, clusters);
  const findings = [
    ...policyFindings(observed, role),
    ...trustFindings(reading, coverage),
    ...(asked === null ? coverageFindings(reading) : []),
    ...document.duplicates.map((pointer) =>
      finding(
        'DUPLICATE_KEYS',
        `The stored text repeats the key at ${pointer}; most readers keep only the last value.`,
        'POST …/extend with onMismatch MERGE and every cluster that is to stay writes them as one array.',
        pointer,
      ),
    ),
  ];
  const linesLeft = roomFor(observed, document, reading, clusters);
  if (linesLeft < 3 || document.size > observed.quota * 0.8)
    findings.push(
      finding(
        'QUOTA_NEAR',
        `The trust policy has ${document.size} of ${observed.quota} characters; ${linesLeft} more lines fit.`,
        'POST …/extend with compact drops lines that wider ones cover; or raise the quota "Role trust policy length" (L-C07B4B0D) in Service Quotas.',
      ),
    );
  return {
    ...judge(findings, extendable(reading) !== null),
    clusters: coverage.map(({ cluster, deniedAt }, i) => {
      const by = deniedAt === null ? lines[i] : null;
      return { ...cluster, covered: Boolean(by), coveredBy: by ?? [] };
    }),
    trust: {
      document,
      linesLeft,
      lines: linesOf(reading).map((line) => ({ pattern: line.value, ...(clusterOf(mostOf(line).value) ?? { region: null, name: null }) })),
    },
  };
}

function judge(findings: Finding[], canExtend: boolean): Pick<Assessment, 'verdict' | 'action' | 'findings'> {
  const errors = findings.filter((f) => f.severity === 'ERROR');
  const verdict: Verdict =
    errors.length === 0
      ? 'COMPLIANT'
      : errors.some((f) => f.code === 'ROLE_MISSING')
        ? 'MISSING'
        : canExtend && errors.every((f) => f.code === 'CLUSTER_NOT_LISTED')
          ? 'NEEDS_EXTENSION'
          : 'NEEDS_REPAIR';
  return { verdict, action: actions[verdict], findings };
}

/** Quotes, a comma, and the line itself: what one more line of the longest kind in question costs. */
function roomFor({ quota, partition, accountId }: Observed, document: PolicyDocument, reading: TrustReading, clusters: Cluster[]): number {
  const lines = clusters.length > 0 ? clusters.map((c) => lineFor(partition, accountId, c)) : linesOf(reading).map((line) => line.value);
  const cost =
    Math.max(...lines.map((line) => line.length), 0) ||
    lineFor(partition, accountId, { region: 'us-west-2', name: 'a-cluster-of-20-chars' }).length;
  // A single value becomes an array.
  const [only, ...more] = extendable(reading)?.test.lines ?? [];
  const brackets = only && more.length === 0 && !only.pointer.endsWith('/0') ? 2 : 0;
  return Math.max(0, Math.floor((quota - brackets - document.size) / (cost + 3)));
}

function policyFindings({ partition }: Observed, role: RoleState): Finding[] {
  const wanted = executionPolicyArn(partition);
  const extra = [...withoutPolicies(role.attached, [wanted]), ...(role.inline ?? [])];
  const owner = ownerOf(role.tags);
  return [
    ...(hasPolicy(role.attached, wanted)
      ? []
      : [finding('POLICY_NOT_ATTACHED', `${wanted} is not attached.`, 'POST …/extend, or PUT …/{roleName}, attaches it.')]),
    ...(extra.length > 0
      ? [
          finding(
            'EXTRA_POLICIES',
            `The role has other policies: ${extra.join(', ')}.`,
            'Nothing to do if they are wanted, as for Fargate logging; else detach them in IAM (DetachRolePolicy): Rolewright never does.',
          ),
        ]
      : []),
    ...(owner
      ? [
          finding(
            'MANAGED_ELSEWHERE',
            `The tag ${owner.tag} shows that ${owner.tool} owns this role.`,
            `Make changes in ${owner.tool}, or it will undo them: a write here is refused with the patch to make there.`,
          ),
        ]
      : []),
  ];
}
