import type { FastifyInstance } from 'fastify';
import { Fault } from './fault.ts';

/**
 * An address that is there, called by a method that it does not have: 405 with Allow (RFC 9110), before a body is read. To be
 * registered after what knows the callers, whose refusals come first, and before the routes. Fault: METHOD_NOT_ALLOWED.
 */
export function refuseOtherMethods(app: FastifyInstance): void {
  const routes: { address: RegExp; methods: string[] }[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    routes.push({ address: addressesOf(url), methods: [method].flat() });
  });
  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    const path = request.url.split('?')[0] ?? '';
    const methods = new Set(routes.filter(({ address }) => address.test(path)).flatMap((route) => route.methods));
    if (methods.size === 0) return;
    const allowed = [...methods].sort().join(', ');
    reply.header('allow', allowed);
    throw new Fault('METHOD_NOT_ALLOWED', `There is no ${request.method} ${path}, but ${allowed}. GET /docs shows what there is.`);
  });
}

/** `/accounts/:accountId` → what has one segment there; `*` is all the rest. */
const addressesOf = (url: string) =>
  new RegExp(
    `^${url
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replace(/:\w+/g, '[^/]+')
      .replace(/\*/g, '.*')}$`,
  );
