import Type, { type Static } from 'typebox';
import { AccountName, ExternalId, MemberRoleArn } from './account.ts';
import { ChangeKind, ChangeOutcome, Override } from './change.ts';
import { Cursor, Limit } from './page.ts';
import {
  AccountId,
  Cluster,
  ClusterName,
  Clusters,
  ClusterText,
  DateOrTime,
  Description,
  Id,
  Labels,
  ListedClusterName,
  Partition,
  Path,
  PolicyArn,
  Reason,
  Region,
  RoleName,
  Tags,
  Timestamp,
} from './primitives.ts';
import { Verdict } from './report.ts';
import { Cron, ScheduleName, Timezone } from './schedule.ts';
import { SweepOperation } from './sweep.ts';
import { Groups, ScopedAccounts, ScopedOperations, ServiceTokenId, ServiceTokenName } from './token.ts';

// The flat inputs of the operations, the same for every face. A field that is not named here is refused.

const closed = { additionalProperties: false } as const;
const DryRun = Type.Optional(Type.Boolean({ description: 'true or false: answer with the plan and write nothing' }));
const IfMatch = Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'the etag that the role must have, or *' }));
const IdempotencyKey = Type.Optional(
  Type.String({ pattern: '^[ -~]{1,255}$', description: 'a key of 1 to 255 printable ASCII characters, the same in every retry' }),
);
const Claimant = Type.Optional(
  Type.String({ minLength: 1, maxLength: 128, description: "1 to 128 characters; left out, the caller's ISSUER|SUBJECT" }),
);
const role = { accountId: AccountId, roleName: RoleName };
const write = {
  reason: Type.Optional(Reason),
  override: Type.Optional(
    Type.Array(Override, { maxItems: 10, description: 'a refusal to override, by its code; it may repeat, up to 10 times' }),
  ),
  dryRun: DryRun,
  ifMatch: IfMatch,
  idempotencyKey: IdempotencyKey,
};

export type OnMismatch = Static<typeof OnMismatch>;
export const OnMismatch = Type.Enum(['REFUSE', 'MERGE', 'REPLACE'], { $id: 'OnMismatch' });

export const GetAccountInput = Type.Object({ accountId: AccountId }, { $id: 'GetAccountInput', ...closed });
export const DeleteAccountInput = Type.Object(
  { accountId: AccountId, dryRun: DryRun, idempotencyKey: IdempotencyKey },
  { $id: 'DeleteAccountInput', ...closed },
);
export const ListAccountsInput = Type.Object(
  { labels: Type.Optional(Labels), limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) },
  { $id: 'ListAccountsInput', ...closed },
);
export type AccountInput = Static<typeof AccountInput>;
export const AccountInput = Type.Object(
  {
    accountId: AccountId,
    name: AccountName,
    partition: Type.Optional(Partition),
    memberRoleArn: Type.Optional(MemberRoleArn),
    externalId: Type.Optional(ExternalId),
    labels: Type.Optional(Labels),
    dryRun: DryRun,
    idempotencyKey: IdempotencyKey,
  },
  { $id: 'AccountInput', ...closed },
);

export const ImportAccountsInput = Type.Object(
  {
    dryRun: Type.Optional(Type.Boolean({ description: 'true or false: say what would change, and register nothing' })),
    idempotencyKey: IdempotencyKey,
  },
  { $id: 'ImportAccountsInput', ...closed },
);
export const GetAccountImportInput = Type.Object({ id: Id }, { $id: 'GetAccountImportInput', ...closed });
export const ListAccountImportChangesInput = Type.Object(
  { id: Id, limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) },
  { $id: 'ListAccountImportChangesInput', ...closed },
);

