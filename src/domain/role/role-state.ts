import type { Cluster, Tags } from '../../schema/primitives.ts';
import type { CheckContext } from './check-context.ts';
import type { Seen } from './seen.ts';

/** A role as IAM shows it. `trustText` is the stored document, percent-decoded and otherwise unchanged. */
export interface RoleState {
  roleName: string;
  roleArn: string;
  roleId: string;
  /** Null: AWS did not say. */
  createdAt: Date | null;
  path: string;
  description: string | null;
  permissionsBoundary: string | null;
  trustText: string;
  attached: string[];
  /** Names of the inline policies. Null: not read. */
  inline: string[] | null;
  tags: Tags;
}

/**
 * A role in an account, with what is known of both. `role` null: there is no such role. `quota`: characters
 * that a trust policy may have.
 */
export interface Observed extends CheckContext {
  roleName: string;
  role: RoleState | null;
  quota: number;
  /**
   * Clusters that earlier changes asked for, or whose Fargate profiles have the role: they may rely on it.
   * Empty when the log was not asked.
   */
  earlierClusters: Cluster[];
  /** The clusters of the account that EKS has shown. */
  seen: Seen;
}
