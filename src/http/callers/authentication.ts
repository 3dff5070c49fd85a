import { BlockList } from 'node:net';
import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../../fault.ts';
import type { Authenticate } from '../../ports/authenticate.ts';
import type { Identity } from '../../schema/caller.ts';
import { createAddressReader } from '../connection/client-address.ts';
import { isLoopback } from '../connection/loopback.ts';
import type { LogOf } from '../log/request-log.ts';
import { RequestCounts } from './request-counts.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; null where nobody was asked, or nobody was known. */
    identity: Identity | null;
    /** What came as credential in another way than by a header: in a message of a WebSocket. */
    credentials: string[] | null;
  }
}

export interface CallerOptions {
  /** Null: everyone who reaches this machine is its administrator. */
  authenticate: Authenticate | null;
  /** How many requests a caller may send, and how many that fail to say who calls may come from one address. 0: any number. */
  perMinute: number;
  /** The networks of the proxies whose word on a client's address counts. Null: nobody's. */
  proxies: BlockList | null;
  /** Where a request may write lines that anybody can cause. */
  logOf: LogOf;
}

/** The group of those who may do everything; the permissions that come with the service name it. */
const administrators = 'rolewright-administrators';
const localAdministrator: Identity = { actor: { subject: 'anonymous', issuer: null }, groups: [administrators], scope: null };

/** What everyone may see: is it alive, and how it is to be called. A route that is not here, and what is no route, needs a caller. */
const open = ['/healthz', '/readyz', '/openapi.json', '/openapi.yaml', '/graphiql', '/docs'];
const isOpen = ({ routeOptions: { url = '' } }: FastifyRequest) => open.includes(url) || url.startsWith('/docs/');

/**
 * Is it the handshake of a WebSocket without a credential? Pages cannot set a header of it: the first message says who calls, and
 * nothing is answered before. See subscriptions.ts.
 */
const isUnsignedHandshake = (request: FastifyRequest) =>
  'upgrade' in request.raw &&
  request.raw.upgrade === true &&
  request.method === 'GET' &&
  request.routeOptions.url === '/graphql' &&
  authorizationOf(request).length === 0;

/**
 * Asks each request who is calling, before its body is read, and counts it before it is answered: for its caller, or for its address
 * if nobody is known. Faults: UNAUTHENTICATED, always in the same words, as the reason is for the log alone; RATE_LIMITED; UNAVAILABLE
 * when it cannot be told who calls; without identity FORBIDDEN for a Host that is not this machine. Answers what counts a request that
 * asks for as much as several, and what asks anew, of a request whose answer or connection lasts, who is calling.
 */
export async function registerAuthentication(app: FastifyInstance, { authenticate, perMinute, proxies, logOf }: CallerOptions) {
  const addressOf = createAddressReader(proxies ?? new BlockList());
  const tooMany = ({ ttl }: { ttl: number }) =>
    new Fault('RATE_LIMITED', `The limit is ${perMinute} requests a minute. Try again in ${Math.ceil(ttl / 1000)} seconds.`);
  await app.register(rateLimit, {
    global: false,
    max: perMinute,
    timeWindow: 60_000,
    store: RequestCounts,
    enableDraftSpec: true,
    keyGenerator: ({ identity }) => JSON.stringify([identity?.actor.issuer, identity?.actor.subject]),
    errorResponseBuilder: (_, found) => tooMany(found),
  });
  const limitCaller = app.rateLimit();
  // Counted apart: many addresses are not to push out what is known of callers.
  const limitStranger = app.rateLimit({ keyGenerator: (request) => normalizeIP(addressOf(request)) });
  app.decorateRequest('identity', null);
  app.decorateRequest('credentials', null);

  /** Why nobody is known; null if somebody is. */
  async function identify(request: FastifyRequest, authenticate: Authenticate): Promise<unknown> {
    try {
      const client = proxies && addressOf(request);
      const answer = await authenticate(authorizationOf(request), request.log, client);
      if ('identity' in answer) {
        request.identity = answer.identity;
        return null;
      }
      const address = addressOf(request);
      logOf(request).info({ reason: answer.refused, address }, 'authentication failed');
      return new Fault('UNAUTHENTICATED', unauthenticated);
    } catch (error) {
      return error;
    }
  }

  app.addHook('onRequest', async (request, reply) => {
    if (authenticate === null) {
      refuseForeignNames(request);
      request.identity = localAdministrator;
    }
    if (isOpen(request)) return;
    const refusal = authenticate && !isUnsignedHandshake(request) ? await identify(request, authenticate) : null;
    // After it is known who calls: a flood of wrong credentials from behind a proxy is not to shut out those with good ones.
    if (perMinute > 0) await (request.identity ? limitCaller : limitStranger).call(app, request, reply);
    if (refusal === null) return;
    if (refusal instanceof Fault && refusal.code === 'UNAUTHENTICATED') reply.header('www-authenticate', 'Bearer');
    throw refusal;
  });
  const countOne = app.createRateLimit();
  const consumeRateLimit = async (request: FastifyRequest, count: number, reply?: FastifyReply): Promise<void> => {
    for (let left = perMinute > 0 ? count : 0; left > 0; left -= 1) {
      const found = await countOne(request);
      if (found.isAllowed) return;
      reply?.headers({ 'ratelimit-remaining': found.remaining, 'ratelimit-reset': found.ttlInSeconds });
      if (!found.isExceeded) continue;
      reply?.header('retry-after', found.ttlInSeconds);
      throw tooMany(found);
    }
  };
  const reauthenticate = async (request: FastifyRequest): Promise<void> => {
    const refusal = authenticate && (await identify(request, authenticate));
    if (refusal !== null) throw refusal;
  };
  return { consumeRateLimit, reauthenticate };
}

export const unauthenticated = 'Authentication required. Send `Authorization: Bearer TOKEN` with an access token or a service token.';

/** Every value that came. Node shows the first alone, and somebody in between may have looked at the last. */
function authorizationOf({ credentials, raw: { rawHeaders } }: FastifyRequest): string[] {
  if (credentials) return credentials;
  return rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === 'authorization');
}

/** Without identity only this machine may call. A page of any site can have its name point here (DNS rebinding). */
function refuseForeignNames({ hostname }: FastifyRequest): void {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (!isLoopback(host))
    throw new Fault(
      'FORBIDDEN',
      `With AUTH=none the service accepts loopback host names only, not ${host}. Call it as localhost or 127.0.0.1.`,
    );
}
