import { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import type { LogSampler } from './log-sampler.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The accounts that the request is about, as operations tell them; for the log. */
    accountIds: Set<string>;
  }
}

/** What a request may write to. */
type Lines = Pick<FastifyBaseLogger, 'info' | 'warn'>;
export type LogOf = (request: FastifyRequest) => Lines;

/** The log of a request. Lines of a caller who is not known are sampled, each kind by itself: its message and its reason. */
export const createSampledLog =
  (sampler: LogSampler): LogOf =>
  (request) => {
    if (request.identity) return request.log;
    const write = (level: keyof Lines) => (details: Details, message: string) => {
      if (sampler.admit(JSON.stringify([message, details.reason ?? details.code]))) request.log[level](details, message);
    };
    return { info: write('info'), warn: write('warn') } as Lines;
  };

interface Details {
  reason?: unknown;
  code?: unknown;
}

/** Fastify's own log lines, but that a request has one, when it has been answered. */
export class RequestLog extends LogController {
  readonly #sampler: LogSampler;

  constructor(sampler: LogSampler) {
    super();
    this.#sampler = sampler;
  }

  override incomingRequest(): void {}

  /** Fastify's further lines, such as of an answer that was not read to its end. */
  override isLogDisabled({ identity }: { identity?: unknown }): boolean {
    return !identity && !this.#sampler.admit('fastify');
  }

  /** Who, what, about which accounts, how it ended. No query string, header or body. */
  override requestCompleted(error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    const { subject = null, issuer = null } = request.identity?.actor ?? {};
    const { statusCode: status } = reply;
    // What anybody can cause as often as they like, and what a caller can who is over their limit.
    const isUnbounded = request.identity === null || status === 429;
    if (isUnbounded && !this.#sampler.admit(JSON.stringify(['request', status, issuer, subject]))) return;
    // What is no account ID is not for the log. Before any hook a request has no set.
    const accountIds = [...(request.accountIds ?? [])].filter((one) => /^\d{12}$/.test(one));
    const line = {
      actor: subject,
      ...(issuer !== null && { issuer }),
      method: request.method,
      path: request.url.split('?')[0],
      ...(accountIds.length > 0 && { accountIds }),
      status,
      ms: Math.round(reply.elapsedTime * 10) / 10,
    };
    if (error) request.log.error({ ...line, err: error }, 'request');
    else request.log.info(line, 'request');
  }
}

/** Gives each request its `accountIds`. */
export function trackAccounts(app: FastifyInstance): void {
  // Made for each request: Fastify shares what is given here.
  app.decorateRequest('accountIds');
  app.addHook('onRequest', async (request) => {
    request.accountIds = new Set();
  });
}
