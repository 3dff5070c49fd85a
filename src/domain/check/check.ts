import type { Cluster } from '../../schema/primitives.ts';
import type { RoleReport, Verdict } from '../../schema/report.ts';
import { listDropped } from '../plan/effects/dropped.ts';
import { type PolicyDocument, readDocument } from '../policy/document.ts';
import { addLines } from '../rewrite/rewrite.ts';
import { clusterOf } from '../role/arn.ts';
import type { Observed, RoleState } from '../role/role-state.ts';
import { mostOf } from '../trust/condition/source-test.ts';
import { findAllowingLines } from '../trust/coverage.ts';
import type { Coverage } from '../trust/findings/coverage-findings.ts';
import { createFinding } from '../trust/findings/finding.ts';
import { findAll } from '../trust/findings/role-findings.ts';
import { type ParsedRole, parseTrust } from '../trust/parse-trust.ts';
import { ofTrust } from '../trust/read-trust.ts';
import { findExtendable, linesOf, type TrustReading } from '../trust/reading.ts';
import { type Prescription, prescribe } from './prescribe.ts';

/** The parts of a report that need neither a clock nor a hash. */
export type Assessment = Pick<RoleReport, 'verdict' | 'action' | 'clusters'> & {
  findings: Prescription[];
  trust: {
    document: PolicyDocument;
    linesLeft: number;
    lines: NonNullable<RoleReport['trust']>['lines'];
  } | null;
};

const actions = {
  COMPLIANT: 'NONE',
  NEEDS_EXTENSION: 'EXTEND',
  NEEDS_REPAIR: 'REPAIR',
  MISSING: 'CREATE',
} as const;

/**
 * Checks a role: verdict, findings, and coverage of each cluster, as the contract defines them. `clusters`
 * null: checks the clusters that the role has lines for.
 */
export function check(observed: Observed, clusters: Cluster[] | null): Assessment {
  const { role, roleName, accountId } = observed;
  if (!role) {
    const missing: Prescription = {
      ...createFinding('ROLE_MISSING', `Account ${accountId} has no role ${roleName}.`),
      remedy: { request: { request: 'CREATE', clusters: clusters ? 'SAME' : 'CHOSEN' }, text: 'create it' },
    };
    return {
      ...decideVerdict([missing], false),
      clusters: (clusters ?? []).map((c) => ({ ...c, covered: false, coveredBy: [] })),
      trust: null,
    };
  }
  const document = readDocument(role.trustText);
  return ofTrust(document.content, observed, (reading) =>
    checkRole({ ...observed, role }, document, reading, clusters),
  );
}

function checkRole(
  observed: Observed & { role: RoleState },
  document: PolicyDocument,
  reading: TrustReading,
  asked: Cluster[] | null,
): Assessment {
  const { findings, coverage, linesLeft } = findAll(observed, document, reading, asked);
  const current = parseTrust(observed, observed.role, reading);
  const lines = coverage.map(({ cluster }) => findAllowingLines(reading, cluster));
  return {
    ...decideVerdict(prescribe(observed, current, asked, findings), canExtend(current, coverage)),
    clusters: coverage.map(({ cluster, deniedAt }, i) => {
      const by = deniedAt === null ? lines[i] : null;
      return { ...cluster, covered: Boolean(by), coveredBy: by ?? [] };
    }),
    trust: {
      document,
      linesLeft,
      lines: linesOf(reading).map((line) => ({
        pattern: line.value,
        ...(clusterOf(observed.kind.source, mostOf(line).value) ?? { region: null, name: null }),
      })),
    },
  };
}

/** Are more lines enough? Not if writing them would drop values that a repeated key hides. */
function canExtend(role: ParsedRole, coverage: Coverage[]): boolean {
  if (role.conflicts.length === 0) return findExtendable(role.reading) !== null;
  const extended = addLines(
    role.document,
    role.reading,
    coverage.map(({ cluster }) => cluster),
  );
  return extended !== null && listDropped(role, extended).length === 0;
}

function decideVerdict(
  findings: Prescription[],
  canExtend: boolean,
): Pick<Assessment, 'verdict' | 'action' | 'findings'> {
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
