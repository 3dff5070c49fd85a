import type { Answer } from '../../../typescript/src/index.ts';
import { findingsText } from './findings.ts';
import { table } from './output.ts';

/** Can pods start on Fargate in a cluster: verdict, findings with their remedies, profiles. */
export function readinessText({
  accountId,
  region,
  clusterName,
  verdict,
  profiles,
  findings,
}: Answer<'getFargateReadiness'>): string {
  const rows = profiles.map((profile) => [
    `  ${profile.name}`,
    profile.status,
    profile.roleVerdict ?? 'role not read',
    `access entry ${profile.accessEntry}`,
  ]);
  return [
    `${verdict}: ${region}/${clusterName ?? '-'} in ${accountId}`,
    ...findingsText(findings),
    table(rows),
  ]
    .filter(Boolean)
    .join('\n');
}
