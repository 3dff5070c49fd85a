import Type, { type Static } from 'typebox';
import { Actor, Change } from './change.ts';
import { Cursor, Limit } from './page.ts';
import { closed, DryRun, IdempotencyKey } from './parameters.ts';
import { Plan } from './plan.ts';
import { AccountId, Cluster, Clusters, Id, Labels, nullable, Reason, RoleName, Timestamp } from './primitives.ts';
import { Problem } from './problem.ts';
import { RoleReport, Verdict } from './report.ts';

export type SweepOperation = Static<typeof SweepOperation>;
export const SweepOperation = Type.Enum(['CHECK', 'EXTEND'], { $id: 'SweepOperation', description: 'CHECK or EXTEND' });

export type SweepState = Static<typeof SweepState>;
export const SweepState = Type.Enum(['QUEUED', 'RUNNING', 'DONE', 'CANCELLED'], { $id: 'SweepState' });

/** Of each verdict, how many results have it; a verdict that none has is left out. */
export type Verdicts = Partial<Record<Verdict, number>>;
export const Verdicts = Type.Unsafe<Verdicts>(Type.Object({}, { additionalProperties: Type.Integer() }));

/** One operation over many accounts. `total`, `done` and `failed` count accounts, `verdicts` results: an account has one for each role. */
export type Sweep = Static<typeof Sweep>;
export const Sweep = Type.Object(
  {
    id: Id,
    operation: SweepOperation,
    state: SweepState,
    dryRun: Type.Boolean(),
    roleName: nullable(RoleName),
    clusters: nullable(Type.Array(Cluster)),
    reason: nullable(Type.String()),
    total: Type.Integer({ description: 'accounts' }),
    done: Type.Integer({ description: 'accounts that have their results, those that failed among them' }),
    failed: Type.Integer({ description: 'accounts of which a result has an error' }),
    verdicts: Verdicts,
    actor: Actor,
    createdAt: Timestamp,
    startedAt: nullable(Timestamp),
    endedAt: nullable(Timestamp),
  },
  { $id: 'Sweep', additionalProperties: false },
);

/** What came of one role of an account. `roleName` is null where the account could not be asked for its roles, or has none. */
export type SweepResult = Static<typeof SweepResult>;
export const SweepResult = Type.Object(
  {
    seq: Type.Integer({ description: 'its place in the order in which results came, from 1' }),
    accountId: AccountId,
    roleName: nullable(RoleName),
    verdict: nullable(Verdict),
    report: nullable(RoleReport),
    plan: nullable(Plan),
    change: nullable(Change),
    error: nullable(Problem),
  },
  { $id: 'SweepResult', additionalProperties: false },
);

/** Which accounts: in exactly one of these ways. */
export type SweepSelect = Static<typeof SweepSelect>;
export const SweepSelect = Type.Object(
  {
    accountIds: Type.Optional(
      Type.Array(AccountId, { minItems: 1, maxItems: 17_000, description: '1 to 17000 account IDs, as many as fit into a body' }),
    ),
    labels: Type.Optional({ ...Labels, minProperties: 1, description: '1 to 50 labels, all of which hold; all: true is every account' }),
    all: Type.Optional(Type.Boolean({ description: 'true, for every account, or left out' })),
  },
  { $id: 'SweepSelect', ...closed },
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
export const CancelSweepInput = Type.Object({ id: Id, idempotencyKey: IdempotencyKey }, { $id: 'CancelSweepInput', ...closed });
export const ListSweepsInput = Type.Object(
  { limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) },
  { $id: 'ListSweepsInput', ...closed },
);
export const ListSweepResultsInput = Type.Object(
  { id: Id, limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) },
  { $id: 'ListSweepResultsInput', ...closed },
);
