import pg from 'pg';
import { canonicalJson } from '#src/audit/canonical.ts';
import { createSigningKey, parseSigningKey } from '#src/audit/checkpoint.ts';
import type { Entry } from '#src/audit/verify-log.ts';
import { startCheckpointer } from '#src/postgres/audit/checkpointer.ts';
import { derivedColumns } from '#src/postgres/audit/columns.ts';
import { verifyDatabase } from '#src/postgres/audit/verification.ts';
import { createMemorySink } from '../memory-sink.ts';
import { bodiesOf, chained, type Dice, dice, seeded, signedAt } from './log.ts';
import type { TamperFigures } from './tamper.ts';
import { tamperings } from './tampering.ts';

const size = 600;
/** Falsifications that need a database: of its other tables and columns, by a superuser. */
const inDatabase: Record<string, (client: pg.Client, dice: Dice, entries: Entry[]) => Promise<unknown>> = {
  ...Object.fromEntries(
    derivedColumns.map((column) => [
      `column ${column}`,
      async (client: pg.Client, { between }: Dice) => {
        const values: Record<string, string> = {
          settles: `COALESCE(settles + 1, 1)`,
          position: 'position + 1',
          idempotency_key: `'x'`,
          clusters: `ARRAY['us-east-1/x']`,
        };
        const value = values[column] ?? `${column} || 'x'`;
        await client.query(`UPDATE ledger_entry SET ${column} = ${value} WHERE seq = $1`, [between(1, size)]);
      },
    ]),
  ),
  'a cluster hidden': (client) =>
    client.query('DELETE FROM ledger_cluster WHERE position = (SELECT max(position) FROM ledger_cluster)'),
  'a cluster made up': (client, { between }) =>
    client.query(`INSERT INTO ledger_cluster VALUES ('us-east-1/x', $1)`, [between(1, size)]),
  'words altered': (client) =>
    client.query(
      `UPDATE ledger_search SET words = words || ' x' WHERE position = (SELECT max(position) FROM ledger_search)`,
    ),
  'words hidden': (client) =>
    client.query('DELETE FROM ledger_search WHERE position = (SELECT max(position) FROM ledger_search)'),
  'words made up': (client) =>
    client.query(
      `INSERT INTO ledger_search SELECT seq, 'x' FROM ledger_entry WHERE settles IS NOT NULL LIMIT 1`,
    ),
  'words of no entry': (client) => client.query(`INSERT INTO ledger_search VALUES (1000000, 'x')`),
  'an open change hidden': (client) =>
    client.query('DELETE FROM open_change WHERE seq = (SELECT min(seq) FROM open_change)'),
  'an open change made up': (client) =>
    client.query(
      `INSERT INTO open_change SELECT settles, change_id, account_id, role_key FROM ledger_entry WHERE settles IS NOT NULL LIMIT 1`,
    ),
  'a node altered': (client, { between }) =>
    client.query(
      `UPDATE ledger_node SET hash = sha256(hash) WHERE (level, position) = (SELECT level, position FROM ledger_node OFFSET $1 LIMIT 1)`,
      [between(0, 2)],
    ),
  'a node deleted': (client, { between }) =>
    client.query(
      'DELETE FROM ledger_node WHERE (level, position) = (SELECT level, position FROM ledger_node OFFSET $1 LIMIT 1)',
      [between(0, 2)],
    ),
  'a node added': (client, { oneOf }) =>
    client.query(
      `INSERT INTO ledger_node VALUES ($1, $2, sha256('x'))`,
      oneOf([
        [8, 2],
        [9, 1],
        [10, 0],
        [30, 0],
        [3, 1],
        [8, -1],
      ]),
    ),
  'two nodes have changed places': (client) =>
    client.query(
      `UPDATE ledger_node SET hash = (SELECT hash FROM ledger_node other WHERE level = 8 AND other.position = 1 - ledger_node.position) WHERE level = 8`,
    ),
  'a checkpoint altered': (client, { oneOf }) =>
    client.query(
      `UPDATE ledger_checkpoint SET body = replace(body, $1, $2)`,
      oneOf([
        ['"hash":"', '"hash":"0'],
        ['"seq":600', '"seq":599'],
        ['"at":"2', '"at":"1'],
        ['{', '{"x":1,'],
      ]),
    ),
  'a checkpoint forged': (client, { between }, entries) => {
    const [forged] = signedAt(
      entries,
      [between(1, size - 1)],
      parseSigningKey(createSigningKey().privateKey),
    );
    return client.query('INSERT INTO ledger_checkpoint (body) VALUES ($1)', [canonicalJson(forged)]);
  },
};

const insert = (client: pg.Client, entries: readonly Entry[]) =>
  client.query(
    'INSERT INTO ledger_entry (seq, body, hash) SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[])',
    [
      entries.map(({ seq }) => seq),
      entries.map(({ body }) => body.toString()),
      entries.map(({ hash }) => hash),
    ],
  );

