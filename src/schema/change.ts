import Type, { type Static } from 'typebox';
import { Override } from './override.ts';
import { Cursor, Limit } from './page.ts';
import { closed, ExportFormat, write } from './parameters.ts';
import { Effects, PlanStep, RoleSnapshot, StepAction } from './plan.ts';
import {
  AccountId,
  Cluster,
  ClusterText,
  DateOrTime,
  Id,
  nullable,
  RoleName,
  SearchWords,
  Timestamp,
} from './primitives.ts';

export type Actor = Static<typeof Actor>;
export const Actor = Type.Object(
  {
    subject: Type.String({ description: 'The subject of the credential' }),
    issuer: nullable(Type.String(), 'The issuer of the credential. Null with AUTH=none'),
  },
  { $id: 'Actor', description: 'Who made the request', additionalProperties: false },
);

export type ChangeKind = Static<typeof ChangeKind>;
export const ChangeKind = Type.Enum(['CREATE', 'EXTEND', 'REPAIR', 'RETRACT', 'REVERT', 'CLAIM', 'RELEASE'], {
  $id: 'ChangeKind',
  description: 'CREATE, EXTEND, REPAIR, RETRACT, REVERT, CLAIM or RELEASE',
});

export type ChangeOutcome = Static<typeof ChangeOutcome>;
export const ChangeOutcome = Type.Enum(['SUCCEEDED', 'FAILED', 'PARTIAL', 'PENDING', 'UNKNOWN'], {
  $id: 'ChangeOutcome',
  description: 'SUCCEEDED, FAILED, PARTIAL, PENDING or UNKNOWN',
});

export type Via = Static<typeof Via>;
export const Via = Type.Enum(['REST', 'GRAPHQL', 'SWEEP'], {
  $id: 'Via',
  description: 'The interface of the request: REST, GRAPHQL or SWEEP',
});

export type LineKept = Static<typeof LineKept>;
export const LineKept = Type.Enum(['CLAIMED', 'LAST_CLUSTER'], {
  $id: 'LineKept',
  description:
    'CLAIMED (another claim needs the line) or LAST_CLUSTER (it is the last line of the trust policy)',
});

export type ChangeStep = Static<typeof ChangeStep>;
export const ChangeStep = Type.Object(
  {
    action: StepAction,
    outcome: Type.Enum(['SUCCEEDED', 'FAILED', 'UNKNOWN'], {
      $id: 'StepOutcome',
      description: 'SUCCEEDED, FAILED or UNKNOWN',
    }),
    awsRequestId: nullable(Type.String(), "AWS's own ID of the request, for CloudTrail and support"),
    at: Timestamp,
  },
  {
    $id: 'ChangeStep',
    description: 'One AWS write that was tried, and its outcome',
    additionalProperties: false,
  },
);

export type ChangeError = Static<typeof ChangeError>;
export const ChangeError = Type.Object(
  {
    code: Type.String({ description: 'The code of the problem' }),
    detail: Type.String({ description: 'The detail of the problem' }),
  },
  {
    $id: 'ChangeError',
    description: 'Why an attempt did not succeed, as its caller was told',
    additionalProperties: false,
  },
);

/**
 * `seq`, `hash` and `previousHash` are those of the newest entry about the change. `hash` is SHA-256 over the
 * 32 bytes of `previousHash` and the canonical JSON of all other members (docs/decisions/0004-ledger.md).
 *
 * Entries keep their text for ever. A new member is therefore optional and last, as the columns of the CSV
 * export keep their order. It is never added to an old entry, whose hash would no longer verify
 * (test/postgres/audit/old-log.test.ts).
 */
