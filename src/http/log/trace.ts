import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance } from 'fastify';
import type { Observer } from '../../ports/observer.ts';
import { faceOf } from './answer-counts.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Runs a function within the trace of the request. Undefined: it is not traced. */
    inTrace?: <T>(run: () => T) => T;
  }
}

/**
 * Traces requests, but for health checks and the console's files. The trace of the caller goes on, by its
 * `traceparent`. The answer names the trace in `traceresponse`.
 */
export function traceAnswers(app: FastifyInstance, observer: Observer): void {
  const { trace } = observer;
  if (!trace) return;
  const answers = new WeakMap<object, () => void>();
  app.decorateRequest('inTrace');
  app.addHook('onRequest', (request, reply, done) => {
    const face = faceOf(request);
    if (face === 'HEALTH' || face === 'CONSOLE') return done();
    const { method, id: requestId, headers, routeOptions } = request;
    const answered = Promise.withResolvers<void>();
    answers.set(request, answered.resolve);
    const { traceparent } = headers;
    const activity = {
      of: 'REQUEST',
      method,
      // Never the URL, which anybody makes up.
      route: routeOptions.url ?? 'no route',
      requestId,
      traceparent: typeof traceparent === 'string' ? traceparent : null,
      statusOf: () => reply.statusCode,
    } as const;
    // Not awaited: it ends with the answer, and rejects never.
    void observer.observe(activity, () => {
      request.inTrace = AsyncLocalStorage.snapshot();
      const current = trace();
      if (current) reply.header('traceresponse', current.traceparent);
      done();
      return answered.promise;
    });
  });
  // The events that bring a body do not know the trace.
  app.addHook('preValidation', (request, _, done) => (request.inTrace ? request.inTrace(done) : done()));
  app.addHook('onResponse', async (request) => answers.get(request)?.());
}
