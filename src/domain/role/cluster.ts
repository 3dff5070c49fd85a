import type { ListedCluster } from '../../schema/primitives.ts';

/** The key of a cluster in one account, and its name in a sentence: REGION/NAME. */
export const clusterKey = ({ region, name }: ListedCluster): string => `${region}/${name}`;

export const isSameCluster = (one: ListedCluster, other: ListedCluster): boolean =>
  one.region === other.region && one.name === other.name;

/** Each cluster once, in the place where it stands first. */
export const distinctClusters = <C extends ListedCluster>(clusters: readonly C[]): C[] => [
  ...new Map(clusters.map((cluster) => [clusterKey(cluster), cluster])).values(),
];

/** Is the cluster one of these? `*` matches every Region or name. */
export const isAmong = (clusters: readonly ListedCluster[], { region, name }: ListedCluster): boolean =>
  clusters.some((one) => [region, '*'].includes(one.region) && [name, '*'].includes(one.name));
