import type { Cluster } from '../../schema/primitives.ts';
import type { Beyond } from '../remedies/beyond-requests.ts';
import { reachOf } from '../role/arn.ts';
import { isSameCluster } from '../role/cluster.ts';
import type { ParsedRole } from '../trust/parse-trust.ts';
import { canAsk } from './askable.ts';
import type { FindingCase } from './finding-case.ts';

/** The reason why no request helps, when it is known without planning one. */
export function findBarrier(
  { reading }: ParsedRole,
  asked: Cluster[] | null,
  { found, statement, name, isDroppable }: FindingCase,
): Beyond | null {
  const { code, pointer, line } = found;
  const isShared = statement !== undefined && !statement.isAlone;
  switch (code) {
    case 'CLUSTER_NOT_LISTED':
      return line !== undefined && canAsk(reading, reachOf(reading.kind.source, line)) ? null : 'REGION';
    case 'CLUSTER_GONE':
      return name && canAsk(reading, name) ? null : 'REGION';
    case 'CLUSTER_NOT_SEEN':
      return 'AHEAD';
    case 'EXTRA_POLICIES':
      return 'WANTED_POLICIES';
    case 'MANAGED_ELSEWHERE':
      return 'OWNER';
    case 'SOURCE_ACCOUNT_UNCONFIRMED':
    case 'SOURCE_ORG_UNCONFIRMED':
      return 'UNCONFIRMED';
    case 'CONDITION_UNPROVABLE':
      return 'UNPROVABLE';
    case 'PRINCIPAL_DELETED':
      return pointer?.includes('/NotPrincipal') ? 'BARRED_PRINCIPAL' : null;
    case 'SOURCE_ARN_DEAD':
    case 'SOURCE_ARN_WIDE':
    case 'CONDITION_WEAK':
    case 'STATEMENT_DEAD':
      return reading.others.some(({ kind }) => kind !== 'DELETED') ? 'OTHERS_TRUSTED' : null;
    case 'REGION_WILDCARD':
    case 'CLUSTER_WILDCARD':
      if (isShared) return 'OTHERS_TRUSTED';
      if (name && asked?.some((cluster) => isSameCluster(cluster, name))) return 'ASKED_FOR';
  }
  return isDroppable && !name ? 'NOT_A_NAME' : null;
}
