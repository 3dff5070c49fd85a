import { once } from 'node:events';
import pg from 'pg';
import { from } from 'pg-copy-streams';
import type { SigningKey } from '#src/audit/checkpoint.ts';
import { derivedColumns } from '#src/postgres/audit/columns.ts';
import { createLog, type LogLine } from './long-log.ts';

type Table = LogLine['table'];

/** Lines in one COPY. */
const longestCopy = 100_000;

/** For a PostgreSQL that is filled and thrown away: COPY into an emptied table then writes no WAL. */
export const fillSettings = [
  'wal_level=minimal',
  'max_wal_senders=0',
  'max_wal_size=8GB',
  'checkpoint_timeout=1h',
  'shared_buffers=512MB',
  'autovacuum=off',
];

const columnsOf: Record<Table, string> = {
  ledger_entry: `seq, body, hash, ${derivedColumns}`,
  ledger_cluster: 'cluster, position',
  ledger_search: 'position, words',
  ledger_node: 'level, position, hash',
  ledger_checkpoint: 'body',
};
const tables = Object.keys(columnsOf) as Table[];

/** Loads a table in a transaction of its own. The rows are frozen, so that no VACUUM rewrites them. */
async function openTable(url: string, table: Table) {
  const client = new pg.Client(url);
  await client.connect();
  await client.query('SET session_replication_role = replica'); // The rows satisfy the foreign key.
  await client.query('BEGIN');
  // Triggers would derive the columns and the other tables row by row.
  await client.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  await client.query(`TRUNCATE ${table}`);
  // PostgreSQL keeps the rows of a statement in a temporary file, for the triggers that are switched off too.
  let copy = openCopy(client, table);
  let [piece, lines] = ['', 0];
  return {
    async write(text: string) {
      piece += text;
      lines += 1;
      if (piece.length < 1 << 18) return;
      await copy.write(piece);
      piece = '';
      if (lines < longestCopy) return;
      await copy.close();
      copy = openCopy(client, table);
      lines = 0;
    },
    async close() {
      await copy.write(piece);
      await copy.close();
      await client.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
      await client.query('COMMIT');
      await client.end();
    },
  };
}

/** One statement. */
function openCopy(client: pg.Client, table: Table) {
  const stream = client.query(from(`COPY ${table} (${columnsOf[table]}) FROM STDIN WITH (FREEZE)`));
  const finished = once(stream, 'finish');
  finished.catch(() => {}); // Awaited in `close`.
  return {
    async write(text: string) {
      if (!stream.write(text)) await once(stream, 'drain');
    },
    async close() {
      stream.end();
      await finished;
    },
  };
}

/**
 * Fills an empty, migrated database with `rows` entries (an even number) and everything that belongs to them:
 * words, clusters, tree and checkpoints. Creates the indexes last, which is faster.
 */
export async function fill(
  url: string,
  rows: number,
  { progress, ...options }: { key?: SigningKey; compact?: boolean; progress: (text: string) => void },
): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(
    `SELECT indexname AS name, indexdef AS definition FROM pg_indexes
     WHERE tablename IN ('ledger_entry', 'ledger_search') AND indexname NOT LIKE '%_pkey'`,
  );
  for (const { name } of indexes) await client.query(`DROP INDEX "${name}"`);
  await client.query('ALTER TABLE ledger_cluster DROP CONSTRAINT ledger_cluster_pkey');
  const { rows: triggers } = await client.query<{ sql: string }>(
    `SELECT format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', tgrelid::regclass, tgname) AS sql FROM pg_trigger
     WHERE tgrelid = ANY ($1::regclass[]) AND tgenabled = 'A' AND NOT tgisinternal`,
    [tables],
  );
  const streams = new Map<Table, Awaited<ReturnType<typeof openTable>>>();
  for (const table of tables) streams.set(table, await openTable(url, table));
  let entries = 0;
  for (const { table, text } of createLog(rows, options)) {
    await streams.get(table)?.write(text);
    if (table !== 'ledger_entry') continue;
    entries += 1;
    if (entries % 500_000 === 0) progress(`${entries.toLocaleString('en')} entries`);
  }
  for (const stream of streams.values()) await stream.close();
  await client.query("SET maintenance_work_mem = '1GB'");
  const definitions = [
    ...indexes.map(({ definition }) => definition),
    'ALTER TABLE ledger_cluster ADD CONSTRAINT ledger_cluster_pkey PRIMARY KEY (cluster, position)',
  ];
  for (const definition of definitions) {
    const start = performance.now();
    await client.query(definition);
    progress(`${((performance.now() - start) / 1000).toFixed(1)} s: ${definition}`);
  }
  for (const { sql } of triggers) await client.query(sql);
  await client.query('VACUUM ANALYZE');
  await client.query('CHECKPOINT');
  await client.end();
}
