import type { Cluster } from '../../../schema/primitives.ts';
import { clusterOf, componentsOf } from '../../role/arn.ts';
import { clusterKey } from '../../role/cluster.ts';
import type { Seen } from '../../role/seen.ts';
import { type Line, sureOf } from '../condition/source-test.ts';
import { escapeValue } from '../escape.ts';
import { linesOf, type TrustReading } from '../reading.ts';
import { createFinding, type Finding } from './finding.ts';

/** The one cluster of this account that a line is for. Null: it has wildcards, or is for something else. */
export function namedCluster({ kind, partition, accountId }: TrustReading, line: Line): Cluster | null {
  const value = sureOf(line)?.value;
  const parts = value === undefined ? null : componentsOf(value);
  if (!parts || parts[1] !== partition || parts[4] !== accountId) return null;
  const cluster = clusterOf(kind.source, parts.join(':'));
  return cluster && /^[\w-]+$/.test(cluster.region) && /^[\w-]+$/.test(cluster.name) ? cluster : null;
}

/** The findings about lines whose cluster EKS no longer shows, or has not shown. */
export function checkSeen({ clusters, listedAt }: Seen, reading: TrustReading): Finding[] {
  if (clusters.size === 0 && listedAt.size === 0) return [];
  return linesOf(reading).flatMap((line) => {
    const cluster = namedCluster(reading, line);
    if (!cluster) return [];
    const { region, name } = cluster;
    const seen = clusters.get(clusterKey(cluster));
    const listed = listedAt.get(region);
    if (seen?.isShown === false)
      return [
        createFinding(
          'CLUSTER_GONE',
          `${escapeValue(line.value)} is for cluster ${name} in ${region}. EKS last showed it at ${seen.lastSeenAt.toISOString()}, and no longer does.`,
          line.pointer,
        ),
      ];
    if (!seen && listed)
      return [
        createFinding(
          'CLUSTER_NOT_SEEN',
          `${escapeValue(line.value)} is for cluster ${name} in ${region}, which EKS has not shown. It last listed all clusters of the Region at ${listed.toISOString()}.`,
          line.pointer,
        ),
      ];
    return [];
  });
}
