import type { FastifyRequest } from 'fastify';
import { Fault } from '../fault.ts';
import type { Recognize } from './caller-of.ts';

/** Cuts what lasts once nobody is known by its request's credential any more. Answers how to end the asking: it has ended by itself. */
export type WhileKnown = (request: FastifyRequest, cut: () => void) => () => void;

/** So many times in a row it may not be told who calls: an outage passes, and a credential ends. */
const patience = 5;

/** As `recognize` says, `everyMs`; where it cannot be told, as the database or the issuer is away, it is asked again a few times. */
export const whileKnown =
  (recognize: Recognize, everyMs: number): WhileKnown =>
  (request, cut) => {
    let hasEnded = false;
    let untold = 0;
    // Not awaited: it never rejects. `cut` only closes a connection.
    let timer = setTimeout(ask, everyMs);

    async function ask(): Promise<void> {
      const isKnown = await recognize(request).then(
        () => {
          untold = 0;
          return true;
        },
        (error: unknown) => {
          if (!(error instanceof Fault)) request.log.error({ err: error }, 'it could not be told who is calling still');
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
      hasEnded = true;
      clearTimeout(timer);
    };
  };
