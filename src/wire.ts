import type { FastifyInstance } from 'fastify';
import { type AdapterOptions, createAdapters, warnOfRisks } from './adapters.ts';
import { startBackground } from './background.ts';
import type { Config } from './config.ts';
import { createDeps } from './create-deps.ts';
import { parseNetworks } from './http/connection/client-address.ts';
import { operationsLog } from './http/log/operations-log.ts';
import { buildServer, type ServerOptions } from './http/server.ts';
import type { Metrics } from './metrics/metrics.ts';
import { combineObservers } from './observe.ts';

export interface Service {
  app: FastifyInstance;
  /**
   * Stops taking requests, finishes those in progress, then closes the connections to the database and to
   * AWS.
   */
  close: () => Promise<void>;
}

export interface WireOptions extends AdapterOptions, Pick<ServerOptions, 'logTo'> {
  /** Names for sign-in to the console in one click. Only the sandbox has them. */
  consoleUsers?: readonly string[];
  /** It shows the parts of the service once they are there, and is closed last. Null: nobody scrapes. */
  metrics?: Metrics | null;
}

/** Puts the service together and brings its database up to date. It does not listen. */
export async function wire(
  config: Config,
  { logTo, consoleUsers = [], metrics = null, observer: tracer, ...options }: WireOptions = {},
): Promise<Service> {
  const observer = combineObservers([tracer, metrics?.observer].filter((one) => one !== undefined));
  const adapters = createAdapters(config, { ...options, observer });
  const { database } = adapters;
  const stopping = new AbortController();
  const release = async () => {
    await adapters.release();
    await metrics?.close();
  };
  try {
    const deps = createDeps(config, adapters, stopping.signal, (err) =>
      app.log.error({ err }, 'the clusters that EKS shows are not remembered'),
    );
    const app = await buildServer({
      deps,
      ready: () => database.health.check(),
      authenticate: adapters.authenticate,
      ratePerMinute: config.RATE_LIMIT_PER_MINUTE,
      proxies: config.TRUSTED_PROXIES === undefined ? null : parseNetworks(config.TRUSTED_PROXIES),
      logLevel: config.LOG_LEVEL,
      logTo,
      graphiql: config.NODE_ENV === 'development',
      corsOrigins: config.CORS_ORIGINS?.split(',') ?? [],
      hstsSeconds: config.HSTS_SECONDS,
      console: {
        issuer: adapters.authenticate && (config.OIDC_ISSUER ?? null),
        clientId: config.CONSOLE_CLIENT_ID ?? null,
        scope: config.CONSOLE_SCOPE,
        users: consoleUsers,
      },
    });
    const { log } = app;
    await database.requireOwnSessions();
    const { canModifyLog } = await database.migrate(log);
    await database.reserveConnections();
    await database.clock.compare(log);
    metrics?.watch(database.figures, database.pools, log);
    if (metrics) log.info({ url: metrics.url }, 'metrics are answered');
    const important = operationsLog(log);
    warnOfRisks(config, { log, important, signing: adapters.signing, canModifyLog });
    const background = await startBackground(adapters, { config, deps: { ...deps, log: important }, log });
    const close = async () => {
      // No further event is sent. Those on their way have ten seconds, while all that follows goes on.
      stopping.abort();
      const ended = await Promise.allSettled([
        app.close(),
        background.stopLoops(),
        // Changes are waited for. Connections and the receiver of events do not delay the last checkpoint.
        app.finishWrites().then(() => background.finish()),
      ]);
      await release();
      for (const one of ended) if (one.status === 'rejected') throw one.reason;
    };
    return { app, close };
  } catch (error) {
    await release();
    throw error;
  }
}
