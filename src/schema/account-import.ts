import Type, { type Static } from 'typebox';
import { Account, AccountStatus } from './account.ts';
import { Actor, ChangeError } from './change.ts';
import { Cursor, Limit } from './page.ts';
import { closed, IdempotencyKey } from './parameters.ts';
import { AccountId, Id, Labels, nullable, Partition, Timestamp } from './primitives.ts';

/** CLOSED: closed, or in the organization no more; other changes of status are CHANGED. */
export type AccountImportEffect = Static<typeof AccountImportEffect>;
export const AccountImportEffect = Type.Enum(['ADDED', 'CHANGED', 'CLOSED'], { $id: 'AccountImportEffect' });

const Count = Type.Integer({ minimum: 0 });

/**
 * An import from AWS Organizations, as far as it has come. `total` counts the accounts that were listed; `untagged` those of them
 * whose tags could not be read, so that their labels stay as they were. `error` says why it FAILED, or why tags could not be read.
 */
export type AccountImport = Static<typeof AccountImport>;
export const AccountImport = Type.Object(
  {
    id: Id,
    state: Type.Enum(['RUNNING', 'DONE', 'FAILED'], { $id: 'AccountImportState' }),
    dryRun: Type.Boolean(),
    total: Count,
    added: Count,
    changed: Count,
    closed: Count,
    unchanged: Count,
    untagged: Count,
    error: nullable(ChangeError),
    actor: Actor,
    createdAt: Timestamp,
    endedAt: nullable(Timestamp),
  },
  { $id: 'AccountImport', additionalProperties: false },
);

/** What an import sets of an account. */
export type ImportedAccount = Static<typeof ImportedAccount>;
const ImportedAccount = Type.Object(
  { name: Account.properties.name, partition: Partition, status: AccountStatus, labels: Labels },
  { $id: 'ImportedAccount', additionalProperties: false },
);

/** What an import did to one account, or in a dry run would have. `before` is null for one that was not registered. */
export type AccountImportChange = Static<typeof AccountImportChange>;
export const AccountImportChange = Type.Object(
  { accountId: AccountId, effect: AccountImportEffect, before: nullable(ImportedAccount), after: ImportedAccount },
  { $id: 'AccountImportChange', additionalProperties: false },
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
