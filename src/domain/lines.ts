import type { Cluster } from '../schema/primitives.ts';
import type { Finding } from '../schema/report.ts';
import { type Comparison, reachOf } from './arn.ts';
import { costs } from './effort.ts';
import { finding } from './finding.ts';
import { accountOfOrdinary } from './quick.ts';
import { coversAll, isProfilesOnly, reachesAnotherAccount, type SourceValue, touchesSome } from './source.ts';
import type { TrustReading } from './trust.ts';

const ifNotMeant = 'Nothing to do if that is meant; else POST …/extend with onMismatch REPLACE and every cluster writes a line for each.';
const everyCluster = { region: '*', name: '*' };

/** What is to be said of one `aws:SourceArn` value, whatever cluster was asked about. */
export function lineFindings({ partition, accountId, effort }: TrustReading, line: SourceValue & { pointer: string }): Finding[] {
  const { value, pointer, comparison } = line;
  effort.spend(costs.pattern);
  const ordinary = accountOfOrdinary(value, comparison, partition);
  if (ordinary === accountId) return [];
  effort.spend(costs.findings);
  const foreign = reachesAnotherAccount(value, comparison, accountId, effort)
    ? [
        finding(
          'SOURCE_ARN_FOREIGN',
          `${value} can match a source in another account.`,
          `POST …/extend with onMismatch MERGE removes it; lines name account ${accountId}.`,
          pointer,
        ),
      ]
    : [];
  if (ordinary !== null) return foreign;
  if (!touchesSome(line, { partition, account: null, ...everyCluster }, effort)) {
    const dead = finding(
      'SOURCE_ARN_DEAD',
      `${value} can never match a Fargate profile: ${whyDead(value, comparison, partition)}.`,
      'POST …/extend with the cluster that is meant adds a line that works; this one may then go, in IAM or with onMismatch REPLACE.',
      pointer,
    );
    return [...foreign, dead];
  }
  const { region, name } = reachOf(value);
  const findings = foreign;
  if (!isProfilesOnly(value, comparison))
    findings.push(
      finding(
        'SOURCE_ARN_WIDE',
        `${value} also matches resources that are not Fargate profiles.`,
        'POST …/extend with onMismatch REPLACE and every cluster writes …:fargateprofile/CLUSTER/* for each.',
        pointer,
      ),
    );
  // One part of the line decides; the other is taken as it is written: a pattern such as prod-* matches itself.
  const covers = (cluster: Cluster) => coversAll(line, { partition, account: accountId, ...cluster }, effort);
  const isOpen = (part: string) => /[*?]/.test(part);
  if (isOpen(region) && covers({ region: '*', name }))
    findings.push(finding('REGION_WILDCARD', `${value} covers every Region.`, ifNotMeant, pointer));
  if (isOpen(name) && covers({ region, name: '*' }))
    findings.push(finding('CLUSTER_WILDCARD', `${value} covers every cluster.`, ifNotMeant, pointer));
  return findings;
}

function whyDead(value: string, comparison: Comparison, partition: string): string {
  if (comparison.startsWith('EXACT') && /[*?]/.test(value)) return 'under this operator * and ? stand for themselves';
  if (!value.startsWith('arn:')) return 'it is not an ARN';
  if (!/[*?]/.test(value.split(':')[1] ?? '') && value.split(':')[1] !== partition) return `the account is in partition ${partition}`;
  if (value.includes(':cluster/')) return "it is a cluster's own ARN, and EKS names the profile's";
  return "a profile's ARN is …:fargateprofile/CLUSTER/PROFILE/UUID";
}
