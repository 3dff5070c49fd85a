import type { Account } from '../schema/account.ts';
import type { Labels, Partition } from '../schema/primitives.ts';

/** An account as stored: null stands for "the service's default". */
export interface AccountRecord {
  accountId: string;
  name: string;
  partition: Partition;
  memberRoleArn: string | null;
  externalId: string | null;
  labels: Labels;
  /** As the last import from AWS Organizations found it; null: it was never in one. */
  organizationId: string | null;
  status: Account['status'];
  createdAt: Date;
  updatedAt: Date;
}

export interface Accounts {
  get(accountId: string): Promise<AccountRecord | null>;
  /**
   * As `get`, for who only reads: while the database does not answer, it is what was last known here, an hour old at the
   * most. Fault: UNAVAILABLE when nothing is.
   */
  getCached(accountId: string): Promise<AccountRecord | null>;
  /** Those of them that are registered, in any order. */
  among(accountIds: string[]): Promise<AccountRecord[]>;
  /** Ordered by account ID; `after` is the last account ID of the page before; all given labels must be there. */
  list(query: { labels: Labels; after: string | null; limit: number }): Promise<AccountRecord[]>;
  /** How many are registered. */
  count(): Promise<number>;
  /** Inserts or replaces; a new one is ACTIVE, an old one keeps its status and createdAt. */
  put(record: Omit<AccountRecord, 'organizationId' | 'status' | 'createdAt' | 'updatedAt'>): Promise<AccountRecord>;
  /** False when there was none. The history of the account stays. */
  delete(accountId: string): Promise<boolean>;
}
