import type { Importable, Imported } from '../domain/role/organization.ts';
import type { AccountImport, AccountImportChange } from '../schema/account-import.ts';
import type { Actor, ChangeError } from '../schema/change.ts';

/** Imports of accounts, and the changes that they made. Fault of every method: UNAVAILABLE. */
export interface AccountImports {
  begin(id: string, about: { dryRun: boolean; actor: Actor; createdAt: Date }): Promise<AccountImport>;
  get(id: string): Promise<AccountImport | null>;
  /** Ordered by account ID. `after`: the last ID of the page before. */
  changes(id: string, page: { after: string | null; limit: number }): Promise<AccountImportChange[]>;
  /**
   * Registers what `decide` answers for each of these accounts, unless the import is a dry run, and records
   * the changes, in one transaction. `decide` gets null for an account that is not registered. Where it
   * answers null the account stays as it is. False: the import has ended.
   */
  step(
    id: string,
    about: { accountIds: string[]; listed: number; untagged: number },
    decide: (accountId: string, known: Importable | null) => Imported | null,
  ): Promise<boolean>;
  /** The registered members of the organization, ordered by account ID. */
  members(organizationId: string, page: { after: string | null; limit: number }): Promise<string[]>;
  /** Has no effect on an import that has ended. */
  finish(
    id: string,
    ending: { state: 'DONE' | 'FAILED'; error: ChangeError | null; endedAt: Date },
  ): Promise<void>;
  /**
   * Ends the imports that are RUNNING. The caller holds the lock under which imports run, so their processes
   * have ended.
   */
  interrupt(error: ChangeError, endedAt: Date): Promise<void>;
  /** Deletes imports that began before that time, and all but the newest hundred. */
  purge(before: Date): Promise<void>;
}