export const GetRoleInput = Type.Object(role, { $id: 'GetRoleInput', ...closed });
/** Left out, `limit` is no limit: the roles of an account are found all at once, and most accounts have few. */
export const ListRolesInput = Type.Object(
  {
    accountId: AccountId,
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'a number from 1 to 100; left out, all are on one page' })),
    cursor: Type.Optional(Cursor),
  },
  { $id: 'ListRolesInput', ...closed },
);
export const CheckRoleInput = Type.Object({ ...role, clusters: Clusters }, { $id: 'CheckRoleInput', ...closed });
export const GetClusterInput = Type.Object({ ...role, region: Region, name: ClusterName }, { $id: 'GetClusterInput', ...closed });

const wanted = {
  clusters: Clusters,
  path: Type.Optional(Path),
  description: Type.Optional(Description),
  tags: Type.Optional(Tags),
  permissionsBoundary: Type.Optional(PolicyArn),
  additionalPolicyArns: Type.Optional(Type.Array(PolicyArn, { maxItems: 24, description: 'at most 24 policies' })),
};

export type CreateExecutionRoleInput = Static<typeof CreateExecutionRoleInput>;
export const CreateExecutionRoleInput = Type.Object(
  {
    accountId: AccountId,
    roleName: Type.Optional(RoleName),
    ...wanted,
    ...write,
  },
  { $id: 'CreateExecutionRoleInput', ...closed },
);

export type EnsureExecutionRoleInput = Static<typeof EnsureExecutionRoleInput>;
export const EnsureExecutionRoleInput = Type.Object({ ...role, ...wanted, ...write }, { $id: 'EnsureExecutionRoleInput', ...closed });

export type ExtendExecutionRoleInput = Static<typeof ExtendExecutionRoleInput>;
export const ExtendExecutionRoleInput = Type.Object(
  {
    ...role,
    clusters: Type.Array(Cluster, { maxItems: 100, description: '1 to 100 clusters; or none, where drop names some' }),
    onMismatch: Type.Optional(OnMismatch),
    compact: Type.Optional(
      Type.Boolean({
        description: 'true or false: fold statements that differ in their lines alone, and drop lines that a wider one covers',
      }),
    ),
    drop: Type.Optional(
      Type.Array(ListedClusterName, { maxItems: 100, description: 'at most 100 clusters, as lines name them, whose lines are to go' }),
    ),
    claim: Type.Optional(
      Type.Boolean({ description: 'true or false: keep a claim of each cluster; left out, true where claimant is given' }),
    ),
    claimant: Claimant,
    ...write,
  },
  { $id: 'ExtendExecutionRoleInput', ...closed },
);

export type RetractClusterInput = Static<typeof RetractClusterInput>;
export const RetractClusterInput = Type.Object(
  { ...role, region: Region, name: ClusterName, claimant: Claimant, ...write },
  { $id: 'RetractClusterInput', ...closed },
);

export type OnLaterChanges = Static<typeof OnLaterChanges>;
export const OnLaterChanges = Type.Enum(['REFUSE', 'UNDO'], { $id: 'OnLaterChanges' });

export const RevertChangeInput = Type.Object(
  { id: Id, onLaterChanges: Type.Optional(OnLaterChanges), ...write },
  { $id: 'RevertChangeInput', ...closed },
);

/** Filters of the claims; all that are given must hold. */
export const ListClaimsInput = Type.Object(
  {
    accountId: Type.Optional(AccountId),
    roleName: Type.Optional(RoleName),
    // Longer than a caller can name one: an issuer and a subject are a claimant too.
    claimant: Type.Optional(Type.String({ minLength: 1, maxLength: 1300, description: 'a claimant, of 1 to 1300 characters' })),
    limit: Type.Optional(Limit),
    cursor: Type.Optional(Cursor),
  },
  { $id: 'ListClaimsInput', ...closed },
);
export const EndClaimInput = Type.Object({ id: Id, dryRun: DryRun, idempotencyKey: IdempotencyKey }, { $id: 'EndClaimInput', ...closed });

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
export const AuditVerificationInput = Type.Object(
  {
    from: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 2_147_483_647,
        description: 'the seq of a checkpoint, to read only what comes after it; left out, all is read',
      }),
    ),
  },
  { $id: 'AuditVerificationInput', ...closed },
);
export const GetChangeInput = Type.Object({ id: Id }, { $id: 'GetChangeInput', ...closed });

