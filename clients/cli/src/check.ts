import type { RoleReport } from '../../typescript/src/index.ts';
import { type Command, parseArguments, requiredClusters, texts } from './arguments.ts';
import { clusterName, oneLine, say, sayJson, table } from './output.ts';

export const check: Command = {
  usage: `rolewright check ACCOUNT ROLE --cluster REGION/NAME…
  Does the role let pods of these clusters start on Fargate? Exit code 0: it does; 1: it does not.
  --cluster REGION/NAME   a cluster; it may repeat`,
  async run(args, connect) {
    const { values, positionals } = parseArguments(args, ['ACCOUNT', 'ROLE'], { cluster: texts });
    const [accountId = '', roleName = ''] = positionals;
    const clusters = requiredClusters(values.cluster);
    const { client } = connect(values.url);
    const report = await client.checkExecutionRole({ accountId, roleName, clusters });
    if (values.json) sayJson(report);
    else say(reportText(report));
    return report.verdict === 'COMPLIANT' ? 0 : 1;
  },
};

/** Verdict, findings with their remedies, coverage. */
export function reportText({ accountId, roleName, verdict, action, findings, clusters }: RoleReport): string {
  const next = action === 'NONE' ? '' : `, next action ${action}`;
  const found = findings.map(
    ({ severity, code, message, remedy }) =>
      `  ${severity} ${code}: ${oneLine(message)}\n    ${oneLine(remedy)}`,
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
