import type { Cluster } from '../../schema/primitives.ts';
import type { AuthenticationMode, HealthIssue, ProfileStatus } from '../../schema/readiness.ts';
import type { Verdict } from '../../schema/report.ts';

/** Why something is not shown. `message` is a whole sentence. */
export interface Hidden {
  /** The IAM action. */
  action: string;
  /**
   * DENIED: the member role may not call it. REGION_DISABLED: the account does not use the Region. FORBIDDEN:
   * the caller may not see it. ELSEWHERE: it is in another account.
   */
  reason: 'DENIED' | 'REGION_DISABLED' | 'FORBIDDEN' | 'ELSEWHERE';
  message: string;
}

/** An EKS cluster, as DescribeCluster shows it. */
export interface ClusterState {
  authenticationMode: AuthenticationMode;
  /** The URL of its OIDC issuer. Null: it has none. */
  oidcIssuer: string | null;
}

/** A Fargate profile, as DescribeFargateProfile shows it. */
export interface FargateProfile {
  name: string;
  status: ProfileStatus;
  roleArn: string;
  health: HealthIssue[];
}

/** An access entry, as DescribeAccessEntry shows it. `type` is EKS's own: FARGATE_LINUX, EC2_LINUX, … */
export interface AccessEntry {
  type: string;
  createdAt: Date;
  modifiedAt: Date;
}

/** The role of a profile, as a check of it for the cluster finds it. */
export interface ProfileRole {
  verdict: Verdict;
  /** The first error of the check. Null: there is none. */
  error: { message: string; remedy: string } | null;
  /** The path of the check in the API. */
  checkPath: string;
  /** Null: there is no such role, or IAM did not say. */
  createdAt: Date | null;
  /** Our history says that the role was changed under two minutes ago. */
  isPropagating: boolean;
}

/** One cluster, as EKS, IAM and our history show it. Maps are by the ARN of the role. */
export interface ClusterWorld {
  accountId: string;
  cluster: Cluster;
  /** Null: there is no such cluster. Undefined: AWS does not show it. */
  state: ClusterState | null | undefined;
  profiles: readonly FargateProfile[];
  roles: ReadonlyMap<string, ProfileRole>;
  /** The ARN of a role that a profile is still to be made with. Null: none is asked about. */
  planned: string | null;
  /** The managed node groups that use the role. */
  nodeGroups: ReadonlyMap<string, readonly string[]>;
  /** Null: the role has none. Undefined: it was not asked for, or AWS does not show it. */
  accessEntries: ReadonlyMap<string, AccessEntry | null>;
  /** ARNs of the OIDC providers in the account. Null: AWS does not show them. */
  oidcProviders: readonly string[] | null;
  hidden: readonly Hidden[];
}