const Seq = Type.Integer({
  minimum: 1,
  maximum: 999_999_999_999_999,
  description: 'the seq of an entry: a number from 1 to 999999999999999',
});
/** A range of the chain, its ends included; the times are of openings, and `until` is excluded. */
export type ExportLogInput = Static<typeof ExportLogInput>;
export const ExportLogInput = Type.Object(
  {
    format: Type.Optional(Type.Enum(['ndjson', 'csv'], { default: 'ndjson', description: 'ndjson or csv' })),
    from: Type.Optional(Seq),
    to: Type.Optional(Seq),
    since: Type.Optional(DateOrTime),
    until: Type.Optional(DateOrTime),
  },
  { $id: 'ExportLogInput', ...closed },
);

/** No idempotency key: the answer would be kept under it, with the secret. The name is taken once, which does as well. */
export const CreateServiceTokenInput = Type.Object(
  {
    name: ServiceTokenName,
    groups: Groups,
    operations: Type.Optional(ScopedOperations),
    accountIds: Type.Optional(ScopedAccounts),
    expiresAt: Type.Optional({ ...Timestamp, description: 'a time as 2026-11-23T12:00:00.000Z; left out, in 90 days' }),
    dryRun: DryRun,
  },
  { $id: 'CreateServiceTokenInput', ...closed },
);
export const ListServiceTokensInput = Type.Object(
  { limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) },
  { $id: 'ListServiceTokensInput', ...closed },
);
export const RevokeServiceTokenInput = Type.Object(
  { id: ServiceTokenId, dryRun: DryRun, idempotencyKey: IdempotencyKey },
  { $id: 'RevokeServiceTokenInput', ...closed },
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
/** Left out, `clusters` are those that a role has lines for itself. `knownRoles` are reported on too, whatever they are now. */
export const CheckRolesInput = Type.Object(
  {
    accountId: AccountId,
    roleName: Type.Optional(RoleName),
    clusters: Type.Optional(Clusters),
    knownRoles: Type.Optional(Type.Array(RoleName)),
  },
  { $id: 'CheckRolesInput', ...closed },
);

export type PostureInput = Static<typeof PostureInput>;
export const PostureInput = Type.Object(
  {
    verdict: Type.Optional(Verdict),
    accountId: Type.Optional(AccountId),
    labels: Type.Optional(Labels),
    limit: Type.Optional(Limit),
    cursor: Type.Optional(Cursor),
  },
  { $id: 'PostureInput', ...closed },
);
export const ListDeadLettersInput = Type.Object(
  { limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) },
  { $id: 'ListDeadLettersInput', ...closed },
);
export const RedeliverInput = Type.Object({ id: Id, idempotencyKey: IdempotencyKey }, { $id: 'RedeliverInput', ...closed });

/** A check, as `SweepInput` has it. */
export type ScheduledSweep = Static<typeof ScheduledSweep>;
export const ScheduledSweep = Type.Object(
  {
    select: SweepSelect,
    roleName: Type.Optional(RoleName),
    clusters: Type.Optional(Clusters),
    reason: Type.Optional(Reason),
  },
  { $id: 'ScheduledSweepInput', ...closed },
);
export const ScheduleInput = Type.Object(
  {
    name: ScheduleName,
    cron: Cron,
    timezone: Type.Optional(Timezone),
    sweep: ScheduledSweep,
    dryRun: DryRun,
    idempotencyKey: IdempotencyKey,
  },
  { $id: 'ScheduleInput', ...closed },
);
export const GetScheduleInput = Type.Object({ name: ScheduleName }, { $id: 'GetScheduleInput', ...closed });
export const DeleteScheduleInput = Type.Object(
  { name: ScheduleName, dryRun: DryRun, idempotencyKey: IdempotencyKey },
  { $id: 'DeleteScheduleInput', ...closed },
);
export const ListSchedulesInput = Type.Object(
  { limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) },
  { $id: 'ListSchedulesInput', ...closed },
);
