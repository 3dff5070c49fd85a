import type { Cluster } from '../../schema/primitives.ts';
import { clusterKey } from './cluster.ts';

/** A cluster that EKS has shown. */
export interface SeenCluster extends Cluster {
  firstSeenAt: Date;
  lastSeenAt: Date;
  /** EKS showed it at the last look. */
  isShown: boolean;
}

/** What is remembered of the clusters of one account. */
export interface Seen {
  /** By REGION/NAME. */
  clusters: ReadonlyMap<string, SeenCluster>;
  /** When the clusters of a Region were last listed, all of them. */
  listedAt: ReadonlyMap<string, Date>;
}

/** The memory of an account in which nobody has looked. */
export const nothingSeen: Seen = { clusters: new Map(), listedAt: new Map() };

/** Did EKS show the cluster once, and not at the last look? */
export const isGone = ({ clusters }: Seen, cluster: Cluster): boolean =>
  clusters.get(clusterKey(cluster))?.isShown === false;

/** The clusters that EKS showed once, and not at the last look. */
export const listGone = ({ clusters }: Seen): Cluster[] =>
  [...clusters.values()].flatMap(({ region, name, isShown }) => (isShown ? [] : [{ region, name }]));

/** The clusters that EKS showed at the last look. */
export const listShown = ({ clusters }: Seen): Cluster[] =>
  [...clusters.values()].flatMap(({ region, name, isShown }) => (isShown ? [{ region, name }] : []));
