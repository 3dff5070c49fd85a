import Type, { type Static } from 'typebox';
import { Account, AccountStatus } from './account.ts';
import { Actor, ChangeError } from './change.ts';
import { Cursor, Limit } from './page.ts';
import { closed, IdempotencyKey } from './parameters.ts';
import { AccountId, Id, Labels, nullable, Partition, Timestamp } from './primitives.ts';

export type AccountImportEffect = Static<typeof AccountImportEffect>;
export const AccountImportEffect = Type.Enum(['ADDED', 'CHANGED', 'CLOSED'], {
  $id: 'AccountImportEffect',
  description:
    'ADDED, CHANGED (another change of status included) or CLOSED (closed, or no longer in the organization)',
});

const count = (description: string) => Type.Integer({ minimum: 0, description });

export type AccountImport = Static<typeof AccountImport>;
export const AccountImport = Type.Object(
  {
    id: Id,
    state: Type.Enum(['RUNNING', 'DONE', 'FAILED'], {
      $id: 'AccountImportState',
      description: 'RUNNING, DONE or FAILED',
    }),
    dryRun: Type.Boolean({ description: 'Nothing was registered' }),
    total: count('Accounts that were listed'),
    added: count('Accounts that were registered'),
    changed: count('Accounts that were changed'),
    closed: count('Accounts that were marked as CLOSED'),
    unchanged: count('Accounts that stayed as they were'),
    untagged: count('Accounts whose tags could not be read; their labels stay as they were'),
    error: nullable(ChangeError, 'Why the import FAILED, or why tags could not be read'),
    actor: Actor,
    createdAt: Timestamp,
    endedAt: nullable(Timestamp, 'When it ended. Null while it runs'),
  },
  {
    $id: 'AccountImport',
    description: 'An import from AWS Organizations and its progress',
    additionalProperties: false,
  },
);

export type ImportedAccount = Static<typeof ImportedAccount>;
const ImportedAccount = Type.Object(
  { name: Account.properties.name, partition: Partition, status: AccountStatus, labels: Labels },
  {
    $id: 'ImportedAccount',
    description: 'The members of an account that an import sets',
    additionalProperties: false,
  },
);

export type AccountImportChange = Static<typeof AccountImportChange>;
export const AccountImportChange = Type.Object(
  {
    accountId: AccountId,
    effect: AccountImportEffect,
    before: nullable(ImportedAccount, 'The account before. Null if it was not registered'),
    after: ImportedAccount,
  },
  {
    $id: 'AccountImportChange',
    description: 'What an import did to one account, or would do in a dry run',
    additionalProperties: false,
  },
);

export const ImportAccountsInput = Type.Object(
  {
    dryRun: Type.Optional(
      Type.Boolean({ description: 'true or false: answer what would change, and register nothing' }),
    ),
    idempotencyKey: IdempotencyKey,
  },
  { $id: 'ImportAccountsInput', ...closed },
);
export const GetAccountImportInput = Type.Object({ id: Id }, { $id: 'GetAccountImportInput', ...closed });
export const ListAccountImportChangesInput = Type.Object(
  { id: Id, limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) },
  { $id: 'ListAccountImportChangesInput', ...closed },
);
