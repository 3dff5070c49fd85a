import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import root, { type Test } from 'tap';
import { type EmbeddedPostgres, startPostgres } from '#src/sandbox/postgres.ts';
import { type Database, type DatabaseOptions, openDatabase } from '#src/store/database.ts';

// One server for each test file, started by the first test that asks: 0.6 s. tap runs the files as processes of their
// own, and a server that they shared would need somebody who outlives them all, also when one is killed.
let server: Promise<EmbeddedPostgres> | undefined;
let databases = 0;

async function start(): Promise<EmbeddedPostgres> {
  const started = await startPostgres({ directory: await mkdtemp(join(tmpdir(), 'rolewright-postgres-')), persistent: false });
  root.teardown(() => started.stop());
  return started;
}

/** Runs statements as the server's superuser, on a connection of their own. */
export async function runSql(url: string, ...statements: string[]): Promise<pg.QueryResult[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const results: pg.QueryResult[] = [];
    for (const statement of statements) results.push(await client.query(statement));
    return results;
  } finally {
    await client.end();
  }
}

/** An empty database of its own for one test, dropped when the test is over. `url` is the superuser's, `serviceUrl` the service's. */
export async function freshDatabase(t: Test): Promise<{ url: string; serviceUrl: string }> {
  server ??= start();
  const { url, serviceUrl } = await server;
  databases += 1;
  const name = `test_${databases}`;
  await runSql(url, `CREATE DATABASE ${name}`);
  t.teardown(() => runSql(url, `DROP DATABASE ${name} WITH (FORCE)`));
  const [own, service] = [url, serviceUrl].map((one) => Object.assign(new URL(one), { pathname: name }).href) as [string, string];
  return { url: own, serviceUrl: service };
}

export interface StoreOptions extends Partial<DatabaseOptions> {
  /** The way that the service takes to its database, where that is not the straight one. */
  through?: (url: string) => Promise<string>;
  /** What is done to the empty database before it is migrated. */
  before?: (url: string) => Promise<void>;
}

/** A fresh database, migrated, and open as the service has it, with its rights alone; closed when the test is over. */
export async function freshStore(
  t: Test,
  { through = async (url) => url, before = async () => {}, ...options }: StoreOptions = {},
): Promise<Database & { url: string; serviceUrl: string }> {
  const { url, serviceUrl } = await freshDatabase(t);
  await before(url);
  const database = openDatabase({ url: await through(serviceUrl), migrationUrl: url, ...options });
  // tap runs teardowns last in, first out: this one before the drop.
  t.teardown(() => database.close());
  await database.migrate();
  return { ...database, url, serviceUrl };
}
