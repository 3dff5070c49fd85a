import { LRUCache } from 'lru-cache';
import { nothingSeen, type Seen } from '../../domain/role/seen.ts';
import { Fault } from '../../fault.ts';
import type { SeenClusters } from '../../ports/seen-clusters.ts';
import { within } from '../../within.ts';
import type { StoredClusters } from './seen-clusters.ts';

/** How old an answer may be, in ms. */
const freshMs = 10_000;
const maxAccounts = 2000;
/** Maximum number of clusters of all cached accounts: some 50 MB. */
const maxClusters = 200_000;

interface CacheOptions {
  /** How long a check waits for the database, in ms. Then it uses what is cached. */
  patienceMs: number;
  now?: () => number;
}

interface Known {
  seen: Seen;
  at: number;
}

/** A time at which nothing is fresh. */
const stale = Number.NEGATIVE_INFINITY;

/**
 * The memory of clusters with a cache, because every check asks for it. The accounts that are asked for while
 * a query runs share the next one.
 */
export function withSeenCache(
  stored: StoredClusters,
  { patienceMs, now = () => performance.now() }: CacheOptions,
): SeenClusters {
  const cache = new LRUCache<string, Known>({
    max: maxAccounts,
    maxSize: maxClusters,
    sizeCalculation: ({ seen }) => seen.clusters.size + 1,
  });
  const waiting = new Map<string, PromiseWithResolvers<Seen>>();
  /** The accounts at which this process has looked since the query that runs was sent. */
  const looked = new Set<string>();
  let isReading = false;

  async function readWaiting(): Promise<void> {
    isReading = true;
    while (waiting.size > 0) {
      const asked = new Map(waiting);
      waiting.clear();
      looked.clear();
      try {
        const found = await stored.ofAccounts([...asked.keys()]);
        for (const [accountId, { resolve }] of asked) {
          const seen = found.get(accountId) ?? nothingSeen;
          cache.set(accountId, { seen, at: looked.has(accountId) ? stale : now() });
          resolve(seen);
        }
      } catch (error) {
        for (const { reject } of asked.values()) reject(error);
      }
    }
    isReading = false;
  }

  function read(accountId: string): Promise<Seen> {
    const asked = waiting.get(accountId) ?? Promise.withResolvers<Seen>();
    waiting.set(accountId, asked);
    // Later in this tick, so that all accounts of the tick are read together.
    if (!isReading) queueMicrotask(() => void (isReading || readWaiting()));
    return asked.promise;
  }

  return {
    async keep(looks) {
      await stored.keep(looks);
      // Stale from now on, and still better than nothing.
      for (const { accountId } of looks) {
        if (isReading) looked.add(accountId);
        const known = cache.get(accountId);
        if (known) cache.set(accountId, { ...known, at: stale });
      }
    },
    async of(accountId) {
      const known = cache.get(accountId);
      if (known && now() - known.at < freshMs) return known.seen;
      const last = known?.seen ?? nothingSeen;
      try {
        return await within(patienceMs, read(accountId), () => last);
      } catch (error) {
        if (error instanceof Fault) return last;
        throw error;
      }
    },
    usingRole: (accountId, roleArn) => stored.usingRole(accountId, roleArn),
  };
}
