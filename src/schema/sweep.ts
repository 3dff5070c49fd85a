import Type, { type Static } from 'typebox';
import { Actor, Change } from './change.ts';
import { Plan } from './plan.ts';
import { AccountId, Cluster, Id, nullable, RoleName, Timestamp } from './primitives.ts';
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