export type Change = Static<typeof Change>;
export const Change = Type.Object(
  {
    id: Id,
    seq: Type.Integer({ description: 'Place of the newest entry about this change in the log, from 1' }),
    settles: nullable(
      Type.Integer(),
      'The seq of the entry that opened the change. Null in the opening entry itself',
    ),
    at: Timestamp,
    endedAt: nullable(Timestamp, 'When the outcome was recorded. Null while the change is PENDING'),
    kind: ChangeKind,
    outcome: ChangeOutcome,
    accountId: AccountId,
    roleName: RoleName,
    roleId: nullable(
      Type.String(),
      "IAM's unique ID of the role. A role that is deleted and created again has another ID",
    ),
    clusters: Type.Array(Cluster, {
      description: 'The clusters that the request names. Of a prune: those whose lines it removes',
    }),
    actor: Actor,
    via: Via,
    reason: nullable(Type.String(), 'The reason that the caller gave'),
    override: nullable(Override, 'The first refusal that was overridden. Null: none was'),
    requestId: Type.String({ description: 'The X-Request-Id of the request' }),
    idempotencyKey: nullable(Type.String(), 'The Idempotency-Key of the request'),
    sessionName: Type.String({
      description:
        'The session name of the assumed member role. CloudTrail in the account shows the writes under it',
    }),
    reverts: nullable(Id, 'The change that this one reverts'),
    planId: nullable(Type.String(), 'The ID of the plan that was applied'),
    planned: Type.Array(PlanStep, { description: 'The AWS writes of the plan' }),
    effects: nullable(Effects, 'What the change does to clusters, statements and principals'),
    before: nullable(RoleSnapshot, 'The role before. Null: no such role'),
    after: nullable(RoleSnapshot, 'The role after. Null: no such role'),
    diff: Type.String({ description: 'Unified diff of the trust policy' }),
    editedOutside: Type.Boolean({
      description: 'Somebody else edited the trust policy, before this change or during it',
    }),
    steps: Type.Array(ChangeStep, { description: 'The AWS writes that were tried' }),
    error: nullable(ChangeError, 'Why the change did not succeed. Null: it did, or it is PENDING'),
    recovered: Type.Boolean({
      description:
        'The process that made the change ended early, and the outcome was found by reading the role',
    }),
    previousHash: Type.String({ description: 'The hash of the entry before, 64 hexadecimal digits' }),
    hash: Type.String({
      description: 'SHA-256 of this entry, chained to the entry before: 64 hexadecimal digits',
    }),
    overrides: Type.Optional(
      Type.Array(Override, {
        description: 'The refusals that were overridden. Entries of version 0.2 do not have this member',
      }),
    ),
    claimant: Type.Optional(
      nullable(
        Type.String(),
        'The claimant whose claim the change keeps or ends. Entries of version 0.2 do not have this member',
      ),
    ),
    lineKept: Type.Optional(nullable(LineKept, 'Why the line was kept although a claim ended')),
    userAgent: Type.Optional(
      nullable(
        Type.String(),
        'The User-Agent of the request, at most 256 characters. It proves nothing. Null: none was sent, or a sweep made the change. Older entries do not have this member',
      ),
    ),
    onBehalfOf: Type.Optional(
      nullable(
        Actor,
        'The person on whose behalf the actor made the request, by the word of the actor. Null: nobody else. Older entries do not have this member',
      ),
    ),
  },
  {
    $id: 'Change',
    description: 'One attempt to change a role, as the log has it. PENDING until its outcome is known',
    additionalProperties: false,
  },
);

/** The overrides of a change. An entry from before a change could have several has only `override`. */
export const overridesOf = ({ override, overrides }: Pick<Change, 'override' | 'overrides'>): Override[] =>
  overrides ?? (override === null ? [] : [override]);

/** A change without its place in the chain. */
export type ChangeBody = Omit<Change, 'seq' | 'hash' | 'previousHash'>;

export type OnLaterChanges = Static<typeof OnLaterChanges>;
export const OnLaterChanges = Type.Enum(['REFUSE', 'UNDO'], {
  $id: 'OnLaterChanges',
  description: 'REFUSE (answer ROLE_CHANGED) or UNDO (undo the later changes as well)',
});

export const RevertChangeInput = Type.Object(
  { id: Id, onLaterChanges: Type.Optional(OnLaterChanges), ...write },
  { $id: 'RevertChangeInput', ...closed },
);

/** Filters of the history. All that are given must hold. `cluster` is REGION/NAME. */
const filters = {
  accountId: Type.Optional(AccountId),
  roleName: Type.Optional(RoleName),
  cluster: Type.Optional(ClusterText),
  q: Type.Optional(SearchWords),
  actor: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 256,
      description: 'the subject of the caller who made the change',
    }),
  ),
  actorIssuer: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1024,
      description: 'the issuer of that caller, as in actor.issuer; send actor with it',
    }),
  ),
  kind: Type.Optional(ChangeKind),
  outcome: Type.Optional(ChangeOutcome),
  since: Type.Optional(DateOrTime),
  until: Type.Optional(DateOrTime),
};

export type ListChangesInput = Static<typeof ListChangesInput>;
export const ListChangesInput = Type.Object(
  { ...filters, limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) },
  { $id: 'ListChangesInput', ...closed },
);

export const ExportChangesInput = Type.Object(
  { format: Type.Optional(ExportFormat), ...filters },
  { $id: 'ExportChangesInput', ...closed },
);

export const GetChangeInput = Type.Object({ id: Id }, { $id: 'GetChangeInput', ...closed });
