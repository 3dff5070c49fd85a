import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../../fault.ts';
import { RequestCounts } from './rate-limit-store.ts';

export interface RateLimitOptions {
  /** Requests in a minute: of one caller, and without authentication of one address. 0: no limit. */
  perMinute: number;
  addressOf: (request: FastifyRequest) => string;
}

/**
 * Counts the requests of each caller, and those that are not authenticated by their address. Fault of every
 * function: RATE_LIMITED.
 */
export async function registerRateLimit(app: FastifyInstance, { perMinute, addressOf }: RateLimitOptions) {
  const tooMany = ({ ttl }: { ttl: number }) =>
    new Fault(
      'RATE_LIMITED',
      `The limit is ${perMinute} requests a minute. Try again in ${Math.ceil(ttl / 1000)} seconds.`,
    );
  await app.register(rateLimit, {
    global: false,
    max: perMinute,
    timeWindow: 60_000,
    store: RequestCounts,
    enableDraftSpec: true,
    keyGenerator: ({ identity }) => JSON.stringify([identity?.actor.issuer, identity?.actor.subject]),
    errorResponseBuilder: (_, found) => tooMany(found),
  });
  const limitCaller = app.rateLimit();
  // Counted separately, so that many addresses do not evict the counts of callers.
  const limitStranger = app.rateLimit({ keyGenerator: (request) => normalizeIP(addressOf(request)) });
  const countOne = app.createRateLimit();

  /** Counts a request that asks for as much as `count` requests. */
  async function consumeRateLimit(
    request: FastifyRequest,
    count: number,
    reply?: FastifyReply,
  ): Promise<void> {
    for (let left = perMinute > 0 ? count : 0; left > 0; left -= 1) {
      const found = await countOne(request);
      if (found.isAllowed) return;
      reply?.headers({ 'ratelimit-remaining': found.remaining, 'ratelimit-reset': found.ttlInSeconds });
      if (!found.isExceeded) continue;
      reply?.header('retry-after', found.ttlInSeconds);
      throw tooMany(found);
    }
  }
  return { limitCaller, limitStranger, consumeRateLimit };
}
