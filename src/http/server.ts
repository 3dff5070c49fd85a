import { randomUUID } from 'node:crypto';
import fastify, { type FastifyInstance } from 'fastify';
import { Fault } from '../fault.ts';
import type { Deps } from '../operations/call/deps.ts';
import type { Trace } from '../ports/observer.ts';
import { type CallerOptions, registerAuthentication } from './callers/authentication.ts';
import type { CallerOf } from './callers/caller-of.ts';
import { closeWhenExpired } from './callers/close-when-expired.ts';
import { userAgentOf } from './callers/user-agent.ts';
import { drainOnClose } from './connection/drain.ts';
import { safeHeaders } from './connection/headers.ts';
import { createServerFactory } from './connection/http-server.ts';
import { refuseImproperRequests } from './connection/improper-requests.ts';
import { refuseOtherMethods } from './connection/methods.ts';
import { refuseForeignPages } from './connection/origins.ts';
import { type ConsoleOptions, webConsole } from './console/plugin.ts';
import { createConnectionRefuser, createProblemSender } from './error-answers.ts';
import { graphql } from './graphql/plugin.ts';
import { registerHealth } from './health.ts';
import { countAnswers } from './log/answer-counts.ts';
import { createLogSampler } from './log/log-sampler.ts';
import { serializeError } from './log/logged-error.ts';
import { operationsLog } from './log/operations-log.ts';
import { createSampledLog, RequestLog, trackAccounts } from './log/request-log.ts';
import { traceAnswers } from './log/trace.ts';
import { traceRequests } from './log/unhandled-rejections.ts';
import { mcp } from './mcp/plugin.ts';
import { registerOpenapi } from './openapi.ts';
import { rest } from './rest/plugin.ts';

export interface ServerOptions {
  /** Without the log, which is this server's own. */
  deps: Omit<Deps, 'log'>;
  /** Throws when something that the service needs is missing. */
  ready: () => Promise<void>;
  /** Null: everyone who reaches this machine is an administrator. */
  authenticate: CallerOptions['authenticate'];
  /** Requests that a caller may send in a minute. 0, or left out: no limit. */
  ratePerMinute?: number;
  /** The networks of trusted proxies, whose X-Forwarded-For counts. Left out: none. */
  proxies?: CallerOptions['proxies'];
  logLevel: string;
  /** Left out: as with AUTH=none, from the package's own folder. */
  console?: ConsoleOptions;
  /**
   * Serve GraphiQL and introspection, and answer GraphQL's own error messages. The page needs the development
   * packages. A console that is not there is said to be being built.
   */
  graphiql?: boolean;
  /** Interval in ms at which open streams and sockets are re-authenticated. Left out: a minute. */
  reauthenticateEveryMs?: number;
  /** Origins of pages that may call the service. Left out: none. */
  corsOrigins?: string[];
  /** Seconds for which browsers insist on TLS. 0, or left out: no such header. */
  hstsSeconds?: number;
  /** The log is written here, one line a call. Left out: standard output. */
  logTo?: { write: (line: string) => void };
}

const kibibytes = 1024;
const noConsoleSettings: ConsoleOptions = { issuer: null, clientId: null, scope: 'openid', users: [] };

/** The user agent of the command line: clients/cli/src/connect.ts. */
const commandLine = /^rolewright\/\d/;

const callerOf: CallerOf = ({ id, identity, accountIds, headers, raw }, via) => {
  if (identity === null) throw new Error('an operation was called before authentication');
  const userAgent = userAgentOf(headers);
  const isCommandLine = via === 'REST' && commandLine.test(userAgent ?? '');
  return {
    ...identity,
    via,
    userAgent,
    ...(isCommandLine && { isCommandLine }),
    requestId: id,
    onAccount: (accountId) => accountIds.add(accountId),
    onHangUp: (listener) => {
      const { socket } = raw;
      socket.once('close', listener);
      return () => socket.off('close', listener);
    },
  };
};

/** The members of a log line about its trace. */
const traceOf = (trace: Trace | null) => (trace ? { traceId: trace.traceId } : {});

