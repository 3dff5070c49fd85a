import Type, { type Static } from 'typebox';
import { JsonObject, ListedCluster, nullable } from './primitives.ts';
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
  { $id: 'StepAction' },
);

/** One AWS write, with the parameters that it is sent. */
export type PlanStep = Static<typeof PlanStep>;
export const PlanStep = Type.Object({ action: StepAction, detail: JsonObject }, { $id: 'PlanStep', additionalProperties: false });

/** What a change is about: trust policy, attached policies and tags. Null stands for "no such role". */
export type RoleSnapshot = Static<typeof RoleSnapshot>;
export const RoleSnapshot = Type.Object(
  { trust: JsonObject, policies: Policies, tags: JsonObject },
  { $id: 'RoleSnapshot', additionalProperties: false },
);

export type RemovedStatement = Static<typeof RemovedStatement>;
export const RemovedStatement = Type.Object(
  { pointer: Type.String(), statement: JsonObject },
  { $id: 'RemovedStatement', additionalProperties: false },
);

/**
 * A cluster `{region: "*", name: "*"}` among the lost stands for "any cluster, in any account"; those beside it are the
 * ones known to rely on the role, by its lines or by earlier changes.
 */
export type Effects = Static<typeof Effects>;
export const Effects = Type.Object(
  {
    clustersGained: Type.Array(ListedCluster),
    clustersLost: Type.Array(ListedCluster),
    statementsRemoved: Type.Array(RemovedStatement),
    // Entries of the log that are older than this member have none.
    principalsRemoved: Type.Optional(
      Type.Array(Type.String(), { description: 'other principals that lose the role, and deleted ones that are taken out' }),
    ),
  },
  { $id: 'Effects', additionalProperties: false },
);

/** Who loses the role; entries of the log that are older than this have it from nobody. */
export const principalsRemovedBy = ({ principalsRemoved = [] }: Effects): string[] => principalsRemoved;

/** The exact AWS writes that would bring a role from what is to what is asked. No steps: nothing has to be done. */
export type Plan = Static<typeof Plan>;
export const Plan = Type.Object(
  {
    id: Type.String(),
    steps: Type.Array(PlanStep),
    before: nullable(RoleSnapshot),
    after: nullable(RoleSnapshot),
    diff: Type.String({ description: 'unified diff of the trust policy; empty where it stays' }),
    effects: Effects,
  },
  { $id: 'Plan', additionalProperties: false },
);
