import type { Cluster, Tags } from '../../schema/primitives.ts';
import type { CheckContext } from './check-context.ts';

/** A role as IAM shows it. `trustText` is the stored document, percent-decoded, otherwise untouched. */
export interface RoleState {
  roleName: string;
  roleArn: string;
  roleId: string;
  path: string;
  description: string | null;
  permissionsBoundary: string | null;
  trustText: string;
  attached: string[];
  /** Names of the inline policies; null where they were not read. */
  inline: string[] | null;
  tags: Tags;
}

/** What one question is about: a role (null: there is none) in an account whose trust policies may hold `quota` characters. */
export interface Observed extends CheckContext {
  roleName: string;
  role: RoleState | null;
  quota: number;
  /** Clusters that earlier changes were asked to cover, and that so may rely on the role; none where nobody looked. */
  earlierClusters: Cluster[];
}
