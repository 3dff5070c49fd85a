import { LRUCache } from 'lru-cache';
import type { Actor } from '../../schema/change.ts';

/** How long a count stands, in ms. A caller who has nothing left is counted again sooner. */
const countStandsMs = 60_000;
const recountMs = 1000;
/** How many callers are remembered. */
const mostCallers = 10_000;

/**
 * Tells whether a caller may store one more, of `most` at the most, without counting each time: a count gives them an allowance, which
 * lasts for a minute. Each replica counts for itself, so that together they may go over by what they have given out.
 */
export function createAllowance(
  { most, count }: { most: number; count: (actor: Actor) => Promise<number> },
  now: () => number = () => performance.now(),
): (actor: Actor) => Promise<boolean> {
  const allowances = new LRUCache<string, { left: number; countedAt: number }>({ max: mostCallers });
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
