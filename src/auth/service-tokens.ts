import { Fault } from '../fault.ts';
import type { Identity, ServiceTokenRecord, ServiceTokens, WarningLog } from '../ports.ts';
import { serviceTokenIssuer, subjectOfToken } from '../schema/service-token.ts';
import { isSameHash, readServiceToken } from './service-token.ts';

export interface ServiceTokenDeps {
  tokens: ServiceTokens;
  now: () => Date;
  /** What a stop must wait for. */
  underway: Set<Promise<unknown>>;
}

type Known = ServiceTokenRecord & { secretHash: Uint8Array };

/**
 * While the database does not answer, who was let in so recently is let in still, to look and not to change: it may answer again
 * within the same request, and the token be revoked.
 */
const keptMs = 300_000;
const keptAtMost = 1000;
/** Its use is written down at most so often. */
const touchEveryMs = 60_000;

/**
 * Reads service tokens: each time one comes the database is asked, so that a revocation holds at once and everywhere.
 * Fault: UNAVAILABLE when it does not answer, and the token was not used here in the last five minutes.
 */
export function openServiceTokenReader({ tokens, now, underway }: ServiceTokenDeps) {
  const memory = new Map<string, { known: Known; at: number }>();

  async function find(id: string): Promise<{ known: Known | null; isRecalled?: true }> {
    try {
      const known = await tokens.find(id);
      memory.delete(id);
      if (known) memory.set(id, { known, at: now().getTime() });
      for (const oldest of memory.keys()) {
        if (memory.size <= keptAtMost) break;
        memory.delete(oldest);
      }
      return { known };
    } catch (error) {
      const last = memory.get(id);
      if (error instanceof Fault && error.code === 'UNAVAILABLE' && last && now().getTime() - last.at < keptMs)
        return { known: last.known, isRecalled: true };
      throw error;
    }
  }

  function remember({ id, lastUsedAt }: Known, log: WarningLog): void {
    const at = now();
    if (lastUsedAt !== null && at.getTime() - lastUsedAt.getTime() < touchEveryMs) return;
    // Nobody waits for it, and a request is not to fail by it.
    const touched = tokens
      .touch(id, at)
      .catch((err: unknown) => log.warn({ err, serviceTokenId: id }, 'the use of a service token was not written down'))
      .finally(() => underway.delete(touched));
    underway.add(touched);
  }

  return async (text: string, log: WarningLog): Promise<{ identity: Identity } | { refused: string }> => {
    const read = readServiceToken(text);
    if (read === null) return { refused: 'it is no service token' };
    const { known, ...how } = await find(read.id);
    if (known === null || !isSameHash(known.secretHash, read.secretHash)) return { refused: 'the service token is not known' };
    const { name, groups, scope } = known;
    if (known.revokedAt !== null) return { refused: `service token ${name} is revoked` };
    if (known.expiresAt <= now()) return { refused: `service token ${name} has expired` };
    remember(known, log);
    return { identity: { actor: { subject: subjectOfToken(name), issuer: serviceTokenIssuer }, groups, scope, ...how } };
  };
}
