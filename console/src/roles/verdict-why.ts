import { clusterText } from '../mend/clusters.ts';
import type { Shape } from '../shape.ts';

/** What an error of a role means, to follow the word of its verdict and a colon. */
const meanings: Partial<Record<Shape<'FindingCode'>, string>> = {
  ROLE_MISSING: 'the account has no role with this name',
  POLICY_NOT_ATTACHED: 'the policy by which pods pull their images is not attached',
  SERVICE_NOT_TRUSTED: 'Fargate cannot use this role',
  SOURCE_ARN_MISSING: 'any cluster of any account can use this role',
  SOURCE_ARN_FOREIGN: 'clusters of another account can use this role',
  CLUSTER_NOT_LISTED: 'a cluster is not covered',
  DENIED: 'a Deny statement keeps clusters out',
  PRINCIPAL_ANYONE: 'anybody can use this role',
  NO_CLUSTER_COVERED: 'no cluster can use this role',
};

/** From the heaviest. Errors that are not here follow. */
const heaviest: Shape<'FindingCode'>[] = [
  'ROLE_MISSING',
  'PRINCIPAL_ANYONE',
  'SOURCE_ARN_MISSING',
  'SOURCE_ARN_FOREIGN',
  'SERVICE_NOT_TRUSTED',
];
const rank = ({ code }: Shape<'Finding'>) =>
  heaviest.includes(code) ? heaviest.indexOf(code) : heaviest.length;

/** Why a role has its verdict, to follow its word: "any cluster of any account can use this role." */
export function verdictWhy({
  findings,
  clusters,
}: {
  findings: Shape<'Finding'>[];
  clusters: Shape<'ListedCluster'>[];
}): string {
  const errors = findings
    .filter(({ severity }) => severity === 'ERROR')
    .toSorted((one, other) => rank(one) - rank(other));
  const [first] = errors;
  if (!first) return coverage(clusters);
  const others = new Set(errors.map(({ code }) => code)).size - 1;
  const meaning = meanings[first.code] ?? lowerFirst(first.message).replace(/\.$/, '');
  return `${meaning}${others > 0 ? `, and ${others} more ${others === 1 ? 'fault' : 'faults'}` : ''}.`;
}

function coverage(clusters: Shape<'ListedCluster'>[]): string {
  const [only] = clusters;
  if (clusters.some(({ region, name }) => region === '*' && name === '*'))
    return 'every cluster of this account can use this role.';
  if (clusters.length === 1 && only) return `${clusterText(only)} can use this role.`;
  return clusters.length === 0
    ? 'nothing is wrong with this role.'
    : `${clusters.length} lines let clusters use this role.`;
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
