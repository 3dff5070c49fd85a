import type { Partition } from '../../schema/primitives.ts';
import type { RoleKind } from '../kinds/role-kind.ts';

/** The place and the kind of a role. */
export interface RoleContext {
  accountId: string;
  partition: Partition;
  kind: RoleKind;
}

/** The service that may assume the role, as `Principal.Service` names it. */
export const serviceOf = ({ kind, partition }: Pick<RoleContext, 'kind' | 'partition'>): string =>
  kind.principal(partition);

/** ARNs of the managed policies that the role must have. */
export const requiredPoliciesOf = ({
  kind,
  partition,
}: Pick<RoleContext, 'kind' | 'partition'>): readonly string[] => kind.requiredPolicies(partition);

/** The context of a check: all that it knows besides the role itself. */
export interface CheckContext extends RoleContext {
  /** The account's organization, such as o-a1b2c3d4e5. Null: unknown. */
  organizationId: string | null;
  /** The time of the check. */
  now: Date;
  /** Regions that are newer than the list in regions.ts. */
  extraRegions: readonly string[];
}
