import { LRUCache } from 'lru-cache';
import type { AccountRecord, Accounts } from '../../ports/accounts.ts';
import { within } from '../../within.ts';

/** How long checks wait for the database before they use the cache, in ms. */
const patienceMs = 300;
const keptMs = 60 * 60_000;
const maxKept = 10_000;

/**
 * The registry with a cache, which only `getCached` uses, and only while the database is slow or down. The
 * cache holds the accounts that this replica has read or written within the hour. It does not hold
 * unregistered accounts: there is no limit to them, and they would evict the others.
 */
export function withCache(
  accounts: Omit<Accounts, 'getCached'>,
  now: () => number = () => performance.now(),
): Accounts {
  const cache = new LRUCache<string, { record: AccountRecord; at: number }>({ max: maxKept });

  function keep(accountId: string, record: AccountRecord | null): void {
    if (record === null) cache.delete(accountId);
    else cache.set(accountId, { record, at: now() });
  }

  async function get(accountId: string): Promise<AccountRecord | null> {
    const record = await accounts.get(accountId);
    keep(accountId, record);
    return record;
  }

  return {
    get,
    async getCached(accountId) {
      const asked = get(accountId);
      const last = cache.get(accountId);
      if (!last || now() - last.at > keptMs) return await asked;
      // If the database is slow or down: the cached record.
      const cached = () => last.record;
      return await within(patienceMs, asked.catch(cached), cached);
    },
    async among(accountIds) {
      const records = await accounts.among(accountIds);
      for (const record of records) keep(record.accountId, record);
      return records;
    },
    async list(query) {
      const records = await accounts.list(query);
      for (const record of records) keep(record.accountId, record);
      return records;
    },
    count: () => accounts.count(),
    async put(record) {
      const stored = await accounts.put(record);
      keep(stored.accountId, stored);
      return stored;
    },
    async delete(accountId) {
      const existed = await accounts.delete(accountId);
      keep(accountId, null);
      return existed;
    },
  };
}
