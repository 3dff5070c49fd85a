import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const requestIds = new AsyncLocalStorage<string>();

/** Stores the ID of a request for everything that runs for it. */
export function traceRequests(app: FastifyInstance): void {
  const enter = ({ id }: FastifyRequest, _: FastifyReply, done: () => void) => requestIds.run(id, done);
  app.addHook('onRequest', enter);
  // Again, because the body is read outside the context of the first hook.
  app.addHook('preValidation', enter);
}

/**
 * Logs each unhandled rejection with its request, if it belongs to one. The process goes on, since its other
 * requests are not affected. Returns how to stop.
 */
export function logUnhandledRejections(log: FastifyBaseLogger): () => void {
  const logRejection = (err: unknown) =>
    log.error({ err, requestId: requestIds.getStore() ?? null }, 'unhandled promise rejection');
  process.on('unhandledRejection', logRejection);
  return () => void process.off('unhandledRejection', logRejection);
}
