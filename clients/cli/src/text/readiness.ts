import type { Answer } from '../../../typescript/src/index.ts';
import { oneLine, table } from './output.ts';

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
      `  ${severity} ${code}: ${oneLine(message)}\n    ${oneLine(remedy)}`,
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
