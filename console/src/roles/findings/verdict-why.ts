import { clusterText } from '../../mend/clusters.ts';
import type { Shape } from '../../shape.ts';
import { byWeight, meanings } from '../meanings.ts';

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
    .toSorted((one, other) => byWeight(one.code, other.code));
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
  if (clusters.length === 1 && only) return `only ${clusterText(only)} can use this role.`;
  if (clusters.length === 0) return 'nothing is wrong with this role.';
  const isWide = clusters.some(({ region, name }) => /[*?]/.test(region + name));
  return isWide
    ? `${clusters.length} lines let clusters use this role.`
    : `${clusters.length} clusters can use this role.`;
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
