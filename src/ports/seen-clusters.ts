import type { Seen } from '../domain/role/seen.ts';
import type { Cluster } from '../schema/primitives.ts';

/** What EKS showed of one Region of an account. A name is in `shown` or in `absent`, never in both. */
export interface RegionLook {
  accountId: string;
  region: string;
  /** Are these all clusters of the Region? */
  isListing: boolean;
  /** Names of clusters that EKS showed. */
  shown: string[];
  /** Names of clusters that EKS does not have. */
  absent: string[];
  /** Of clusters in `shown`. */
  profiles: ProfileLook[];
}

/** What EKS showed of the Fargate profiles of one cluster. */
export interface ProfileLook {
  clusterName: string;
  /** The names of all its profiles. Null: they were not listed. */
  names: string[] | null;
  roles: { name: string; roleArn: string }[];
}

/** The clusters that EKS has shown. */
export interface SeenClusters {
  /** Remembers looks, each Region of an account once. Fault: UNAVAILABLE. */
  keep(looks: RegionLook[]): Promise<void>;
  /**
   * What is remembered of the account, up to ten seconds old. While the database does not answer: what this
   * replica last knew.
   */
  of(accountId: string): Promise<Seen>;
  /** The clusters that EKS shows, and that have a Fargate profile with this role. Fault: UNAVAILABLE. */
  usingRole(accountId: string, roleArn: string): Promise<Cluster[]>;
}
