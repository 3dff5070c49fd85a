import type { AccessEntry, ClusterState, FargateProfile, Hidden } from '../domain/readiness/world.ts';
import type { Account } from '../schema/account.ts';
import type { Caller } from '../schema/caller.ts';
import type { Cluster } from '../schema/primitives.ts';

/** What AWS answered, or why it did not. */
export type Shown<T> = { value: T } | { hidden: Hidden };

/**
 * EKS in one account and Region, through the account's member role. Null: there is no such thing, or it has
 * gone since it was listed. Faults: ACCOUNT_UNREACHABLE, AWS_FAILED, AWS_THROTTLED.
 */
export interface Clusters {
  /** The names of all clusters, a hundred in one call. */
  list(account: Account, region: string, caller: Caller): Promise<Shown<string[]>>;
  read(account: Account, cluster: Cluster, caller: Caller): Promise<Shown<ClusterState | null>>;
  /** The names of all Fargate profiles, a hundred in one call. */
  profileNames(account: Account, cluster: Cluster, caller: Caller): Promise<Shown<string[] | null>>;
  profile(
    account: Account,
    cluster: Cluster,
    profileName: string,
    caller: Caller,
  ): Promise<Shown<FargateProfile | null>>;
  /** The names of all managed node groups, a hundred in one call. */
  nodeGroupNames(account: Account, cluster: Cluster, caller: Caller): Promise<Shown<string[] | null>>;
  /** The ARN of the role of a managed node group. */
  nodeRole(
    account: Account,
    cluster: Cluster,
    nodeGroupName: string,
    caller: Caller,
  ): Promise<Shown<string | null>>;
  accessEntry(
    account: Account,
    cluster: Cluster,
    principalArn: string,
    caller: Caller,
  ): Promise<Shown<AccessEntry | null>>;
  /** The ARNs of the OIDC providers that the account has in IAM, in one call. */
  oidcProviders(account: Account, caller: Caller): Promise<Shown<string[]>>;
}
