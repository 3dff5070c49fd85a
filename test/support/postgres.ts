import { randomUUID } from 'node:crypto';
import pg from 'pg';
import root, { type Test } from 'tap';
import { sharedTestServer, startTestServer, type TestServer } from '#dev/tools/test-server.ts';
import type { Database, DatabaseOptions } from '#src/postgres/database.ts';
import { openTestDatabase } from './database.ts';

let server: Promise<TestServer> | undefined;

/** The server that `npm test` has started for all files. A file that runs alone starts its own. */
function findServer(): Promise<TestServer> {
  const shared = sharedTestServer();
  if (shared) server ??= Promise.resolve(shared);
  return server ?? useOwnServer();
}

/**
 * Gives this file its own server. Call it first in a file that changes the shared parts of a server, such as
 * its roles.
 */
export function useOwnServer(): Promise<TestServer> {
  server = startTestServer().then((started) => {
    root.teardown(() => started.stop());
    return started;
  });
  return server;
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

/** The URLs of one database: `url` is the superuser's, `serviceUrl` the service's. */
interface DatabaseUrls {
  url: string;
  serviceUrl: string;
}

/** A copy of a template for one test, dropped when the test is over. */
async function createDatabase(t: Test, template: (server: TestServer) => string): Promise<DatabaseUrls> {
  const found = await findServer();
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  // A copy of files takes a third of the time that the default takes, a copy of blocks through the log.
  await runSql(found.url, `CREATE DATABASE ${name} TEMPLATE ${template(found)} STRATEGY FILE_COPY`);
  t.teardown(() => runSql(found.url, `DROP DATABASE ${name} WITH (FORCE)`));
  const [url, serviceUrl] = [found.url, found.serviceUrl].map(
    (one) => Object.assign(new URL(one), { pathname: name }).href,
  ) as [string, string];
  return { url, serviceUrl };
}

/** An empty database for one test. */
export const freshDatabase = (t: Test): Promise<DatabaseUrls> => createDatabase(t, () => 'template1');

export interface StoreOptions extends Partial<DatabaseOptions> {
  /** Changes the URL by which the service reaches its database, for example to a proxy. */
  through?: (url: string) => Promise<string>;
  /** Runs on the empty database before it is migrated. */
  before?: (url: string) => Promise<void>;
}

/**
 * A new, migrated database, opened as the service does, with the service's rights. It is closed after the
 * test.
 */
export async function freshStore(
  t: Test,
  { through = async (url) => url, before, ...options }: StoreOptions = {},
): Promise<Database & { url: string; serviceUrl: string }> {
  const { url, serviceUrl } = await createDatabase(t, (server) => (before ? 'template1' : server.migrated));
  await before?.(url);
  const database = openTestDatabase({ url: await through(serviceUrl), migrationUrl: url, ...options });
  // tap runs teardowns last in, first out: this one before the drop.
  t.teardown(() => database.close());
  if (before) await database.migrate();
  return { ...database, url, serviceUrl };
}
