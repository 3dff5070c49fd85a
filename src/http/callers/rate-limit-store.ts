import type { FastifyRateLimitStore } from '@fastify/rate-limit';
import { LRUCache } from 'lru-cache';

/** How many callers, or addresses, are counted at the same time. */
const maxCounted = 10_000;

/**
 * Counts requests by key, in windows of a fixed length. In the package's own store, all requests of one turn
 * of the event loop see the last count, so that a burst over the limit also refuses the requests within the
 * limit.
 */
export class RequestCounts implements FastifyRateLimitStore {
  readonly #windows = new LRUCache<string, { count: number; endsAt: number }>({ max: maxCounted });

  incr(
    key: string,
    answer: (error: Error | null, result?: { current: number; ttl: number }) => void,
    windowMs: number,
  ): void {
    const now = performance.now();
    let window = this.#windows.get(key);
    if (!window || window.endsAt <= now) {
      window = { count: 0, endsAt: now + windowMs };
      this.#windows.set(key, window);
    }
    window.count += 1;
    // In whole milliseconds: the caller rounds up to seconds, so a rounding error would add a second.
    answer(null, { current: window.count, ttl: Math.round(window.endsAt - now) });
  }

  child(): RequestCounts {
    return new RequestCounts();
  }
}
