import type { FastifyInstance } from 'fastify';
import { type AdapterOptions, createAdapters, warnOfRisks } from './adapters.ts';
import { startBackground } from './background.ts';
import type { Config } from './config.ts';
import { createDeps } from './create-deps.ts';
import { parseNetworks } from './http/connection/client-address.ts';
import { operationsLog } from './http/log/operations-log.ts';
import { buildServer, type ServerOptions } from './http/server.ts';

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
}

/** Puts the service together and brings its database up to date. It does not listen. */
export async function wire(
  config: Config,
  { logTo, consoleUsers = [], ...options }: WireOptions = {},
): Promise<Service> {
  const adapters = createAdapters(config, options);
  const { database } = adapters;
  const stopping = new AbortController();
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
      await adapters.release();
      for (const one of ended) if (one.status === 'rejected') throw one.reason;
    };
    return { app, close };
  } catch (error) {
    await adapters.release();
    throw error;
  }
}
