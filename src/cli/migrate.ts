import { ConfigError, loadDatabaseConfig } from '../config.ts';
import { waitForDatabases } from '../postgres/connection/wait-for-database.ts';
import { migrateDatabase } from '../postgres/migrations/migrate-database.ts';

// `node src/cli/migrate.ts` brings the database up to date and grants the service's role its rights, as a
// start of the service does, and ends. It needs DATABASE_URL and MIGRATION_DATABASE_URL, and no other setting.
// So the service itself can run without the password of the database's owner. Exit code 1: it failed.

const fail = (message: string) => {
  console.error(message);
  process.exitCode = 1;
};

async function run(): Promise<void> {
  const config = loadDatabaseConfig(process.env);
  const { DATABASE_URL: url, MIGRATION_DATABASE_URL: migrationUrl } = config;
  if (url === 'embedded')
    return fail('DATABASE_URL=embedded needs no migration of its own: start the service.');
  if (migrationUrl === undefined)
    return fail('MIGRATION_DATABASE_URL is missing: it must name the owner of the tables.');
  await waitForDatabases(config);
  const { applied, newer } = await migrateDatabase({ url, migrationUrl }, console);
  console.log(applied.length === 0 ? 'The database is up to date.' : `Applied: ${applied.join(', ')}.`);
  if (newer.length > 0) console.log(`A newer version has applied: ${newer.join(', ')}.`);
}

await run().catch((error: unknown) => {
  // Ours say what to do; of any other the place helps too.
  const isOurs = error instanceof Error && (error instanceof ConfigError || 'code' in error);
  console.error(isOurs ? error.message : error);
  process.exitCode = 1;
});
