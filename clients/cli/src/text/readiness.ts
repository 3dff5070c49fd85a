import type { Answer } from '../../../typescript/src/index.ts';
import { wrap } from './fit.ts';
import { oneLine, table, terminalWidth } from './output.ts';

/** Can pods start on Fargate in a cluster: verdict, findings with their remedies, profiles. */
export function readinessText({
  accountId,
  region,
  clusterName,
  verdict,
  profiles,
  findings,
}: Answer<'getFargateReadiness'>): string {
  const found = findings.map(
    ({ severity, code, message, remedy }) =>
      // A remedy may be a command to paste: it is not broken.
      `${wrap(`  ${severity} ${code}: ${oneLine(message)}`, terminalWidth(), '  ')}\n    ${oneLine(remedy)}`,
  );
  const rows = profiles.map((profile) => [
    `  ${profile.name}`,
    profile.status,
    profile.roleVerdict ?? 'role not read',
    `access entry ${profile.accessEntry}`,
  ]);
  return [`${verdict}: ${region}/${clusterName ?? '-'} in ${accountId}`, ...found, table(rows)]
    .filter(Boolean)
    .join('\n');
}