// The owner of a database can remove its constraints and triggers.
const unlocked = `ALTER TABLE open_change DROP CONSTRAINT open_change_pkey;
  ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_settles_fkey, DROP CONSTRAINT ledger_entry_settles_check;
  DROP INDEX ledger_entry_opening_key; DROP INDEX ledger_entry_settles_key;
  ALTER TABLE ledger_cluster DROP CONSTRAINT ledger_cluster_pkey;
  ALTER TABLE ledger_search DROP CONSTRAINT ledger_search_pkey;
  CREATE TABLE kept_entry AS SELECT seq, body, hash FROM ledger_entry; CREATE TABLE kept_node AS TABLE ledger_node;
  CREATE TABLE kept_checkpoint AS SELECT body FROM ledger_checkpoint`;
/** Switches the append-only triggers off and on, which leaves no trace. */
const guarded = (how: 'DISABLE' | 'ENABLE ALWAYS') =>
  ['entry', 'node', 'checkpoint', 'cluster', 'search']
    .map((one) => `ALTER TABLE ledger_${one} ${how} TRIGGER ledger_${one}_append_only`)
    .join(';');
const undone = `DELETE FROM open_change; DELETE FROM ledger_cluster; DELETE FROM ledger_search; DELETE FROM ledger_entry; INSERT INTO ledger_entry (seq, body, hash) TABLE kept_entry;
  DELETE FROM ledger_node; INSERT INTO ledger_node TABLE kept_node;
  DELETE FROM ledger_checkpoint; INSERT INTO ledger_checkpoint (body) TABLE kept_checkpoint`;

/**
 * As `tamper`, in a real database. `url` is the superuser's, of an empty, migrated database, which is
 * unusable afterwards. What PostgreSQL itself refuses (a body that is not JSON, a duplicate seq) is not
 * counted.
 */
export async function tamperDatabase({
  url,
  seed,
  count,
}: {
  url: string;
  seed: number;
  count: number;
}): Promise<TamperFigures> {
  const client = new pg.Client(url);
  await client.connect();
  const key = parseSigningKey(createSigningKey().privateKey);
  const keys = new Map([[key.keyId, key.publicKey]]);
  const sink = createMemorySink();
  const log = { error: (details: object, message: string) => console.error(message, details) };
  const checkpointer = startCheckpointer({
    url,
    key,
    keys,
    sink,
    now: () => new Date(),
    log,
    intervalMs: 3_600_000,
  });
  const entries = chained(bodiesOf(size, dice(seeded(seed))));
  const rolled = dice(seeded(seed + 1));
  const figures: TamperFigures = { tried: 0, missed: [], told: {} };
  const inTable = Object.entries(tamperings).filter(([name]) => !name.includes('checkpoint'));
  const all = [...Object.keys(inDatabase), ...inTable.map(([name]) => name)];

  /** False: PostgreSQL refused it. */
  async function done(name: string): Promise<boolean> {
    try {
      const ours = inDatabase[name];
      if (ours) await ours(client, rolled, entries);
      else {
        const falsified =
          tamperings[name]?.({ entries, checkpoints: sink.published, key }, rolled).entries ?? [];
        await client.query(
          'DELETE FROM open_change; DELETE FROM ledger_cluster; DELETE FROM ledger_search; DELETE FROM ledger_entry',
        );
        await insert(client, falsified);
      }
      return true;
    } catch (error) {
      if (error instanceof pg.DatabaseError && /^2[23]/.test(error.code ?? '')) return false;
      throw error;
    }
  }

  try {
    await insert(client, entries);
    await checkpointer.run();
    const { firstFault: before } = await verifyDatabase({ url, keys, sink, thorough: true });
    if (before) throw new Error(`the log has a fault before it is falsified: ${before.detail}`);
    await client.query(unlocked);
    for (let round = 0; figures.tried < count; round += 1) {
      const name = all[round % all.length] as string;
      await client.query(guarded('DISABLE'));
      const isDone = await done(name);
      await client.query(guarded('ENABLE ALWAYS'));
      if (isDone) {
        figures.tried += 1;
        const { firstFault } = await verifyDatabase({ url, keys, sink, thorough: true });
        if (firstFault === null) figures.missed.push(name);
        else figures.told[firstFault.code] = (figures.told[firstFault.code] ?? 0) + 1;
      }
      await client.query(`${guarded('DISABLE')}; ${undone}; ${guarded('ENABLE ALWAYS')}`);
    }
    return figures;
  } finally {
    await client.query('DROP TABLE IF EXISTS kept_entry, kept_node, kept_checkpoint');
    await client.end();
    // The log is restored, so there is nothing new to sign.
    await checkpointer.close();
  }
}
