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
  Reason,
  RoleName,
  Timestamp,
} from './primitives.ts';
import { Problem } from './problem.ts';
import { RoleReport, Verdict } from './report.ts';

export type SweepOperation = Static<typeof SweepOperation>;
export const SweepOperation = Type.Enum(['CHECK', 'EXTEND'], {
  $id: 'SweepOperation',
  description: 'CHECK or EXTEND',
});

export type SweepState = Static<typeof SweepState>;
export const SweepState = Type.Enum(['QUEUED', 'RUNNING', 'DONE', 'CANCELLED'], {
  $id: 'SweepState',
  description: 'QUEUED, RUNNING, DONE or CANCELLED',
});

/** The number of results by verdict. A verdict without results is left out. */
export type Verdicts = Partial<Record<Verdict, number>>;
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
 * an account has one for each role.
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
      'The clusters that the sweep asks for. Null: those that each role lists',
    ),
    reason: nullable(Type.String(), 'The reason that the caller gave'),
    total: Type.Integer({ description: 'How many accounts' }),
    done: Type.Integer({ description: 'Accounts with results, failed ones included' }),
    failed: Type.Integer({ description: 'Accounts with a result that has an error' }),
    verdicts: Verdicts,
    actor: Actor,
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
    roleName: nullable(RoleName, 'The role. Null: the account could not be read, or has no execution role'),
    verdict: nullable(Verdict, 'The verdict. Null: there is no report'),
    report: nullable(RoleReport, 'The report of a check'),
    plan: nullable(Plan, 'The plan of an extension'),
    change: nullable(Change, 'The change that was made'),
    error: nullable(Problem, 'Why there is no result'),
  },
  { $id: 'SweepResult', description: 'The result for one role of an account', additionalProperties: false },
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
