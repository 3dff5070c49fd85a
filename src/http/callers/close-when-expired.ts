import type { FastifyRequest } from 'fastify';
import { Fault } from '../../fault.ts';
import type { Reauthenticate } from './caller-of.ts';

/**
 * Calls `cut` once the credential of the request has expired. Returns what to call when the connection has
 * ended by itself. Fault: RATE_LIMITED if the caller has too many connections open.
 */
export type CloseWhenExpired = (request: FastifyRequest, cut: () => void) => () => void;

/** How often in a row authentication may be unavailable before the connection is closed. */
const patience = 5;
/**
 * Streams and WebSockets that a caller may have open at once. Each takes memory for as long as the caller
 * likes.
 */
export const maxOpenConnections = 100;

/**
 * Authenticates again `everyMs`. While the database or the issuer is unavailable, it tries a few more times.
 */
export const closeWhenExpired =
  (reauthenticate: Reauthenticate, everyMs: number, open = new Map<string, number>()): CloseWhenExpired =>
  (request, cut) => {
    const { issuer, subject } = request.identity?.actor ?? {};
    const caller = JSON.stringify([issuer, subject]);
    const others = open.get(caller) ?? 0;
    if (others >= maxOpenConnections)
      throw new Fault(
        'RATE_LIMITED',
        `The limit is ${maxOpenConnections} open streams and WebSockets for a caller. Close some first.`,
      );
    open.set(caller, others + 1);
    let hasEnded = false;
    let failures = 0;
    // Not awaited: it never rejects. `cut` only closes a connection.
    let timer = setTimeout(ask, everyMs);

    async function ask(): Promise<void> {
      const isValid = await reauthenticate(request).then(
        () => {
          failures = 0;
          return true;
        },
        (error: unknown) => {
          if (!(error instanceof Fault)) request.log.error({ err: error }, 'reauthentication failed');
          failures += 1;
          return error instanceof Fault && error.code === 'UNAVAILABLE' && failures < patience;
        },
      );
      if (hasEnded) return;
      // Not awaited: see above.
      if (isValid) timer = setTimeout(ask, everyMs);
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
