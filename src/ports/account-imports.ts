import type { Importable, Imported } from '../domain/role/organization.ts';
import type { AccountImport, AccountImportChange } from '../schema/account-import.ts';
import type { Actor, ChangeError } from '../schema/change.ts';

/** Imports of accounts, and what they did. Fault of every method: UNAVAILABLE. */
export interface AccountImports {
  begin(id: string, about: { dryRun: boolean; actor: Actor; createdAt: Date }): Promise<AccountImport>;
  get(id: string): Promise<AccountImport | null>;
  /** Ordered by account ID; `after` is the last one of the page before. */
  changes(id: string, page: { after: string | null; limit: number }): Promise<AccountImportChange[]>;
  /**
   * Registers what `decide` makes of these accounts, unless it is a dry run, and notes it, in one transaction. `decide` gets
   * null for an account that is not registered; where it answers null, nothing is done. False: the import runs no more.
   */
  step(
    id: string,
    about: { accountIds: string[]; listed: number; untagged: number },
    decide: (accountId: string, known: Importable | null) => Imported | null,
  ): Promise<boolean>;
  /** Those registered as members of the organization, ordered by account ID. */
  members(organizationId: string, page: { after: string | null; limit: number }): Promise<string[]>;
  /** No effect on one that has ended. */
  finish(id: string, ending: { state: 'DONE' | 'FAILED'; error: ChangeError | null; endedAt: Date }): Promise<void>;
  /** Ends those that are RUNNING. To be called by who holds the lock under which they run: their processes have ended. */
  interrupt(error: ChangeError, endedAt: Date): Promise<void>;
  /** Forgets what began before then, and what lies beyond the newest hundred. */
  purge(before: Date): Promise<void>;
}
