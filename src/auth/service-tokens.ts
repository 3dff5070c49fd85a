import { LRUCache } from 'lru-cache';
import { Fault } from '../fault.ts';
import type { WarningLog } from '../ports/authenticate.ts';
import type { ServiceTokens, ServiceTokenWithHash } from '../ports/tokens.ts';
import type { Identity } from '../schema/caller.ts';
import { serviceTokenIssuer, subjectOfToken } from '../schema/token.ts';
import { isSameHash, readServiceToken } from './service-token.ts';
import { createTokenLookup } from './token-lookup.ts';

export interface ServiceTokenDeps {
  tokens: ServiceTokens;
  now: () => Date;
  /** What a stop must wait for. */
  inFlight: Set<Promise<unknown>>;
}

type ReadToken = NonNullable<ReturnType<typeof readServiceToken>>;

/**
 * While the database does not answer, who was let in so recently is let in still, to look and not to change: it may answer again
 * within the same request, and the token be revoked.
 */
const keptMs = 300_000;
const keptAtMost = 1000;
/** Tokens of clients whose address is not known share the lookups by this many digits of their ID. */
const prefixLength = 2;
/** Its use is written down at most so often. */
const touchEveryMs = 60_000;

/**
 * Reads service tokens: each time one comes the database is asked, so that a revocation holds at once and everywhere. `client` is the
 * address that a request came from, null if it is not known. Faults: UNAVAILABLE when the database does not answer, and the token was
 * not used here in the last five minutes; RATE_LIMITED when too many tokens wait for the database.
 */
export function createServiceTokenReader({ tokens, now, inFlight }: ServiceTokenDeps) {
  const cache = new LRUCache<string, { known: ServiceTokenWithHash; at: number }>({ max: keptAtMost });

  // Made-up tokens are looked up apart, so that they keep nobody waiting whose token was good here of late.
  const ofKnown = createTokenLookup(tokens.among);
  const ofStrangers = createTokenLookup(tokens.among);

  async function find(
    { id, secretHash }: ReadToken,
    client: string | null,
  ): Promise<{ known: ServiceTokenWithHash | null; isFromCache?: true }> {
    const last = cache.get(id);
    try {
      const isKnown = last !== undefined && isSameHash(last.known.secretHash, secretHash);
      const known = await (isKnown ? ofKnown(id, id) : ofStrangers(id, client ?? id.slice(0, prefixLength)));
      if (known) cache.set(id, { known, at: now().getTime() });
      else cache.delete(id);
      return { known };
    } catch (error) {
      if (error instanceof Fault && error.code === 'UNAVAILABLE' && last && now().getTime() - last.at < keptMs)
        return { known: last.known, isFromCache: true };
      throw error;
    }
  }

  const touching = new Set<string>();

  function remember({ id, lastUsedAt }: ServiceTokenWithHash, log: WarningLog): void {
    const at = now();
    if (touching.has(id) || (lastUsedAt !== null && at.getTime() - lastUsedAt.getTime() < touchEveryMs)) return;
    touching.add(id);
    // Nobody waits for it, and a request is not to fail by it.
    const touched = tokens
      .touch(id, at)
      .catch((err: unknown) => log.warn({ err, serviceTokenId: id }, 'the last use of a service token could not be stored'))
      .finally(() => {
        touching.delete(id);
        inFlight.delete(touched);
      });
    inFlight.add(touched);
  }

  return async (text: string, log: WarningLog, client: string | null = null): Promise<{ identity: Identity } | { refused: string }> => {
    const read = readServiceToken(text);
    if (read === null) return { refused: 'not a service token' };
    const { known, ...how } = await find(read, client);
    if (known === null || !isSameHash(known.secretHash, read.secretHash)) return { refused: 'unknown service token' };
    const { name, groups, scope } = known;
    if (known.revokedAt !== null) return { refused: `service token ${name} is revoked` };
    if (known.expiresAt <= now()) return { refused: `service token ${name} has expired` };
    remember(known, log);
    return { identity: { actor: { subject: subjectOfToken(name), issuer: serviceTokenIssuer }, groups, scope, ...how } };
  };
}
