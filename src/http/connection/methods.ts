import type { FastifyInstance } from 'fastify';
import { Fault } from '../../fault.ts';

/**
 * An address that is there, called by a method that it does not have: 405 with Allow (RFC 9110), before a body is read. To be
 * registered after what knows the callers, whose refusals come first, and before the routes. Fault: METHOD_NOT_ALLOWED.
 */
export function refuseOtherMethods(app: FastifyInstance): void {
  const routes: { url: string; address: RegExp; methods: string[] }[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    routes.push({ url, address: addressesOf(url), methods: [method].flat() });
  });
  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    const path = request.url.split('?')[0] ?? '';
    const there = routes.filter(({ address }) => address.test(path));
    // `/accounts/import` is itself, and no account, where OpenAPI's own rule puts the more concrete address first.
    const itself = there.filter(({ url }) => url === path);
    const methods = new Set((itself.length > 0 ? itself : there).flatMap((route) => route.methods));
    if (methods.size === 0) return;
    const allowed = [...methods].sort().join(', ');
    reply.header('allow', allowed);
    throw new Fault('METHOD_NOT_ALLOWED', `${request.method} is not allowed on ${path}. Use ${allowed}. GET /docs lists the routes.`);
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
