import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { LogSampler } from './log-sampler.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The accounts that the request is about, for the log. Operations add them. */
    accountIds: Set<string>;
  }
}

type Lines = Pick<FastifyBaseLogger, 'info' | 'warn'>;
export type LogOf = (request: FastifyRequest) => Lines;

/** Creates the logs of requests. Lines of unauthenticated requests are sampled by message and reason. */
export const createSampledLog =
  (sampler: LogSampler): LogOf =>
  (request) => {
    if (request.identity) return request.log;
    const write = (level: keyof Lines) => (details: Details, message: string) => {
      if (sampler.admit(JSON.stringify([message, details.reason ?? details.code])))
        request.log[level](details, message);
    };
    return { info: write('info'), warn: write('warn') } as Lines;
  };

interface Details {
  reason?: unknown;
  code?: unknown;
}

/** Replaces Fastify's lines for a request by one line, when it has been answered. */
export class RequestLog extends LogController {
  readonly #sampler: LogSampler;

  constructor(sampler: LogSampler) {
    super();
    this.#sampler = sampler;
  }

  override incomingRequest(): void {}

  /** Samples Fastify's other lines, for example about an answer that was not read to its end. */
  override isLogDisabled({ identity }: { identity?: unknown }): boolean {
    return !identity && !this.#sampler.admit('fastify');
  }

  /** Logs who called what, about which accounts, with which status. Logs no query string, header or body. */
  override requestCompleted(
    error: Error | null | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const { actor, onBehalfOf } = request.identity ?? {};
    const { subject = null, issuer = null } = actor ?? {};
    const { statusCode: status } = reply;
    // Lines that anybody can cause, and those of a caller who is over the rate limit.
    const isUnbounded = request.identity === null || status === 429;
    if (isUnbounded && !this.#sampler.admit(JSON.stringify(['request', status, issuer, subject]))) return;
    // Only account IDs are logged. Before the first hook a request has no set.
    const accountIds = [...(request.accountIds ?? [])].filter((one) => /^\d{12}$/.test(one));
    const line = {
      actor: subject,
      ...(issuer !== null && { issuer }),
      ...(onBehalfOf && { onBehalfOf: onBehalfOf.actor }),
      method: request.method,
      path: request.url.split('?')[0],
      ...(accountIds.length > 0 && { accountIds }),
      status,
      ms: Math.round(reply.elapsedTime * 10) / 10,
    };
    const write = () =>
      error ? request.log.error({ ...line, err: error }, 'request') : request.log.info(line, 'request');
    // The end of an answer is an event, which does not know the trace.
    if (request.inTrace) request.inTrace(write);
    else write();
  }
}

/** Adds `accountIds` to each request. */
export function trackAccounts(app: FastifyInstance): void {
  // Created for each request: Fastify would share a value that is given here.
  app.decorateRequest('accountIds');
  app.addHook('onRequest', async (request) => {
    request.accountIds = new Set();
  });
}
