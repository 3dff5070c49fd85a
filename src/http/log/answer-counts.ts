import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { HttpFace, Observer } from '../../ports/observer.ts';
import { assetsPath, configPath, pagePaths } from '../console/paths.ts';

/** Reports each answer, to whatever URL. A stream is reported at its end. */
export function countAnswers(app: FastifyInstance, observer: Pick<Observer, 'note'>): void {
  app.addHook('onResponse', async (request, reply) => {
    observer.note({ of: 'HTTP_ANSWER', face: faceOf(request), status: reply.statusCode });
  });
}

const pages = new Set<string>([...pagePaths, assetsPath, configPath]);

/** By the route, so that a URL that anybody makes up cannot add a face. */
export function faceOf({ routeOptions: { url = '' } }: FastifyRequest): HttpFace {
  if (url.startsWith('/v1/')) return 'REST';
  if (url === '/graphql') return 'GRAPHQL';
  if (url === '/mcp') return 'MCP';
  if (url === '/healthz' || url === '/readyz') return 'HEALTH';
  if (pages.has(url)) return 'CONSOLE';
  return 'OTHER';
}
