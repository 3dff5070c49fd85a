import type { FastifyRequest } from 'fastify';
import { Fault } from '../../fault.ts';
import type { Reauthenticate } from './caller-of.ts';

/**
 * Cuts what lasts once nobody is known by its request's credential any more. Answers how to end the asking: it has ended by itself. Fault:
 * RATE_LIMITED where too much of the caller's lasts already.
 */
export type CloseWhenExpired = (request: FastifyRequest, cut: () => void) => () => void;

/** So many times in a row it may not be told who calls: an outage passes, and a credential ends. */
const patience = 5;
/** So many streams and WebSockets a caller may have open at once: each of them takes memory for as long as the caller likes. */
export const maxOpenConnections = 100;

/** As `reauthenticate` says, `everyMs`; where it cannot be told, as the database or the issuer is away, it is asked again a few times. */
export const closeWhenExpired =
  (reauthenticate: Reauthenticate, everyMs: number, open = new Map<string, number>()): CloseWhenExpired =>
  (request, cut) => {
    const { issuer, subject } = request.identity?.actor ?? {};
    const caller = JSON.stringify([issuer, subject]);
    const others = open.get(caller) ?? 0;
    if (others >= maxOpenConnections)
      throw new Fault('RATE_LIMITED', `The limit is ${maxOpenConnections} open streams and WebSockets for a caller. Close some first.`);
    open.set(caller, others + 1);
    let hasEnded = false;
    let untold = 0;
    // Not awaited: it never rejects. `cut` only closes a connection.
    let timer = setTimeout(ask, everyMs);

    async function ask(): Promise<void> {
      const isKnown = await reauthenticate(request).then(
        () => {
          untold = 0;
          return true;
        },
        (error: unknown) => {
          if (!(error instanceof Fault)) request.log.error({ err: error }, 'reauthentication failed');
          untold += 1;
          return error instanceof Fault && error.code === 'UNAVAILABLE' && untold < patience;
        },
      );
      if (hasEnded) return;
      // Not awaited: see above.
      if (isKnown) timer = setTimeout(ask, everyMs);
      else cut();
    }

    return () => {
      if (hasEnded) return;
      hasEnded = true;
      clearTimeout(timer);
      const left = (open.get(caller) ?? 1) - 1;
      if (left > 0) open.set(caller, left);
      else open.delete(caller);
    };
  };
