import type { Cluster } from '../../../schema/primitives.ts';
import type { PolicyDocument } from '../../policy/document.ts';
import { lineFor } from '../../role/arn.ts';
import { requiredPoliciesOf } from '../../role/check-context.ts';
import { findOwner } from '../../role/ownership.ts';
import type { Observed, RoleState } from '../../role/role-state.ts';
import { withoutPolicies } from '../../role/same.ts';
import { listShown } from '../../role/seen.ts';
import { clustersIn } from '../coverage.ts';
import { findExtendable, linesOf, type TrustReading } from '../reading.ts';
import { type Coverage, readCoverage } from './coverage-findings.ts';
import { createFinding, type Finding } from './finding.ts';
import { checkSeen } from './seen-findings.ts';
import { checkAnyCoverage, checkTrust } from './trust-findings.ts';

/** The findings about a role. `asked` null: no cluster is asked about. Faults: BudgetExceeded. */
export function findAll(
  observed: Observed & { role: RoleState },
  document: PolicyDocument,
  reading: TrustReading,
  asked: Cluster[] | null,
): { findings: Finding[]; coverage: Coverage[]; linesLeft: number } {
  const clusters = asked ?? clustersIn(reading);
  const coverage = readCoverage(reading, clusters);
  const linesLeft = countLinesLeft(observed, document, reading, clusters);
  const findings = [
    ...checkPolicies(observed, observed.role),
    ...checkTrust(reading, coverage),
    ...(asked === null ? checkAnyCoverage(reading) : []),
    ...document.duplicates.map((pointer) =>
      createFinding(
        'DUPLICATE_KEYS',
        `The stored policy repeats the key at ${pointer}. Most readers keep only the last value.`,
        pointer,
      ),
    ),
    ...checkSeen(observed.seen, reading),
    ...(linesLeft < 3 || document.size > observed.quota * 0.8
      ? [
          createFinding(
            'QUOTA_NEAR',
            `The trust policy uses ${document.size} of ${observed.quota} characters. ${linesLeft} more lines fit.`,
          ),
        ]
      : []),
  ];
  return { findings, coverage, linesLeft };
}

/**
 * The number of further lines that fit. Each costs the longest line in question, its quotes and a comma. A
 * role without lines is measured by the clusters that EKS shows.
 */
function countLinesLeft(
  observed: Observed,
  document: PolicyDocument,
  reading: TrustReading,
  clusters: Cluster[],
): number {
  const own = linesOf(reading).map((line) => line.value);
  const likely = clusters.length > 0 || own.length > 0 ? clusters : listShown(observed.seen);
  const lines = likely.length > 0 ? likely.map((c) => lineFor(observed, c)) : own;
  const cost =
    Math.max(...lines.map((line) => line.length), 0) ||
    lineFor(observed, { region: 'us-west-2', name: 'a-cluster-of-20-chars' }).length;
  // Adding to a single value makes it an array.
  const [only, ...more] = findExtendable(reading)?.test.lines ?? [];
  const brackets = only && more.length === 0 && !only.pointer.endsWith('/0') ? 2 : 0;
  return Math.max(0, Math.floor((observed.quota - brackets - document.size) / (cost + 3)));
}

function checkPolicies(observed: Observed, role: RoleState): Finding[] {
  const required = requiredPoliciesOf(observed);
  const extra = [...withoutPolicies(role.attached, required), ...(role.inline ?? [])];
  const owner = findOwner(role.tags);
  return [
    ...withoutPolicies(required, role.attached).map((arn) =>
      createFinding('POLICY_NOT_ATTACHED', `${arn} is not attached.`),
    ),
    ...(extra.length > 0
      ? [createFinding('EXTRA_POLICIES', `The role has other policies: ${extra.join(', ')}.`)]
      : []),
    ...(owner
      ? [createFinding('MANAGED_ELSEWHERE', `The tag ${owner.tag} shows that ${owner.tool} owns this role.`)]
      : []),
  ];
}
