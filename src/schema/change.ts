import Type, { type Static } from 'typebox';
import { Override } from './override.ts';
import { Cursor, Limit } from './page.ts';
import { closed, write } from './parameters.ts';
import { Effects, PlanStep, RoleSnapshot, StepAction } from './plan.ts';
import { AccountId, Cluster, ClusterText, DateOrTime, Id, nullable, RoleName, Timestamp } from './primitives.ts';

export type Actor = Static<typeof Actor>;
export const Actor = Type.Object(
  { subject: Type.String(), issuer: nullable(Type.String()) },
  { $id: 'Actor', additionalProperties: false },
);

export type ChangeKind = Static<typeof ChangeKind>;
export const ChangeKind = Type.Enum(['CREATE', 'EXTEND', 'REPAIR', 'RETRACT', 'REVERT', 'CLAIM', 'RELEASE'], { $id: 'ChangeKind' });

export type ChangeOutcome = Static<typeof ChangeOutcome>;
export const ChangeOutcome = Type.Enum(['SUCCEEDED', 'FAILED', 'PARTIAL', 'PENDING', 'UNKNOWN'], { $id: 'ChangeOutcome' });

export type Via = Static<typeof Via>;
export const Via = Type.Enum(['REST', 'GRAPHQL', 'SWEEP'], { $id: 'Via' });

/** Why a line stays although its claim has ended. */
export type LineKept = Static<typeof LineKept>;
export const LineKept = Type.Enum(['CLAIMED', 'LAST_CLUSTER'], {
  $id: 'LineKept',
  description: 'CLAIMED (another claim needs the line) or LAST_CLUSTER (it is the last line of the trust policy)',
});

export type ChangeStep = Static<typeof ChangeStep>;
export const ChangeStep = Type.Object(
  {
    action: StepAction,
    outcome: Type.Enum(['SUCCEEDED', 'FAILED', 'UNKNOWN'], { $id: 'StepOutcome' }),
    awsRequestId: nullable(Type.String()),
    at: Timestamp,
  },
  { $id: 'ChangeStep', additionalProperties: false },
);

/** Why an attempt did not succeed, as its caller was told. */
export type ChangeError = Static<typeof ChangeError>;
export const ChangeError = Type.Object({ code: Type.String(), detail: Type.String() }, { $id: 'ChangeError', additionalProperties: false });

/**
 * One attempt to change a role, as the log has it. PENDING until its outcome is known. `seq`, `hash` and `previousHash` are
 * those of the newest entry about it: `hash` is SHA-256 over the 32 bytes of `previousHash` and the canonical JSON of all
 * members but these three (docs/decisions/0004-ledger.md).
 *
 * Entries keep their text for ever. A new member is therefore optional, stands last (the columns of the CSV export keep their
 * order), and is never filled in where an entry lacks it: its hash could not be verified (test/postgres/audit/old-log.test.ts).
 */
export type Change = Static<typeof Change>;
export const Change = Type.Object(
  {
    id: Id,
    seq: Type.Integer(),
    settles: nullable(Type.Integer({ description: 'the seq of the entry with which the change was opened, where this is its outcome' })),
    at: Timestamp,
    endedAt: nullable(Timestamp),
    kind: ChangeKind,
    outcome: ChangeOutcome,
    accountId: AccountId,
    roleName: RoleName,
    roleId: nullable(Type.String({ description: 'the ID of the role that was found or made: a role made anew has another' })),
    clusters: Type.Array(Cluster),
    actor: Actor,
    via: Via,
    reason: nullable(Type.String()),
    override: nullable(Override),
    requestId: Type.String(),
    idempotencyKey: nullable(Type.String()),
    sessionName: Type.String({ description: 'the name of the assumed session: CloudTrail in the account shows the writes under it' }),
    reverts: nullable(Id),
    planId: nullable(Type.String()),
    planned: Type.Array(PlanStep, { description: 'the AWS writes that were to be made' }),
    effects: nullable(Effects),
    before: nullable(RoleSnapshot),
    after: nullable(RoleSnapshot),
    diff: Type.String(),
    editedOutside: Type.Boolean({
      description: 'the trust policy was not as this service had left it, or did not stay so: somebody else has edited it',
    }),
    steps: Type.Array(ChangeStep),
    error: nullable(ChangeError),
    recovered: Type.Boolean({ description: 'the outcome was found by reading the role, after the process that made the change had ended' }),
    previousHash: Type.String(),
    hash: Type.String(),
    overrides: Type.Optional(
      Type.Array(Override, {
        description: 'the refusals that were overridden; `override` is the first. Entries of version 0.2 do not have this member',
      }),
    ),
    claimant: Type.Optional(
      nullable(
        Type.String({
          description: 'whose claim of the clusters the change keeps or ends. Entries of version 0.2 do not have this member',
        }),
      ),
    ),
    lineKept: Type.Optional(nullable(LineKept)),
  },
  { $id: 'Change', additionalProperties: false },
);

/** The overrides of a change, also of an entry that was written before a change could have several. */
export const overridesOf = ({ override, overrides }: Pick<Change, 'override' | 'overrides'>): Override[] =>
  overrides ?? (override === null ? [] : [override]);

/** A change but for its place in the chain. */
export type ChangeBody = Omit<Change, 'seq' | 'hash' | 'previousHash'>;

export type OnLaterChanges = Static<typeof OnLaterChanges>;
export const OnLaterChanges = Type.Enum(['REFUSE', 'UNDO'], { $id: 'OnLaterChanges' });

export const RevertChangeInput = Type.Object(
  { id: Id, onLaterChanges: Type.Optional(OnLaterChanges), ...write },
  { $id: 'RevertChangeInput', ...closed },
);

/** Filters of the history; all that are given must hold. `cluster` is REGION/NAME. */
export type ListChangesInput = Static<typeof ListChangesInput>;
export const ListChangesInput = Type.Object(
  {
    accountId: Type.Optional(AccountId),
    roleName: Type.Optional(RoleName),
    cluster: Type.Optional(ClusterText),
    actor: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: 'the subject of a caller' })),
    actorIssuer: Type.Optional(
      Type.String({ minLength: 1, maxLength: 1024, description: 'the issuer of that caller, as in actor.issuer; it needs actor' }),
    ),
    kind: Type.Optional(ChangeKind),
    outcome: Type.Optional(ChangeOutcome),
    since: Type.Optional(DateOrTime),
    until: Type.Optional(DateOrTime),
    limit: Type.Optional(Limit),
    cursor: Type.Optional(Cursor),
  },
  { $id: 'ListChangesInput', ...closed },
);
export const GetChangeInput = Type.Object({ id: Id }, { $id: 'GetChangeInput', ...closed });
