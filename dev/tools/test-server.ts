import { existsSync, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { roleOf } from '#src/postgres/connection/rights.ts';
import { migrate } from '#src/postgres/migrations/migrate.ts';
import { startPostgres } from '../sandbox/postgres.ts';

/** A PostgreSQL for tests. */
export interface TestServer {
  /** The superuser's. */
  url: string;
  /** Of the role as which the service connects. */
  serviceUrl: string;
  /** The name of a database with every migration, to copy from. Nobody may be connected to it. */
  migrated: string;
}

const variable = 'ROLEWRIGHT_TEST_SERVER';
const migrated = 'migrated';

/** What tells the processes of the tests where the shared server is. */
export const environmentFor = ({ url, serviceUrl, migrated }: TestServer) => ({
  [variable]: JSON.stringify({ url, serviceUrl, migrated }),
});

/** The server that whoever started this process shares with it; null where there is none. */
export function sharedTestServer(): TestServer | null {
  const text = process.env[variable];
  return text === undefined ? null : (JSON.parse(text) as TestServer);
}

/** Memory, where there is much of it: half of the time that databases take is the writing of their files. */
function directoryForData(): string {
  const memory = '/dev/shm';
  if (!existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > 4 * 1024 ** 3 ? memory : tmpdir();
}

/** Starts one that forgets its data when it stops. It ends with this process, however that ends. */
export async function startTestServer(): Promise<TestServer & { stop(): Promise<void> }> {
  const directory = mkdtempSync(join(directoryForData(), 'rolewright-test-'));
  const settings = ['max_connections=300', 'autovacuum=off', 'wal_level=minimal', 'max_wal_senders=0'];
  const { url, serviceUrl, stop } = await startPostgres({ directory, persistent: false, settings });
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`CREATE DATABASE ${migrated}`);
  await client.end();
  await migrate(Object.assign(new URL(url), { pathname: migrated }).href, undefined, roleOf(serviceUrl));
  return { url, serviceUrl, migrated, stop };
}
