import type { Cluster, ListedCluster } from '../../../schema/primitives.ts';
import { clusterKey, isAmong } from '../../role/cluster.ts';
import { type PlanResult, refuse, requestRemedy } from '../planned.ts';

/** The lost clusters that the request does not name. */
export const findUnnamed = (lost: Cluster[], removing: ListedCluster[]): Cluster[] =>
  lost.filter((cluster) => !isAmong(removing, cluster));

/**
 * Refuses a plan that removes coverage that the request does not name in `removing`. A plan that only adds,
 * or drops one line, must not do that. No input is known that leads here: it is a last guard.
 */
export function refuseLostCoverage(planned: PlanResult, removing: ListedCluster[] = []): PlanResult {
  if ('refused' in planned) return planned;
  const lost = findUnnamed(planned.effects.clustersLost, removing);
  if (lost.length === 0) return planned;
  return refuse(
    'TRUST_MISMATCH',
    `The change would remove coverage from ${lost.map(clusterKey).join(', ')}, which the request does not name.`,
    { remedy: requestRemedy({ request: 'EXTEND', clusters: lost, onMismatch: 'MERGE' }, 'keep them') },
  );
}
