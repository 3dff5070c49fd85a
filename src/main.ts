import { join } from 'node:path';
import closeWithGrace from 'close-with-grace';
import type { FastifyBaseLogger } from 'fastify';
import { ConfigError, loadConfig, stopGraceMs } from './config.ts';
import { logUnhandledRejections } from './http/log/unhandled-rejections.ts';
import { openMetrics } from './metrics/open.ts';
import { waitForDatabases } from './postgres/connection/wait-for-database.ts';
import { readTracing } from './tracing/wanted.ts';
import { version } from './version.ts';
import { wire } from './wire.ts';

const stopSignals = ['SIGTERM', 'SIGINT'] as const;

async function start(): Promise<void> {
  const config = loadConfig(process.env);
  const tracer = await traceIfWanted((message) => (log ? log.warn(message) : console.error(message)));
  // The first process of a container ignores signals that it does not handle. Nothing has to be finished yet.
  const leave = () => process.exit(1);
  for (const signal of stopSignals) process.on(signal, leave);
  // First, so that it also answers while the service waits for its database.
  const metrics = await openMetrics(config, tracer?.trace);
  const embedded = config.DATABASE_URL === 'embedded' ? await embeddedPostgres() : null;
  // In containers the database often starts at the same time as the service.
  if (embedded === null) await waitForDatabases(config);
  const urls = embedded && { DATABASE_URL: embedded.serviceUrl, MIGRATION_DATABASE_URL: embedded.url };
  const service = await wire({ ...config, ...urls }, { metrics, ...(tracer && { observer: tracer }) });
  log = service.app.log;
  const stop = async () => {
    await service.close();
    await embedded?.stop();
    // The traces that were not sent yet are given up with their collector.
    await tracer?.close().catch((err: unknown) => service.app.log.warn({ err }, 'some traces were not sent'));
  };
  await service.app.listen({ host: config.HOST, port: config.PORT }).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  logUnhandledRejections(service.app.log);
  closeWithGrace(
    { delay: stopGraceMs, logger: service.app.log, skip: ['unhandledRejection'] },
    async ({ err }) => {
      if (err) service.app.log.error({ err }, 'stopping after an error');
      await stop();
    },
  );
  // Not before: Node drops a signal that has arrived when its last listener goes.
  for (const signal of stopSignals) process.off(signal, leave);
}

/** The log, once there is one. */
let log: FastifyBaseLogger | undefined;

/** Loads OpenTelemetry where its settings ask for it, and only there: it takes memory and time. */
async function traceIfWanted(warn: (message: string) => void) {
  const { isWanted, faults } = readTracing(process.env);
  if (faults.length > 0) throw new ConfigError(faults.join('\n'));
  if (!isWanted) return null;
  const { startTracing } = await import('./tracing/start.ts');
  return startTracing(version, warn);
}

/** Starts a developer's database. Its package is not in the production image. */
async function embeddedPostgres() {
  const { startPostgres } = await import('#dev/sandbox/postgres.ts').catch((cause: unknown) => {
    throw new ConfigError(
      'DATABASE_URL=embedded needs the development packages. Install them, or set DATABASE_URL to the URL of a PostgreSQL.',
      { cause },
    );
  });
  return startPostgres({ directory: join('.sandbox', 'postgres'), persistent: true });
}

start().catch((error: unknown) => {
  console.error(
    error instanceof Error && (error instanceof ConfigError || 'code' in error) ? error.message : error,
  );
  // Whatever still holds the process: one that does not serve must end, so that somebody starts it again.
  process.exit(1);
});
