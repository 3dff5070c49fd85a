import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { Fault } from '../fault.ts';
import type { Deps } from '../operations/call/deps.ts';
import { problemOf, toFault } from '../problem.ts';
import { version } from '../version.ts';
import { type CallerOptions, registerAuthentication, unauthenticated } from './callers/authentication.ts';
import type { CallerOf } from './callers/caller-of.ts';
import { closeWhenExpired } from './callers/close-when-expired.ts';
import { listNamedShapes } from './components.ts';
import { drainOnClose } from './connection/drain.ts';
import { docsPolicy, safeHeaders } from './connection/headers.ts';
import { createServerFactory } from './connection/http-server.ts';
import { refuseImproperRequests } from './connection/improper-requests.ts';
import { refuseOtherMethods } from './connection/methods.ts';
import { refuseForeignPages } from './connection/origins.ts';
import { graphql } from './graphql/plugin.ts';
import { createLogSampler, type LogSampler } from './log/log-sampler.ts';
import { serializeError } from './log/logged-error.ts';
import { operationsLog } from './log/operations-log.ts';
import { createSampledLog, type LogOf, RequestLog, trackAccounts } from './log/request-log.ts';
import { traceRequests } from './log/unhandled-rejections.ts';
import { rest } from './rest/plugin.ts';

export interface ServerOptions {
  /** All but the log, which is this server's own. */
  deps: Omit<Deps, 'log'>;
  /** Throws when something that the service needs is out of order. */
  ready: () => Promise<void>;
  /** Null: everyone who reaches this machine is its administrator. */
  authenticate: CallerOptions['authenticate'];
  /** How many requests a caller may send in a minute; any number when left out, or 0. */
  ratePerMinute?: number;
  /** The networks of the proxies whose word on a client's address counts. Nobody's when left out. */
  proxies?: CallerOptions['proxies'];
  logLevel: string;
  /** Serve GraphiQL, introspection and GraphQL's own words for what is wrong; the page needs the development packages. */
  graphiql?: boolean;
  /** So often, in ms, is it asked anew who calls of what lasts: streams, sockets. A minute when left out. */
  reauthenticateEveryMs?: number;
  /** Whose pages may call, as browsers write an Origin. Nobody's when left out. */
  corsOrigins?: string[];
  /** For how long browsers are to insist on TLS, in seconds. 0, or left out: nothing in front of us speaks it. */
  hstsSeconds?: number;
  /** Where the log goes, a line a call; standard output when left out. */
  logTo?: { write: (line: string) => void };
}

const kibibytes = 1024;

/** As src/cli/client/service.ts says who it is. */
const commandLine = /^rolewright\/\d/;

const callerOf: CallerOf = ({ id, identity, accountIds, headers }, via) => {
  if (identity === null) throw new Error('an operation was called before authentication');
  const isCommandLine = via === 'REST' && commandLine.test(headers['user-agent'] ?? '');
  return { ...identity, via, ...(isCommandLine && { isCommandLine }), requestId: id, onAccount: (accountId) => accountIds.add(accountId) };
};

