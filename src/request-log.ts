import { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The accounts that the request is about, as operations tell them; for the log. */
    accountIds: Set<string>;
  }
}

/** Fastify's own log lines, but that a request has one, when it has been answered. */
export class RequestLog extends LogController {
  override incomingRequest(): void {}

  /** Who, what, about which accounts, how it ended. No query string, header or body. */
  override requestCompleted(error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    // What is no account ID is not for the log. Before any hook a request has no set.
    const accountIds = [...(request.accountIds ?? [])].filter((one) => /^\d{12}$/.test(one));
    const { subject = null, issuer = null } = request.identity?.actor ?? {};
    const line = {
      actor: subject,
      ...(issuer !== null && { issuer }),
      method: request.method,
      path: request.url.split('?')[0],
      ...(accountIds.length > 0 && { accountIds }),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
    };
    if (error) request.log.error({ ...line, err: error }, 'request');
    else request.log.info(line, 'request');
  }
}

/** Gives each request its `accountIds`. */
export function rememberAccounts(app: FastifyInstance): void {
  // Made for each request: Fastify shares what is given here.
  app.decorateRequest('accountIds');
  app.addHook('onRequest', async (request) => {
    request.accountIds = new Set();
  });
}
