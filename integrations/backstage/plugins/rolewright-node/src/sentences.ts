import type { Cluster } from 'backstage-plugin-rolewright-common';

/** At most so many clusters are named. */
const most = 3;

/** `us-west-2/checkout, us-west-2/search and 2 more clusters` */
export function clusterList(clusters: readonly Cluster[]): string {
  const names = clusters.map(({ region, name }) => `${region}/${name}`);
  if (names.length > most) {
    const more = names.length - most + 1;
    return `${names.slice(0, most - 1).join(', ')} and ${more} more clusters`;
  }
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

interface Judged {
  accountId: string;
  roleName: string;
  verdict: 'COMPLIANT' | 'NEEDS_EXTENSION' | 'NEEDS_REPAIR' | 'MISSING';
  findings: readonly { severity: string; message: string }[];
}

/** The verdict of a role as a sentence. `covered`: the clusters that the sentence of a good role names. */
export function verdictSentence(
  { accountId, roleName, verdict, findings }: Judged,
  covered: readonly Cluster[],
): string {
  const role = `The role ${roleName} of account ${accountId}`;
  const errors = findings.filter(({ severity }) => severity === 'ERROR');
  const more = errors.length > 1 ? `, and has ${errors.length - 1} more findings` : '';
  switch (verdict) {
    case 'COMPLIANT':
      return covered.length > 0
        ? `${role} can start pods on Fargate in ${clusterList(covered)}.`
        : `Nothing is wrong with the role ${roleName} of account ${accountId}.`;
    case 'NEEDS_EXTENSION':
      return `${role} needs a line for each cluster that it does not cover.`;
    case 'NEEDS_REPAIR':
      return `${role} has to be repaired${more}.`;
    case 'MISSING':
      return `Account ${accountId} has no role ${roleName}.`;
  }
}
