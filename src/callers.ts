import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from './fault.ts';
import { isLoopback } from './loopback.ts';
import type { Authenticate, Identity } from './ports.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; null where nobody was asked, or nobody was known. */
    identity: Identity | null;
  }
}

export interface CallerOptions {
  /** Null: everyone who reaches this machine is its administrator. */
  authenticate: Authenticate | null;
  /** How many requests a caller may send, and how many that fail to say who calls may come from one address. 0: any number. */
  perMinute: number;
}

/** The group of those who may do everything; the permissions that come with the service name it. */
const administrators = 'rolewright-administrators';
const localAdministrator: Identity = { actor: { subject: 'anonymous', issuer: null }, groups: [administrators], scope: null };

/** What everyone may see: is it alive, and how it is to be called. A route that is not here, and what is no route, needs a caller. */
const open = ['/healthz', '/readyz', '/openapi.json', '/openapi.yaml', '/graphiql', '/docs'];
const isOpen = ({ routeOptions: { url = '' } }: FastifyRequest) => open.includes(url) || url.startsWith('/docs/');

/**
 * Asks each request who is calling, before its body is read, and counts what each caller sends. Faults: UNAUTHENTICATED, always
 * in the same words, as the reason is for the log alone; RATE_LIMITED; UNAVAILABLE when it cannot be told who calls; without
 * identity FORBIDDEN for a Host that is not this machine. Answers what counts a request that asks for as much as several, and what
 * asks anew, of a request whose answer or connection lasts, who is calling.
 */
export async function knowCallers(app: FastifyInstance, { authenticate, perMinute }: CallerOptions) {
  const tooMany = ({ ttl }: { ttl: number }) =>
    new Fault('RATE_LIMITED', `${perMinute} requests a minute are allowed. Go on in ${Math.ceil(ttl / 1000)} seconds.`);
  await app.register(rateLimit, {
    global: false,
    max: perMinute,
    timeWindow: 60_000,
    cache: 10_000,
    enableDraftSpec: true,
    keyGenerator: ({ identity, ip }) =>
      JSON.stringify(identity ? [identity.actor.issuer, identity.actor.subject] : ['address', normalizeIP(ip)]),
    errorResponseBuilder: (_, found) => tooMany(found),
  });
  const limit = perMinute > 0 ? app.rateLimit() : async () => {};
  app.decorateRequest('identity', null);
  const identify = async (request: FastifyRequest, authenticate: Authenticate): Promise<Identity | null> => {
    const answer = await authenticate(authorizationOf(request), request.log);
    if ('identity' in answer) return answer.identity;
    request.log.info({ reason: answer.refused }, 'nobody is known by what came as credential');
    return null;
  };
  app.addHook('onRequest', async (request, reply) => {
    if (authenticate === null) {
      refuseForeignNames(request);
      request.identity = localAdministrator;
    }
    if (isOpen(request)) return;
    if (authenticate !== null) request.identity = await identify(request, authenticate);
    // After it is known who calls: a flood of wrong credentials from behind a proxy is not to shut out those with good ones.
    await limit.call(app, request, reply);
    if (request.identity === null) {
      reply.header('www-authenticate', 'Bearer');
      throw new Fault('UNAUTHENTICATED', unauthenticated);
    }
  });
  const countOne = app.createRateLimit();
  const spend = async (request: FastifyRequest, count: number, reply?: FastifyReply): Promise<void> => {
    for (let left = perMinute > 0 ? count : 0; left > 0; left -= 1) {
      const found = await countOne(request);
      if (found.isAllowed) return;
      reply?.headers({ 'ratelimit-remaining': found.remaining, 'ratelimit-reset': found.ttlInSeconds });
      if (!found.isExceeded) continue;
      reply?.header('retry-after', found.ttlInSeconds);
      throw tooMany(found);
    }
  };
  const recognize = async (request: FastifyRequest): Promise<void> => {
    const identity = authenticate === null ? request.identity : await identify(request, authenticate);
    if (identity === null) throw new Fault('UNAUTHENTICATED', unauthenticated);
    request.identity = identity;
  };
  return { spend, recognize };
}

export const unauthenticated = 'Say who calls, with an access token or a service token: Authorization: Bearer TOKEN.';

/** Every value that came. Node shows the first alone, and somebody in between may have looked at the last. */
function authorizationOf({ raw: { rawHeaders } }: FastifyRequest): string[] {
  return rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === 'authorization');
}

/** Without identity only this machine may call. A page of any site can have its name point here (DNS rebinding). */
function refuseForeignNames({ hostname }: FastifyRequest): void {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (!isLoopback(host))
    throw new Fault('FORBIDDEN', `Without identity (AUTH=none) the service answers to loopback names alone, and Host ${host} is none.`);
}
