import Type, { type Static } from 'typebox';

/** A refusal that a caller may override. The log keeps which ones were. */
export type Override = Static<typeof Override>;
export const Override = Type.Enum(
  ['MANAGED_ELSEWHERE', 'NOT_AN_EXECUTION_ROLE', 'PRINCIPALS_LOST', 'CLUSTER_CLAIMED', 'PROFILE_ACTIVE'],
  {
    // Java's clients could not be compiled with a class of the name Override.
    $id: 'OverrideCode',
    description:
      'MANAGED_ELSEWHERE (change a role that another tool owns), NOT_AN_EXECUTION_ROLE (change a role without any sign of an execution role), PRINCIPALS_LOST (take other principals out of the trust policy), CLUSTER_CLAIMED (take coverage from a claimed cluster) or PROFILE_ACTIVE (take the role from an active Fargate profile)',
  },
);
