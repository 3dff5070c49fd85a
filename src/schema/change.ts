import Type, { type Static } from 'typebox';
import { RoleSnapshot, StepAction } from './plan.ts';
import { AccountId, Cluster, Id, nullable, RoleName, Timestamp } from './primitives.ts';

export type Actor = Static<typeof Actor>;
export const Actor = Type.Object(
  { subject: Type.String(), issuer: nullable(Type.String()) },
  { $id: 'Actor', additionalProperties: false },
);

export type ChangeKind = Static<typeof ChangeKind>;
export const ChangeKind = Type.Enum(['CREATE', 'EXTEND', 'REPAIR', 'RETRACT', 'REVERT'], { $id: 'ChangeKind' });

export type ChangeOutcome = Static<typeof ChangeOutcome>;
export const ChangeOutcome = Type.Enum(['SUCCEEDED', 'FAILED', 'PARTIAL', 'PENDING', 'UNKNOWN'], { $id: 'ChangeOutcome' });

export type Via = Static<typeof Via>;
export const Via = Type.Enum(['REST', 'GRAPHQL', 'SWEEP'], { $id: 'Via' });

/** A refusal that a caller may ask to go past; the log keeps that it was. */
export type Override = Static<typeof Override>;
export const Override = Type.Enum(['MANAGED_ELSEWHERE'], {
  $id: 'Override',
  description: 'MANAGED_ELSEWHERE, to change a role that another tool owns',
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
 * One attempt to change a role, as the log has it. PENDING until its outcome is known.
 * `hash` is the sha256 of the canonical JSON of all other members; `seq`, `hash` and `previousHash` are those of
 * the newest entry about this change (docs/decisions/0004-ledger.md).
 */
export type Change = Static<typeof Change>;
export const Change = Type.Object(
  {
    id: Id,
    seq: Type.Integer(),
    at: Timestamp,
    kind: ChangeKind,
    outcome: ChangeOutcome,
    accountId: AccountId,
    roleName: RoleName,
    clusters: Type.Array(Cluster),
    actor: Actor,
    via: Via,
    reason: nullable(Type.String()),
    override: nullable(Override),
    requestId: Type.String(),
    idempotencyKey: nullable(Type.String()),
    planId: nullable(Type.String()),
    before: nullable(RoleSnapshot),
    after: nullable(RoleSnapshot),
    diff: Type.String(),
    steps: Type.Array(ChangeStep),
    error: nullable(ChangeError),
    previousHash: Type.String(),
    hash: Type.String(),
  },
  { $id: 'Change', additionalProperties: false },
);
