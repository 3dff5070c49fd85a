import Type, { type Static } from 'typebox';
import { Cursor, Limit } from './page.ts';
import { closed, DryRun, IdempotencyKey } from './parameters.ts';
import { AccountId, Labels, nullable, Partition, Timestamp } from './primitives.ts';

export const MemberRoleArn = Type.String({
  pattern: '^arn:aws[a-z-]*:iam::\\d{12}:role/[!-~]{1,576}$',
  description: 'the ARN of the member role: arn:PARTITION:iam::ACCOUNT:role/NAME',
});

export const ExternalId = Type.String({
  pattern: '^[A-Za-z0-9_+=,.@:/-]{2,1224}$',
  description: 'an STS external ID: 2 to 1224 letters, digits or _+=,.@:/-',
});

const AccountName = Type.String({
  minLength: 1,
  maxLength: 128,
  description: 'a name of 1 to 128 characters',
});

export const AccountStatus = Type.Enum(['ACTIVE', 'SUSPENDED', 'CLOSED'], {
  $id: 'AccountStatus',
  description:
    'ACTIVE, SUSPENDED (AWS has suspended it) or CLOSED (closed, or no longer in the organization)',
});

export type Account = Static<typeof Account>;
export const Account = Type.Object(
  {
    accountId: AccountId,
    name: AccountName,
    partition: Partition,
    memberRoleArn: MemberRoleArn,
    externalId: nullable(ExternalId),
    labels: Labels,
    status: AccountStatus,
    createdAt: Timestamp,
    updatedAt: Timestamp,
  },
  {
    $id: 'Account',
    description:
      'A registered AWS account. `memberRoleArn` and `externalId` are the values in force, defaults included',
    additionalProperties: false,
  },
);

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
