import { join } from 'node:path';
import closeWithGrace from 'close-with-grace';
import { type Config, ConfigError, loadConfig } from './config.ts';
import { logUnhandledRejections } from './http/log/unhandled-rejections.ts';
import { waitForDatabase } from './postgres/connection/wait-for-database.ts';
import { wire } from './wire.ts';

/**
 * How long a change in progress may still take after a stop signal: its AWS calls, reading back, recording
 * its outcome.
 */
const graceMs = 60_000;
const stopSignals = ['SIGTERM', 'SIGINT'] as const;

async function start(): Promise<void> {
  const config = loadConfig(process.env);
  // The first process of a container ignores signals that it does not handle. Nothing has to be finished yet.
  const leave = () => process.exit(1);
  for (const signal of stopSignals) process.on(signal, leave);
  const embedded = config.DATABASE_URL === 'embedded' ? await embeddedPostgres() : null;
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
    { delay: graceMs, logger: service.app.log, skip: ['unhandledRejection'] },
    async ({ err }) => {
      if (err) service.app.log.error({ err }, 'stopping after an error');
      await stop();
    },
  );
  // Not before: Node drops a signal that has arrived when its last listener goes.
  for (const signal of stopSignals) process.off(signal, leave);
}

/** In containers the database often starts at the same time as the service. */
async function waitForDatabases({
  DATABASE_URL,
  MIGRATION_DATABASE_URL,
  DATABASE_WAIT_SECONDS,
}: Config): Promise<void> {
  const options = { forMs: DATABASE_WAIT_SECONDS * 1000, say: (line: string) => console.error(line) };
  if (MIGRATION_DATABASE_URL !== undefined) await waitForDatabase(MIGRATION_DATABASE_URL, options);
  await waitForDatabase(DATABASE_URL, options);
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
