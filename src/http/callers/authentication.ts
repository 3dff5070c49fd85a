import { BlockList } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Fault } from '../../fault.ts';
import type { Authenticate } from '../../ports/authenticate.ts';
import type { Identity } from '../../schema/caller.ts';
import { createAddressReader } from '../connection/client-address.ts';
import { isLoopback } from '../connection/loopback.ts';
import { assetsPath, configPath, pagePaths } from '../console/paths.ts';
import type { LogOf } from '../log/request-log.ts';
import { readOnBehalfOf } from './on-behalf-of.ts';
import { registerRateLimit } from './rate-limit.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller. Null: not authenticated. */
    identity: Identity | null;
    /** Credentials from a message of a WebSocket. Null: they come from the header. */
    credentials: string[] | null;
  }
}

export interface CallerOptions {
  /** Null: everyone who reaches this machine is an administrator. */
  authenticate: Authenticate | null;
  /**
   * Requests that a caller may send in a minute, and unauthenticated requests from one address. 0: no limit.
   */
  perMinute: number;
  /** The networks of trusted proxies, whose X-Forwarded-For counts. Null: none. */
  proxies: BlockList | null;
  /** The log of a request, for lines that anybody can cause. */
  logOf: LogOf;
}

/** The group that may do everything by the policies of the service. */
const administrators = 'rolewright-administrators';
const localAdministrator: Identity = {
  actor: { subject: 'anonymous', issuer: null },
  groups: [administrators],
  scope: null,
};

/** Routes that need no authentication. Every other route does, and so does a URL without a route. */
const open = [
  ...['/healthz', '/readyz', '/openapi.json', '/openapi.yaml', '/graphiql', '/docs'],
  // The page signs in by itself. It holds nothing of the fleet.
  ...[...pagePaths, assetsPath, configPath],
];
const isOpen = ({ routeOptions: { url = '' } }: FastifyRequest) =>
  open.includes(url) || url.startsWith('/docs/');

/**
 * Pages cannot set a header of a handshake. Their first message has the credential, and nothing is answered
 * before. See subscriptions.ts.
 */
const isUnsignedHandshake = (request: FastifyRequest) =>
  'upgrade' in request.raw &&
  request.raw.upgrade === true &&
  request.method === 'GET' &&
  request.routeOptions.url === '/graphql' &&
  authorizationOf(request).length === 0;

/**
 * Authenticates each request before its body is read, and counts it for its caller, or for its address if
 * authentication fails. Returns how to count a request that asks for as much as several, and how to
 * authenticate a long connection again. Faults: INVALID_INPUT for On-Behalf-Of; UNAUTHENTICATED, always in the same words, since the reason
 * is for the log; RATE_LIMITED; UNAVAILABLE while credentials cannot be verified; with AUTH=none FORBIDDEN
 * for a Host that is not this machine.
 */
export async function registerAuthentication(
  app: FastifyInstance,
  { authenticate, perMinute, proxies, logOf }: CallerOptions,
) {
  const addressOf = createAddressReader(proxies ?? new BlockList());
  const { limitCaller, limitStranger, consumeRateLimit } = await registerRateLimit(app, {
    perMinute,
    addressOf,
  });
  app.decorateRequest('identity', null);
  app.decorateRequest('credentials', null);

  /** Returns why authentication failed. Null: the request has its identity. */
  async function identify(request: FastifyRequest, authenticate: Authenticate): Promise<unknown> {
    try {
      const client = proxies && addressOf(request);
      const answer = await authenticate(authorizationOf(request), request.log, client);
      if ('identity' in answer) {
        request.identity = answer.identity;
        speakForPerson(request);
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
      speakForPerson(request);
    }
    if (isOpen(request)) return;
    const refusal =
      authenticate && !isUnsignedHandshake(request) ? await identify(request, authenticate) : null;
    // After authentication: a flood of wrong credentials from behind a proxy must not shut out valid ones.
    if (perMinute > 0) await (request.identity ? limitCaller : limitStranger).call(app, request, reply);
    if (refusal === null) return;
    if (refusal instanceof Fault && refusal.code === 'UNAUTHENTICATED')
      reply.header('www-authenticate', 'Bearer');
    throw refusal;
  });
  const reauthenticate = async (request: FastifyRequest): Promise<void> => {
    const refusal = authenticate && (await identify(request, authenticate));
    if (refusal !== null) throw refusal;
  };
  return { consumeRateLimit, reauthenticate };
}

/** Adds the person on whose behalf the request says it is made. Whether it may say so is decided by each operation. */
function speakForPerson(request: FastifyRequest): void {
  const onBehalfOf = readOnBehalfOf(request.raw.rawHeaders);
  if (request.identity && onBehalfOf) request.identity = { ...request.identity, onBehalfOf };
}

export const unauthenticated =
  'Authentication required. Send `Authorization: Bearer TOKEN` with an access token or a service token.';

/**
 * Reads every value of the header. Node shows the first one only, and a proxy may have checked the last one.
 */
function authorizationOf({ credentials, raw: { rawHeaders } }: FastifyRequest): string[] {
  if (credentials) return credentials;
  return rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === 'authorization');
}

/**
 * With AUTH=none only this machine may call. A page of any site can make its own name resolve to it (DNS
 * rebinding).
 */
function refuseForeignNames({ hostname }: FastifyRequest): void {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (!isLoopback(host))
    throw new Fault(
      'FORBIDDEN',
      `With AUTH=none the service accepts loopback host names only, not ${host}. Call it as localhost or 127.0.0.1.`,
    );
}
