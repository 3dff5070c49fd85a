import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CallerOf } from './usecases/operation.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The accounts that the request is about, as far as a face knows them; for the log. */
    accountIds: Set<string>;
  }
}

/** One line a request, when it has been answered. */
export function logRequests(app: FastifyInstance, callerOf: CallerOf): void {
  // Made for each request: Fastify shares what is given here.
  app.decorateRequest('accountIds');
  app.addHook('onRequest', async (request) => {
    request.accountIds = new Set();
  });
  app.addHook('onResponse', async (request, reply) => logRequest(request, reply, callerOf));
}

/** The line: who, what, about which accounts, how it ended. No query string, header or body. */
export function logRequest(request: FastifyRequest, reply: FastifyReply, callerOf: CallerOf): void {
  const accountIds = accountsOf(request);
  const line = {
    actor: callerOf(request.id, 'REST').actor.subject,
    method: request.method,
    path: request.url.split('?')[0],
    ...(accountIds.length > 0 && { accountIds }),
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 10) / 10,
  };
  request.log.info(line, 'request');
}

/** Those of the route and of the query too: what is no account ID is not for the log. */
function accountsOf({ params, query, accountIds = new Set() }: Partial<FastifyRequest>): string[] {
  const given = [params, query].map((place) => (place as { accountId?: unknown } | null | undefined)?.accountId);
  return [...accountIds, ...given].filter((one): one is string => typeof one === 'string' && /^\d{12}$/.test(one));
}
