import { existsSync, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { roleOf } from '#src/postgres/connection/rights.ts';
import { migrate } from '#src/postgres/migrations/migrate.ts';
import { startPostgres } from '../sandbox/postgres.ts';

/** A PostgreSQL for tests. */
export interface TestServer {
  /** The superuser's URL. */
  url: string;
  /** The URL of the service's role. */
  serviceUrl: string;
  /** The template: a database with every migration. Nobody may be connected to it. */
  migrated: string;
}

const variable = 'ROLEWRIGHT_TEST_SERVER';
const migrated = 'migrated';

/** The environment variable that passes the shared server to the test processes. */
export const environmentFor = ({ url, serviceUrl, migrated }: TestServer) => ({
  [variable]: JSON.stringify({ url, serviceUrl, migrated }),
});

/** The server that the parent process shares. Null when there is none. */
export function sharedTestServer(): TestServer | null {
  const text = process.env[variable];
  return text === undefined ? null : (JSON.parse(text) as TestServer);
}

/**
 * A memory file system, if it is large enough: creating databases spends half of its time on writing files.
 */
function directoryForData(): string {
  const memory = '/dev/shm';
  if (!existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > 4 * 1024 ** 3 ? memory : tmpdir();
}

/**
 * Starts a server whose data is deleted when it stops. It ends with this process, however this process ends.
 */
export async function startTestServer(): Promise<TestServer & { stop(): Promise<void> }> {
  const directory = mkdtempSync(join(directoryForData(), 'rolewright-test-'));
  const settings = [
    'max_connections=300',
    'autovacuum=off',
    'wal_level=minimal',
    'max_wal_senders=0',
    // 4096 by default, with each connection of each test.
    'scram_iterations=1',
  ];
  const { url, serviceUrl, stop } = await startPostgres({ directory, persistent: false, settings });
  const client = new pg.Client(url);
  await client.connect();
  // initdb has set this password, without the setting.
  await client.query(`ALTER ROLE postgres PASSWORD ${pg.escapeLiteral(new URL(url).password)}`);
  await client.query(`CREATE DATABASE ${migrated}`);
  await client.end();
  await migrate(Object.assign(new URL(url), { pathname: migrated }).href, undefined, roleOf(serviceUrl));
  return { url, serviceUrl, migrated, stop };
}
