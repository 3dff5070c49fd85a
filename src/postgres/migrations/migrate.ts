import { hash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { grantRights } from '../connection/rights.ts';
import { concurrentIndexOf, createConcurrentIndex } from './concurrent-index.ts';
import { type Patience, takeMigrationLock } from './migration-lock.ts';

/**
 * Does what `prisma migrate deploy` does, without Prisma's engine, which npm does not contain. Lock, table
 * and checksums are Prisma's own, so either may run before, after or beside the other.
 */
export interface Migrated {
  /** Names of the migrations applied now. */
  applied: string[];
  /**
   * Names of migrations that a newer version applied. It may have been rolled back, or run beside this one.
   */
  newer: string[];
}

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}
interface Applied {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
}

const ours = new URL('../../../prisma/migrations/', import.meta.url);

/** As Prisma's engine creates it. */
const table = `CREATE TABLE _prisma_migrations (
  id                  VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum            VARCHAR(64) NOT NULL,
  finished_at         TIMESTAMPTZ,
  migration_name      VARCHAR(255) NOT NULL,
  logs                TEXT,
  rolled_back_at      TIMESTAMPTZ,
  started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

/**
 * Applies the migrations of `directory` that the database lacks, each in one transaction. One that is a single
 * CREATE INDEX CONCURRENTLY runs outside a transaction, because PostgreSQL demands it. Replicas that start
 * together wait for one another, with `patience`. Then grants the role `service`, if there is one, its
 * rights.
 *
 * Throws an Error that names the migration when the histories differ: a migration was edited after it was
 * applied, failed half-way under `prisma migrate`, or is unknown although it is older than ours. Unknown
 * newer migrations are accepted, so that a version can start again after an upgrade was rolled back. When
 * nothing is missing, a role that can only read the table of migrations is enough.
 */
export async function migrate(
  url: string,
  directory: URL = ours,
  service: string | null = null,
  patience?: Patience,
): Promise<Migrated> {
  const known = await readMigrations(directory);
  const client = new pg.Client({
    connectionString: url,
    application_name: 'rolewright migrate',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => {}); // The query under way fails, and says so.
  await client.connect();
  try {
    // Session-level: PostgreSQL releases it when the connection ends, however this process ends.
    await takeMigrationLock(client, patience);
    const { rows: found } = await client.query(
      "SELECT FROM pg_class WHERE oid = to_regclass('_prisma_migrations')",
    );
    if (found.length === 0) await client.query(table);
    const { rows } = await client.query<Applied>(
      'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at',
    );
    const { missing, newer } = compare(known, rows);
    for (const migration of missing) await apply(client, migration);
    if (service !== null) await grantRights(client, service);
    return { applied: missing.map(({ name }) => name), newer };
  } finally {
    await client.end();
  }
}

async function readMigrations(directory: URL): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return await Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(new URL(`${name}/migration.sql`, directory), 'utf8');
      return { name, sql, checksum: hash('sha256', sql) };
    }),
  );
}

function compare(known: Migration[], applied: Applied[]): { missing: Migration[]; newer: string[] } {
  const newest = known.at(-1)?.name ?? '';
  const newer: string[] = [];
  for (const { migration_name: name, checksum, finished_at } of applied) {
    const own = known.find((migration) => migration.name === name);
    if (finished_at === null)
      throw new Error(`migration ${name} failed half-way. Repair it with prisma migrate resolve`);
    if (own && own.checksum !== checksum)
      throw new Error(`migration ${name} was edited after it was applied to the database`);
    if (own === undefined && name < newest)
      throw new Error(`migration ${name} is in the database, but not in this version: the histories differ`);
    if (own === undefined) newer.push(name);
  }
  return { missing: known.filter(({ name }) => !applied.some((row) => row.migration_name === name)), newer };
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  const index = concurrentIndexOf(sql);
  try {
    if (index !== null) await createConcurrentIndex(client, index, sql);
    await client.query('BEGIN');
    if (index === null) await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    // The connection ends, and the transaction with it.
    throw new Error(`migration ${name} failed, and nothing of it was kept`, { cause });
  }
}
