import type { FastifyRequest } from 'fastify';
import { Fault } from '../fault.ts';
import type { Recognize } from './caller-of.ts';

/** Cuts what lasts once nobody is known by its request's credential any more. Answers how to end the asking: it has ended by itself. */
export type WhileKnown = (request: FastifyRequest, cut: () => void) => () => void;

/** As `recognize` says, `everyMs`. That it cannot be told now is no reason to cut: what lasts was let in, and can read nothing meanwhile. */
export const whileKnown =
  (recognize: Recognize, everyMs: number): WhileKnown =>
  (request, cut) => {
    let hasEnded = false;
    let timer = setTimeout(ask, everyMs);

    async function ask(): Promise<void> {
      const isKnown = await recognize(request).then(
        () => true,
        (error: unknown) => {
          if (!(error instanceof Fault)) request.log.error({ err: error }, 'it could not be told who is calling still');
          return error instanceof Fault && error.code === 'UNAVAILABLE';
        },
      );
      if (hasEnded) return;
      if (isKnown) timer = setTimeout(ask, everyMs);
      else cut();
    }

    return () => {
      hasEnded = true;
      clearTimeout(timer);
    };
  };
