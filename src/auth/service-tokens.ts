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
  /** Work that a stop waits for. */
  inFlight: Set<Promise<unknown>>;
}

type ReadToken = NonNullable<ReturnType<typeof readServiceToken>>;

/**
 * While the database does not answer, a token that was verified this recently may still read, but not write:
 * it may have been revoked.
 */
const keptMs = 300_000;
const maxKept = 1000;
/** Tokens of clients with an unknown address share a queue by this many digits of their ID. */
const prefixLength = 2;
/** Interval in ms at which the last use of a token is stored. */
const touchEveryMs = 60_000;

/**
 * Creates the verification of service tokens. It asks the database each time, so that a revocation holds at
 * once on every replica. `client` is the address of the request, null if unknown. Faults: UNAVAILABLE if the
 * database does not answer and the token was not used here in the last five minutes; RATE_LIMITED if too many
 * tokens wait for the database.
 */
export function createServiceTokenReader({ tokens, now, inFlight }: ServiceTokenDeps) {
  const cache = new LRUCache<string, { known: ServiceTokenWithHash; at: number }>({ max: maxKept });

  // Unknown tokens have a queue of their own, so that they do not delay tokens that were valid here recently.
  const lookupRecent = createTokenLookup(tokens.among);
  const lookupUnknown = createTokenLookup(tokens.among);

  async function find(
    { id, secretHash }: ReadToken,
    client: string | null,
  ): Promise<{ known: ServiceTokenWithHash | null; isFromCache?: true }> {
    const last = cache.get(id);
    try {
      const isKnown = last !== undefined && isSameHash(last.known.secretHash, secretHash);
      const known = await (isKnown
        ? lookupRecent(id, id)
        : lookupUnknown(id, client ?? id.slice(0, prefixLength)));
      if (known) cache.set(id, { known, at: now().getTime() });
      else cache.delete(id);
      return { known };
    } catch (error) {
      if (
        error instanceof Fault &&
        error.code === 'UNAVAILABLE' &&
        last &&
        now().getTime() - last.at < keptMs
      )
        return { known: last.known, isFromCache: true };
      throw error;
    }
  }

  const touching = new Set<string>();

  function storeUse({ id, lastUsedAt }: ServiceTokenWithHash, log: WarningLog): void {
    const at = now();
    if (touching.has(id) || (lastUsedAt !== null && at.getTime() - lastUsedAt.getTime() < touchEveryMs))
      return;
    touching.add(id);
    // Not awaited: a request must not fail because of it.
    const touched = tokens
      .touch(id, at)
      .catch((err: unknown) =>
        log.warn({ err, serviceTokenId: id }, 'the last use of a service token could not be stored'),
      )
      .finally(() => {
        touching.delete(id);
        inFlight.delete(touched);
      });
    inFlight.add(touched);
  }

  return async (
    text: string,
    log: WarningLog,
    client: string | null = null,
  ): Promise<{ identity: Identity } | { refused: string }> => {
    const read = readServiceToken(text);
    if (read === null) return { refused: 'not a service token' };
    const { known, ...how } = await find(read, client);
    if (known === null || !isSameHash(known.secretHash, read.secretHash))
      return { refused: 'unknown service token' };
    const { name, groups, scope } = known;
    if (known.revokedAt !== null) return { refused: `service token ${name} is revoked` };
    if (known.expiresAt <= now()) return { refused: `service token ${name} has expired` };
    storeUse(known, log);
    return {
      identity: {
        actor: { subject: subjectOfToken(name), issuer: serviceTokenIssuer },
        groups,
        scope,
        ...how,
      },
    };
  };
}
