import type { FastifyInstance } from 'fastify';
import { Fault } from '../../fault.ts';

const exposed =
  'etag, idempotency-replayed, ratelimit-limit, ratelimit-remaining, ratelimit-reset, retry-after, traceresponse, x-request-id';
const preflight = {
  'access-control-allow-methods': 'GET, POST, PUT, DELETE',
  'access-control-allow-headers':
    'authorization, content-type, idempotency-key, if-match, last-event-id, mcp-protocol-version, traceparent, x-request-id',
  'access-control-max-age': '600',
};

/**
 * Lets pages of `origins` call the service (CORS, without cookies), and refuses pages of all other sites
 * before anything is read. Browsers send the site of the page in Origin, and no page can change that. A
 * request without Origin is not from such a page. Fault: FORBIDDEN.
 */
export function refuseForeignPages(app: FastifyInstance, origins: readonly string[]): void {
  app.addHook('onRequest', async (request, reply) => {
    if (origins.length > 0) reply.header('vary', 'Origin');
    const { origin } = request.headers;
    if (origin === undefined || (URL.canParse(origin) && new URL(origin).host === request.host)) return;
    if (!origins.includes(origin))
      throw new Fault(
        'FORBIDDEN',
        'Permission denied: the origin of the page is not allowed. Add it to CORS_ORIGINS.',
      );
    reply.headers({ 'access-control-allow-origin': origin, 'access-control-expose-headers': exposed });
    if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined)
      return reply.headers(preflight).code(204).send();
  });
}
