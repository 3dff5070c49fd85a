import type { Account } from '../schema/account.ts';
import type { Labels, Partition } from '../schema/primitives.ts';

/** An account as stored. Null: the service's default. */
export interface AccountRecord {
  accountId: string;
  name: string;
  partition: Partition;
  memberRoleArn: string | null;
  externalId: string | null;
  labels: Labels;
  /** By the last import from AWS Organizations. Null: it was in none. */
  organizationId: string | null;
  status: Account['status'];
  createdAt: Date;
  updatedAt: Date;
}

export interface Accounts {
  get(accountId: string): Promise<AccountRecord | null>;
  /**
   * As `get`, for reads: while the database is unavailable, the last record that this process saw, at most an
   * hour old. Fault: UNAVAILABLE where there is none.
   */
  getCached(accountId: string): Promise<AccountRecord | null>;
  /** The registered ones of these, in any order. */
  among(accountIds: string[]): Promise<AccountRecord[]>;
  /**
   * The accounts that have all these labels, ordered by account ID. `after`: the last ID of the page before.
   */
  list(query: { labels: Labels; after: string | null; limit: number }): Promise<AccountRecord[]>;
  /** Number of registered accounts. */
  count(): Promise<number>;
  /** Inserts or replaces. A new account is ACTIVE; an existing one keeps its status and createdAt. */
  put(
    record: Omit<AccountRecord, 'organizationId' | 'status' | 'createdAt' | 'updatedAt'>,
  ): Promise<AccountRecord>;
  /** False: there was none. The history of the account stays. */
  delete(accountId: string): Promise<boolean>;
}
