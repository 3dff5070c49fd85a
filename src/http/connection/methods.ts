import type { FastifyInstance } from 'fastify';
import { Fault } from '../../fault.ts';

/**
 * Answers 405 with Allow (RFC 9110) where the route exists and the method does not, before a body is read.
 * Register it after authentication, whose refusals come first, and before the routes. Fault:
 * METHOD_NOT_ALLOWED.
 */
export function refuseOtherMethods(app: FastifyInstance): void {
  const routes: { url: string; address: RegExp; methods: string[] }[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    routes.push({ url, address: toPattern(url), methods: [method].flat() });
  });
  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    const path = request.url.split('?')[0] ?? '';
    const there = routes.filter(({ address }) => address.test(path));
    // `/accounts/import` is a route of its own, not an account: OpenAPI prefers the more concrete path, too.
    const itself = there.filter(({ url }) => url === path);
    const methods = new Set((itself.length > 0 ? itself : there).flatMap((route) => route.methods));
    if (methods.size === 0) return;
    const allowed = [...methods].sort().join(', ');
    reply.header('allow', allowed);
    throw new Fault(
      'METHOD_NOT_ALLOWED',
      `${request.method} is not allowed on ${path}. Use ${allowed}. GET /docs lists the routes.`,
    );
  });
}

/** Converts `/accounts/:accountId` to a pattern with one segment there. `*` matches all the rest. */
const toPattern = (url: string) =>
  new RegExp(
    `^${url
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replace(/:\w+/g, '[^/]+')
      .replace(/\*/g, '.*')}$`,
  );
