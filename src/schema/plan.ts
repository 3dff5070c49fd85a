import Type, { type Static } from 'typebox';
import { jsonObject, ListedCluster, nullable, OneClusterName, OneRegion } from './primitives.ts';
import { ProfileStatus } from './readiness.ts';
import { Policies } from './report.ts';

export const StepAction = Type.Enum(
  [
    'iam:CreateRole',
    'iam:UpdateAssumeRolePolicy',
    'iam:AttachRolePolicy',
    'iam:DetachRolePolicy',
    'iam:TagRole',
    'iam:UntagRole',
    'iam:PutRolePermissionsBoundary',
    'iam:UpdateRoleDescription',
  ],
  { $id: 'StepAction', description: 'The AWS write, by its IAM action' },
);

export type PlanStep = Static<typeof PlanStep>;
export const PlanStep = Type.Object(
  { action: StepAction, detail: jsonObject('The parameters of the AWS call') },
  { $id: 'PlanStep', description: 'One AWS write with its parameters', additionalProperties: false },
);

export type RoleSnapshot = Static<typeof RoleSnapshot>;
export const RoleSnapshot = Type.Object(
  { trust: jsonObject('The trust policy'), policies: Policies, tags: jsonObject('The tags, by key') },
  {
    $id: 'RoleSnapshot',
    description: 'Trust policy, attached policies and tags of a role at one moment',
    additionalProperties: false,
  },
);

export type RemovedStatement = Static<typeof RemovedStatement>;
export const RemovedStatement = Type.Object(
  {
    pointer: Type.String({ description: 'JSON pointer into the trust policy before' }),
    statement: jsonObject('The statement'),
  },
  {
    $id: 'RemovedStatement',
    description: 'A statement that the plan removes from the trust policy',
    additionalProperties: false,
  },
);

export type CoverageEffect = Static<typeof CoverageEffect>;
export const CoverageEffect = Type.Enum(['GAINED', 'LOST'], {
  $id: 'CoverageEffect',
  description: 'GAINED (the cluster can use the role after the change) or LOST (it no longer can)',
});

export type ProfileEffect = Static<typeof ProfileEffect>;
export const ProfileEffect = Type.Object(
  {
    region: OneRegion,
    clusterName: OneClusterName,
    name: Type.String({ description: 'The name of the Fargate profile' }),
    status: ProfileStatus,
    effect: CoverageEffect,
  },
  {
    $id: 'ProfileEffect',
    description: 'A Fargate profile that uses the role, in a cluster whose coverage the plan changes',
    additionalProperties: false,
  },
);

/**
 * A lost cluster `{region: "*", name: "*"}` means "any cluster, in any account". The other lost clusters are
 * known to rely on the role, from its lines or earlier changes.
 */
export type Effects = Static<typeof Effects>;
export const Effects = Type.Object(
  {
    clustersGained: Type.Array(ListedCluster, {
      description: 'Clusters that can use the role after the change and could not before',
    }),
    clustersLost: Type.Array(ListedCluster, { description: 'Clusters that can no longer use the role' }),
    statementsRemoved: Type.Array(RemovedStatement, { description: 'Statements that the plan removes' }),
    // Entries of the log that are older than one of these members lack it.
    principalsRemoved: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Other principals that lose the role, and deleted principals that are removed',
      }),
    ),
    fargateProfiles: Type.Optional(
      nullable(
        Type.Array(ProfileEffect),
        'The Fargate profiles that use the role, of the clusters that gain or lose it. Null: not known',
      ),
    ),
    fargateProfilesUnknown: Type.Optional(
      nullable(
        Type.String(),
        'Why the Fargate profiles are not known. Null: they are known, or the entry is older than this member',
      ),
    ),
  },
  {
    $id: 'Effects',
    description: 'What a plan changes for clusters, statements, principals and Fargate profiles',
    additionalProperties: false,
  },
);

/** The principals that lose the role. Older entries of the log lack this member: then there are none. */
export const principalsRemovedBy = ({ principalsRemoved = [] }: Effects): string[] => principalsRemoved;

export type Plan = Static<typeof Plan>;
export const Plan = Type.Object(
  {
    id: Type.String({ description: 'The ID of the plan' }),
    steps: Type.Array(PlanStep, {
      description: 'The AWS writes, in their order. Empty: nothing has to be done',
    }),
    before: nullable(RoleSnapshot, 'The role now. Null: no such role'),
    after: nullable(RoleSnapshot, 'The role after the steps'),
    diff: Type.String({ description: 'Unified diff of the trust policy. Empty if it stays as it is' }),
    effects: Effects,
  },
  {
    $id: 'Plan',
    description: 'The exact AWS writes that bring a role from its current state to the requested one',
    additionalProperties: false,
  },
);
