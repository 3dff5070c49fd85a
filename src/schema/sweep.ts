import Type, { type Static } from 'typebox';
import { Actor, Change } from './change.ts';
import { Cursor, Limit } from './page.ts';
import { closed, DryRun, IdempotencyKey } from './parameters.ts';
import { Plan } from './plan.ts';
import {
  AccountId,
  Cluster,
  Clusters,
  Id,
  Labels,
  nullable,
  OneClusterName,
  OneRegion,
  Reason,
  RoleName,
  Timestamp,
} from './primitives.ts';
import { Problem } from './problem.ts';
import { FargateReadiness, ReadinessVerdict } from './readiness.ts';
import { RoleReport, Verdict } from './report.ts';

export type SweepOperation = Static<typeof SweepOperation>;
export const SweepOperation = Type.Enum(['CHECK', 'EXTEND', 'READINESS'], {
  $id: 'SweepOperation',
  description: 'CHECK or EXTEND, for execution roles, or READINESS, for EKS clusters',
});

export type SweepState = Static<typeof SweepState>;
export const SweepState = Type.Enum(['QUEUED', 'RUNNING', 'DONE', 'CANCELLED'], {
  $id: 'SweepState',
  description: 'QUEUED, RUNNING, DONE or CANCELLED',
});

export type SweepVerdict = Static<typeof SweepVerdict>;
export const SweepVerdict = Type.Enum([...Verdict.enum, ...ReadinessVerdict.enum], {
  $id: 'SweepVerdict',
  description: `The verdict on a role (${Verdict.enum.join(', ')}), or on a cluster (${ReadinessVerdict.enum.join(', ')})`,
});

/** The Regions of a READINESS sweep. */
export const Regions = Type.Array(OneRegion, {
  minItems: 1,
  maxItems: 50,
  description: '1 to 50 AWS Regions',
});

/** The number of results by verdict. A verdict without results is left out. */
export type Verdicts = Partial<Record<SweepVerdict, number>>;
export const Verdicts = Type.Unsafe<Verdicts>(
  Type.Object(
    {},
    {
      additionalProperties: Type.Integer(),
      description: 'How many results have each verdict. A verdict that none has is left out',
    },
  ),
);

/**
 * One operation over many accounts. `total`, `done` and `failed` count accounts. `verdicts` counts results:
 * an account has one for each role, or each cluster.
 */
export type Sweep = Static<typeof Sweep>;
export const Sweep = Type.Object(
  {
    id: Id,
    operation: SweepOperation,
    state: SweepState,
    dryRun: Type.Boolean({ description: 'Nothing was written' }),
    roleName: nullable(RoleName, 'The role that the sweep is limited to. Null: every execution role'),
    clusters: nullable(
      Type.Array(Cluster),
      'The clusters that the sweep asks for. Null: those that each role lists; of READINESS all clusters',
    ),
    regions: nullable(
      Type.Array(OneRegion),
      'The Regions that READINESS looks into. Null: those that the lines of the roles of each account name, and those of EKS_REGIONS',
    ),
    reason: nullable(Type.String(), 'The reason that the caller gave'),
    total: Type.Integer({ description: 'How many accounts' }),
    done: Type.Integer({ description: 'Accounts with results, failed ones included' }),
    failed: Type.Integer({ description: 'Accounts with a result that has an error' }),
    verdicts: Verdicts,
    actor: Actor,
    onBehalfOf: nullable(Actor, 'The person on whose behalf the actor asked for it. Null: nobody else'),
    createdAt: Timestamp,
    startedAt: nullable(Timestamp, 'When the first account was started. Null while it is QUEUED'),
    endedAt: nullable(Timestamp, 'When it ended. Null before that'),
  },
  { $id: 'Sweep', description: 'One operation over many accounts', additionalProperties: false },
);

export type SweepResult = Static<typeof SweepResult>;
export const SweepResult = Type.Object(
  {
    seq: Type.Integer({ description: 'Its place in the order of results, from 1' }),
    accountId: AccountId,
    roleName: nullable(
      RoleName,
      'The role. Null: the account could not be read, or has no execution role; READINESS',
    ),
    region: nullable(
      OneRegion,
      'The Region that READINESS asked. Null: the account could not be read, or there was no Region to ask; CHECK and EXTEND',
    ),
    clusterName: nullable(
      OneClusterName,
      'The cluster. Null: the Region could not be read, or has no cluster; CHECK and EXTEND',
    ),
    verdict: nullable(SweepVerdict, 'The verdict. Null: there is no report, or no cluster'),
    report: nullable(RoleReport, 'The report of a check'),
    readiness: nullable(FargateReadiness, 'The answer of READINESS'),
    plan: nullable(Plan, 'The plan of an extension'),
    change: nullable(Change, 'The change that was made'),
    error: nullable(Problem, 'Why there is no result'),
  },
  {
    $id: 'SweepResult',
    description: 'The result for one role of an account, or for one cluster',
    additionalProperties: false,
  },
);

export type SweepSelect = Static<typeof SweepSelect>;
export const SweepSelect = Type.Object(
  {
    accountIds: Type.Optional(
      Type.Array(AccountId, {
        minItems: 1,
        maxItems: 17_000,
        description: '1 to 17000 account IDs, as many as fit into a body',
      }),
    ),
    labels: Type.Optional({
      ...Labels,
      minProperties: 1,
      description: '1 to 50 labels, all of which must match; for every account use all: true',
    }),
    all: Type.Optional(Type.Boolean({ description: 'true, for every account, or left out' })),
  },
  {
    $id: 'SweepSelect',
    description: 'the accounts, by exactly one of accountIds, labels and all',
    ...closed,
  },
);

export type SweepInput = Static<typeof SweepInput>;
export const SweepInput = Type.Object(
  {
    operation: SweepOperation,
    select: SweepSelect,
    roleName: Type.Optional(RoleName),
    clusters: Type.Optional(Clusters),
    regions: Type.Optional(Regions),
    reason: Type.Optional(Reason),
    dryRun: DryRun,
    idempotencyKey: IdempotencyKey,
  },
  { $id: 'SweepInput', ...closed },
);
export const GetSweepInput = Type.Object({ id: Id }, { $id: 'GetSweepInput', ...closed });
export const CancelSweepInput = Type.Object(
  { id: Id, idempotencyKey: IdempotencyKey },
  { $id: 'CancelSweepInput', ...closed },
);
export const ListSweepsInput = Type.Object(
  { limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) },
  { $id: 'ListSweepsInput', ...closed },
);
export const ListSweepResultsInput = Type.Object(
  { id: Id, limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) },
  { $id: 'ListSweepResultsInput', ...closed },
);
