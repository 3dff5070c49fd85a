import type { RoleReport } from '../../../typescript/src/index.ts';
import { findingsText } from './findings.ts';
import { clusterName, table } from './output.ts';

/** Verdict, findings with their remedies, coverage. */
export function reportText({ accountId, roleName, verdict, action, findings, clusters }: RoleReport): string {
  const next = action === 'NONE' ? '' : `, next action ${action}`;
  const covered = clusters.map((cluster) => [
    `  ${clusterName(cluster)}`,
    !cluster.covered
      ? 'not covered'
      : cluster.coveredBy.length > 0
        ? `covered by ${cluster.coveredBy.join(', ')}`
        : 'covered: not confined',
  ]);
  return [`${verdict}: ${roleName} in ${accountId}${next}`, ...findingsText(findings), table(covered)]
    .filter(Boolean)
    .join('\n');
}
