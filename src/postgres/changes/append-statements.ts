import type pg from 'pg';
import { genesis } from '../../audit/entry.ts';
import type { Change } from '../../schema/change.ts';
import type { Entry, Head } from './chain-entries.ts';
import { changeOf, type Row, rowOf } from './entry-row.ts';

/** Any constant. Appends take this lock, so that they run one after another. */
const chainLock = 4_100_001;

/** Begins a transaction, takes the lock, and reads the head of the log and the time. */
export async function lockAndHead(client: pg.PoolClient): Promise<Head> {
  // READ COMMITTED whatever the default is, so that the head is read after the lock is taken. The commit must
  // be on disk before AWS is called, so weaker settings of synchronous_commit are raised.
  const durable = `SELECT set_config('synchronous_commit', 'on', TRUE) WHERE current_setting('synchronous_commit') IN ('off', 'local')`;
  const head = `SELECT seq, hash, clock_timestamp() AS at FROM (VALUES (1)) AS one
    LEFT JOIN (SELECT seq, hash FROM ledger_entry ORDER BY seq DESC LIMIT 1) AS head ON TRUE`;
  const results = await client.query(
    `BEGIN ISOLATION LEVEL READ COMMITTED; ${durable}; SELECT pg_advisory_xact_lock(${chainLock}); ${head}`,
  );
  // pg's types know of one statement a query.
  const [row] =
    (results as unknown as pg.QueryResult<{ seq: string | null; hash: Buffer | null; at: Date }>[])[3]
      ?.rows ?? [];
  if (!row) throw new Error('the log has no head');
  return { seq: Number(row.seq ?? 0), hash: row.hash ?? genesis, at: row.at.toISOString() };
}

export async function newestOf(client: pg.PoolClient, ids: string[]): Promise<Map<string, Change>> {
  const { rows } = await client.query<Row>(
    `SELECT DISTINCT ON (entry.change_id) ${rowOf('entry')} FROM ledger_entry opening
     JOIN ledger_entry entry ON entry.seq = opening.seq OR entry.settles = opening.seq
     WHERE opening.change_id = ANY($1) AND opening.settles IS NULL ORDER BY entry.change_id, entry.seq DESC`,
    [ids],
  );
  return new Map(rows.map(changeOf).map((change) => [change.id, change]));
}

export async function insert(client: pg.PoolClient, entries: Entry[]): Promise<void> {
  if (entries.length === 0) return;
  await client.query({
    name: 'append',
    text: 'INSERT INTO ledger_entry (seq, body, hash) SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[])',
    values: [entries.map(({ seq }) => seq), entries.map(({ body }) => body), entries.map(({ hash }) => hash)],
  });
}
