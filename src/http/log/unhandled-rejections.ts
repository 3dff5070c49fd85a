import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const requestIds = new AsyncLocalStorage<string>();

/** Keeps the ID of the request beside all that is done for it. */
export function traceRequests(app: FastifyInstance): void {
  const enter = ({ id }: FastifyRequest, _: FastifyReply, done: () => void) => requestIds.run(id, done);
  app.addHook('onRequest', enter);
  // Once more: the body is read outside of the context of the hook before.
  app.addHook('preValidation', enter);
}

/**
 * Logs each rejection that nothing handles, with its request where it belongs to one. The process goes on: its other requests have
 * nothing to do with it. Answers how to stop.
 */
export function logUnhandledRejections(log: FastifyBaseLogger): () => void {
  const tell = (err: unknown) => log.error({ err, requestId: requestIds.getStore() ?? null }, 'unhandled promise rejection');
  process.on('unhandledRejection', tell);
  return () => void process.off('unhandledRejection', tell);
}
