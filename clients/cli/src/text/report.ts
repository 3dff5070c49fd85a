import type { RoleReport } from '../../../typescript/src/index.ts';
import { wrap } from './fit.ts';
import { clusterName, oneLine, table, terminalWidth } from './output.ts';

/** Verdict, findings with their remedies, coverage. */
export function reportText({ accountId, roleName, verdict, action, findings, clusters }: RoleReport): string {
  const next = action === 'NONE' ? '' : `, next action ${action}`;
  const found = findings.map(
    ({ severity, code, message, remedy }) =>
      // A remedy may be a command to paste: it is not broken.
      `${wrap(`  ${severity} ${code}: ${oneLine(message)}`, terminalWidth(), '  ')}\n    ${oneLine(remedy)}`,
  );
  const covered = clusters.map((cluster) => [
    `  ${clusterName(cluster)}`,
    !cluster.covered
      ? 'not covered'
      : cluster.coveredBy.length > 0
        ? `covered by ${cluster.coveredBy.join(', ')}`
        : 'covered: not confined',
  ]);
  return [`${verdict}: ${roleName} in ${accountId}${next}`, ...found, table(covered)]
    .filter(Boolean)
    .join('\n');
}
