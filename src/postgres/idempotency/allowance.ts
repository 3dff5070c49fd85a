import { LRUCache } from 'lru-cache';
import type { Actor } from '../../schema/change.ts';

/** How long a count is used, in ms. A caller with nothing left is counted again sooner. */
const countStandsMs = 60_000;
const recountMs = 1000;
/** Maximum number of callers in the cache. */
const maxCallers = 10_000;

/**
 * Answers whether a caller may store one more row, up to `most`. It does not count each time: a count gives
 * the caller an allowance for a minute. Each replica counts for itself, so together they may exceed `most` a
 * little.
 */
export function createAllowance(
  { most, count }: { most: number; count: (actor: Actor) => Promise<number> },
  now: () => number = () => performance.now(),
): (actor: Actor) => Promise<boolean> {
  const allowances = new LRUCache<string, { left: number; countedAt: number }>({ max: maxCallers });
  return async (actor) => {
    const key = JSON.stringify([actor.issuer, actor.subject]);
    let allowance = allowances.get(key);
    if (!allowance || now() - allowance.countedAt >= (allowance.left > 0 ? countStandsMs : recountMs)) {
      const countedAt = now();
      allowance = { left: most - (await count(actor)), countedAt };
      allowances.set(key, allowance);
    }
    allowance.left -= 1;
    return allowance.left >= 0;
  };
}