/** Builds the HTTP service, ready to `listen` or `inject`. It does not listen by itself. */
export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const { authenticate, corsOrigins = [], hstsSeconds = 0, reauthenticateEveryMs = 60_000 } = options;
  const headers = {
    ...safeHeaders,
    ...(hstsSeconds > 0 && { 'strict-transport-security': `max-age=${hstsSeconds}` }),
  };
  const sampler = createLogSampler({ warn: (details, message) => app.log.warn(details, message) });
  const logOf = createSampledLog(sampler);
  const sendProblem = createProblemSender(logOf);
  const app: FastifyInstance = createApp(options, { headers, sampler, sendProblem });
  const deps: Deps = { ...options.deps, log: operationsLog(app.log) };
  traceAnswers(app, deps.observer);
  traceRequests(app);
  trackAccounts(app);
  countAnswers(app, deps.observer);
  refuseWhileStopping(app, headers);
  refuseImproperRequests(app);
  refuseForeignPages(app, corsOrigins);
  const { ratePerMinute: perMinute = 0, proxies = null } = options;
  const { consumeRateLimit, reauthenticate } = await registerAuthentication(app, {
    authenticate,
    perMinute,
    proxies,
    logOf,
  });
  const closeExpired = closeWhenExpired(reauthenticate, reauthenticateEveryMs);
  refuseOtherMethods(app);
  drainOnClose(app);
  app.setErrorHandler(sendProblem);
  acceptJsonAlone(app);
  app.setNotFoundHandler((request) => {
    throw new Fault(
      'ROUTE_NOT_FOUND',
      `No route ${request.method} ${request.url.split('?')[0]}. GET /docs lists the routes.`,
    );
  });
  // Before OpenAPI, which would list their routes: GraphQL and MCP describe themselves.
  const { graphiql = false } = options;
  await app.register(graphql, {
    deps,
    callerOf,
    consumeRateLimit,
    reauthenticate,
    closeWhenExpired: closeExpired,
    logOf,
    graphiql,
  });
  await app.register(mcp, { deps, callerOf, consumeRateLimit, logOf });
  await registerOpenapi(app);
  await app.register(rest, { prefix: '/v1', deps, callerOf, closeWhenExpired: closeExpired });
  await app.register(webConsole, { ...noConsoleSettings, ...options.console, isDevelopment: graphiql });
  registerHealth(app, options.ready);
  await app.ready();
  return app;
}

function createApp(
  { authenticate, logLevel, logTo, deps }: ServerOptions,
  {
    headers,
    sampler,
    sendProblem,
  }: {
    headers: Record<string, string>;
    sampler: ReturnType<typeof createLogSampler>;
    sendProblem: ReturnType<typeof createProblemSender>;
  },
): FastifyInstance {
  const requestLog = new RequestLog(sampler);
  const { trace } = deps.observer;
  const app: FastifyInstance = fastify({
    logger: {
      level: logLevel,
      serializers: { err: (error) => serializeError(error) },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
      ...(trace && { mixin: () => traceOf(trace()) }),
      ...(logTo && { stream: logTo }),
    },
    logController: requestLog,
    bodyLimit: 256 * kibibytes,
    serverFactory: createServerFactory({
      // Other offers are ignored and answered in HTTP/1.1. Java's HTTP client offers h2c with each request.
      shouldUpgradeCallback: ({ url, headers }) =>
        /^\/graphql(\?|$)/.test(url ?? '') && headers.upgrade?.toLowerCase() === 'websocket',
    }),
    // Fastify's own answer while the server stops has none of our headers.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 1024 },
    // A caller's own ID is kept, so that both sides can find the request in their logs.
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
    },
    clientErrorHandler: createConnectionRefuser(authenticate !== null, sampler),
    frameworkErrors: (error, request, reply) => {
      // No hook runs for these.
      void sendProblem(error, request, reply.headers(headers));
      requestLog.requestCompleted(null, request, reply);
    },
  });
  app.addHook('onClose', async () => sampler.flush());
  return app;
}

/**
 * Sets the headers of every answer. Once the server stops, requests are refused and connections are closed
 * after their answer.
 */
function refuseWhileStopping(app: FastifyInstance, headers: Record<string, string>): void {
  let isStopping = false;
  app.addHook('preClose', async () => {
    isStopping = true;
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...headers, 'x-request-id': request.id });
    if (isStopping) throw new Fault('UNAVAILABLE', 'This replica is stopping. Send the request again.');
  });
  // Otherwise a client that is answered now would keep its connection, and with it this process, for another
  // minute.
  app.addHook('onSend', async (_, reply) => {
    if (isStopping) reply.header('connection', 'close');
  });
}

/** Accepts JSON only: a page of any site can make a browser send text/plain without a preflight request. */
function acceptJsonAlone(app: FastifyInstance): void {
  app.removeContentTypeParser('text/plain');
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // Clients send the type also without a body, as with DELETE.
    if (body.length === 0) done(null, undefined);
    // Not awaited: it calls `done`.
    else parseJson(request, body as string, done);
  });
}
