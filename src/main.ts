import { join } from 'node:path';
import closeWithGrace from 'close-with-grace';
import { ConfigError, loadConfig, stopGraceMs } from './config.ts';
import { logUnhandledRejections } from './http/log/unhandled-rejections.ts';
import { waitForDatabases } from './postgres/connection/wait-for-database.ts';
import { wire } from './wire.ts';

const stopSignals = ['SIGTERM', 'SIGINT'] as const;

async function start(): Promise<void> {
  const config = loadConfig(process.env);
  // The first process of a container ignores signals that it does not handle. Nothing has to be finished yet.
  const leave = () => process.exit(1);
  for (const signal of stopSignals) process.on(signal, leave);
  const embedded = config.DATABASE_URL === 'embedded' ? await embeddedPostgres() : null;
  // In containers the database often starts at the same time as the service.
  if (embedded === null) await waitForDatabases(config);
  const urls = embedded && { DATABASE_URL: embedded.serviceUrl, MIGRATION_DATABASE_URL: embedded.url };
  const service = await wire({ ...config, ...urls });
  const stop = async () => {
    await service.close();
    await embedded?.stop();
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