/** The whole HTTP service, ready to `listen` or `inject`; it never listens by itself. */
export async function buildServer({
  deps: given,
  ready,
  authenticate,
  ratePerMinute = 0,
  proxies = null,
  logLevel,
  graphiql = false,
  reauthenticateEveryMs = 60_000,
  corsOrigins = [],
  hstsSeconds = 0,
  logTo,
}: ServerOptions): Promise<FastifyInstance> {
  const headers = { ...safeHeaders, ...(hstsSeconds > 0 && { 'strict-transport-security': `max-age=${hstsSeconds}` }) };
  const sampler = createLogSampler({ warn: (details, message) => app.log.warn(details, message) });
  const requestLog = new RequestLog(sampler);
  const logOf = createSampledLog(sampler);
  const sendProblem = problemSender(logOf);
  const app: FastifyInstance = fastify({
    logger: { level: logLevel, serializers: { err: (error) => serializeError(error) }, ...(logTo && { stream: logTo }) },
    logController: requestLog,
    bodyLimit: 256 * kibibytes,
    serverFactory: createServerFactory({
      // Any other offer, as Java's HTTP client makes of h2c with each request, is passed over: such a request has its answer in HTTP/1.1.
      shouldUpgradeCallback: ({ url, headers }) => /^\/graphql(\?|$)/.test(url ?? '') && headers.upgrade?.toLowerCase() === 'websocket',
    }),
    // Fastify's own answer to who comes while we stop has none of our headers.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 1024 },
    // A caller's own ID is kept, so that both sides can find the request in their logs.
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
    },
    clientErrorHandler: refuseConnection(authenticate !== null, sampler),
    frameworkErrors: (error, request, reply) => {
      // No hook sees these.
      void sendProblem(error, request, reply.headers(headers));
      requestLog.requestCompleted(null, request, reply);
    },
  });
  app.addHook('onClose', async () => sampler.flush());
  const deps: Deps = { ...given, log: operationsLog(app.log) };
  traceRequests(app);
  trackAccounts(app);
  let stopping = false;
  app.addHook('preClose', async () => {
    stopping = true;
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...headers, 'x-request-id': request.id });
    if (stopping) throw new Fault('UNAVAILABLE', 'This replica is stopping. Send the request again.');
  });
  refuseImproperRequests(app);
  refuseForeignPages(app, corsOrigins);
  const { consumeRateLimit, reauthenticate } = await registerAuthentication(app, {
    authenticate,
    perMinute: ratePerMinute,
    proxies,
    logOf,
  });
  const lasting = closeWhenExpired(reauthenticate, reauthenticateEveryMs);
  refuseOtherMethods(app);
  drainOnClose(app);
  // Who is answered while we stop would else keep the connection, and with it this process, for another minute.
  app.addHook('onSend', async (_, reply) => {
    if (stopping) reply.header('connection', 'close');
  });
  app.setErrorHandler(sendProblem);
  // JSON alone: a page of any site may make a browser send text/plain here without asking first.
  app.removeContentTypeParser('text/plain');
  // Clients name the type of their bodies also where they send none, as with DELETE.
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    // Not awaited: it tells `done`.
    else parseJson(request, body as string, done);
  });
  app.setNotFoundHandler((request) => {
    throw new Fault('ROUTE_NOT_FOUND', `No route ${request.method} ${request.url.split('?')[0]}. GET /docs lists the routes.`);
  });

  // Before the API description begins to listen for routes: GraphQL describes itself.
  await app.register(graphql, { deps, callerOf, consumeRateLimit, reauthenticate, closeWhenExpired: lasting, logOf, graphiql });
  for (const shape of listNamedShapes()) app.addSchema(shape);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Rolewright',
        version,
        description:
          'Checks, creates and extends the pod execution roles of Amazon EKS on Fargate, in many AWS accounts, with a log of every change.',
        license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
      },
      security: [{ bearer: [] }],
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description:
              'An access token (JWT) of the issuer that the service trusts, or a service token (rwt_…). With AUTH=none it is not looked at.',
          },
        },
      },
      servers: [{ url: '/', description: 'this service' }],
    },
    refResolver: { buildLocalReference: (json, _, __, i) => (typeof json.$id === 'string' ? json.$id : `def-${i}`) },
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: docsPolicy });
  await app.register(rest, { prefix: '/v1', deps, callerOf, closeWhenExpired: lasting });

  const hidden = { schema: { hide: true } } as const;
  app.get('/healthz', hidden, async () => ({ status: 'ok' }));
  // Anyone may ask, as often as they like: those who ask at once share one look, and leave the database its connections.
  let looking: Promise<void> | null = null;
  app.get('/readyz', hidden, async () => {
    looking ??= ready().finally(() => {
      looking = null;
    });
    await looking;
    return { status: 'ok' };
  });
  app.get('/openapi.json', hidden, async () => app.swagger());
  app.get('/openapi.yaml', hidden, async (_, reply) => reply.type('application/yaml').send(app.swagger({ yaml: true })));
  await app.ready();
  return app;
}

/**
 * Answers what Node's HTTP parser refuses: there is no request yet, and so no reply to send. Who sends more headers than are
 * read has not said who calls, be it by a token without end: with identity that is what is told.
 */
const refuseConnection = (hasIdentity: boolean, sampler: LogSampler) =>
  function refuse(this: FastifyInstance, error: Error & { code?: string }, socket: Socket): void {
    if (sampler.admit(`connection ${error.code}`)) this.log.info({ err: error }, 'a connection sent invalid HTTP');
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const tooLong = error.code === 'HPE_HEADER_OVERFLOW';
    const message = tooLong ? 'the headers are too long' : 'the request is not valid HTTP';
    const isUnknown = tooLong && hasIdentity;
    const fault = isUnknown
      ? new Fault('UNAUTHENTICATED', unauthenticated)
      : new Fault('INVALID_INPUT', message, { errors: [{ pointer: '', message }] });
    const problem = problemOf(fault, '/', randomUUID());
    const body = JSON.stringify(problem);
    const headers = {
      'Content-Type': 'application/problem+json; charset=utf-8',
      'X-Request-Id': problem.requestId,
      'Content-Length': Buffer.byteLength(body),
      ...safeHeaders,
      ...(isUnknown && { 'WWW-Authenticate': 'Bearer' }),
      Connection: 'close',
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${lines.join('')}\r\n${body}`);
  };

const problemSender =
  (logOf: LogOf) =>
  (error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const fault = toFault(error);
    const problem = problemOf(error, request.url.split('?')[0] ?? '', request.id);
    if (problem.code === 'INTERNAL') request.log.error({ err: error }, 'request failed');
    else if (fault.cause) logOf(request).warn({ err: fault.cause, code: problem.code }, problem.detail);
    // A request under way, the log's and AWS's hiccups pass in seconds; what lasts longer is not worth hammering either.
    if (problem.status === 503 || problem.code === 'IDEMPOTENCY_IN_FLIGHT') reply.header('retry-after', '2');
    // A sweep has to end; the limit of requests has said when already.
    else if (problem.code === 'RATE_LIMITED' && problem.retryable && !reply.hasHeader('retry-after')) reply.header('retry-after', '30');
    return reply.code(problem.status).header('x-request-id', request.id).type('application/problem+json').send(JSON.stringify(problem));
  };
