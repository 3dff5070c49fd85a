import type pg from 'pg';
import t from 'tap';
import { canonicalJson } from '#src/audit/canonical.ts';
import { makeSigningKey, signingKeyOf } from '#src/audit/checkpoint.ts';
import type { Entry } from '#src/audit/verify.ts';
import { verifyDatabase } from '#src/store/verification.ts';
import { chained, type Dice, dice, seeded, signedAt } from '#src/tools/chaos/log.ts';
import { tamperings } from '#src/tools/chaos/tampering.ts';
import { databaseWith, insert, refusals } from './logs.ts';

t.test('a log is intact, from its beginning and from a checkpoint on', async (t) => {
  const { url, client, keys, sink, checkpointer, entries } = await databaseWith(t, 700);
  t.match(await verifyDatabase({ url, keys, sink }), { ok: true, checked: 700, checkpoint: null, firstFault: null });
  await checkpointer.run();
  const more = chained(refusals(30, 'more'), entries.at(-1));
  await insert(client, more);
  const head = { seq: 730, hash: more.at(-1)?.hash.toString('hex') };
  for (const thorough of [false, true])
    t.match(await verifyDatabase({ url, keys, sink, thorough }), {
      ok: true,
      checked: 730,
      head,
      checkpoint: { seq: 700 },
      firstFault: null,
    });
  t.match(await verifyDatabase({ url, keys, sink, from: 700 }), { ok: true, checked: 30, head });
  await t.rejects(verifyDatabase({ url, keys, sink, from: 699 }), { code: 'INVALID_INPUT', details: { errors: [{ pointer: '/from' }] } });
  await checkpointer.run();
  t.match(await verifyDatabase({ url, keys, sink, from: 730 }), { ok: true, checked: 0, head, checkpoint: { seq: 730 } });
  t.match(
    await verifyDatabase({ url, keys: null, sink }),
    { ok: true, checked: 730, checkpoint: null },
    'without keys, no checkpoint counts',
  );
});

t.test('outcomes of changes that were opened before the part that is read', async (t) => {
  const { url, client, keys, sink, checkpointer, entries } = await databaseWith(t, 300);
  await checkpointer.run();
  const bodies = entries.map(({ body }) => JSON.parse(body.toString()));
  const settled = new Set(bodies.map(({ settles }) => settles));
  const open = bodies.findIndex(({ outcome }, index) => outcome === 'PENDING' && !settled.has(index + 1));
  const outcome = { ...bodies[open], settles: open + 1, outcome: 'SUCCEEDED' };
  await insert(client, chained([outcome], entries.at(-1)));
  t.match(await verifyDatabase({ url, keys, sink, from: 300 }), { ok: true, checked: 1 });
  await client.query('DROP INDEX ledger_entry_settles_key');
  const last = {
    seq: 301,
    hash: (await client.query('SELECT hash FROM ledger_entry WHERE seq = 301')).rows[0].hash,
    body: Buffer.alloc(0),
  };
  await insert(client, chained([outcome], last));
  t.match(await verifyDatabase({ url, keys, sink, from: 300 }), { ok: false, firstFault: { seq: 302, code: 'OUTCOME_WITHOUT_INTENT' } });
});

t.test('a log without its guards is not intact', async (t) => {
  const { url, client, keys, sink } = await databaseWith(t, 10);
  for (const [away, back] of [
    ['DISABLE TRIGGER ledger_entry_columns', 'ENABLE ALWAYS TRIGGER ledger_entry_columns'],
    ['ENABLE TRIGGER ledger_entry_append_only', 'ENABLE ALWAYS TRIGGER ledger_entry_append_only'],
  ] as const) {
    await client.query(`ALTER TABLE ledger_entry ${away}`);
    t.match(
      await verifyDatabase({ url, keys, sink }),
      { ok: false, firstFault: { code: 'COLUMN_CHANGED', detail: /does not guard/ } },
      away,
    );
    await client.query(`ALTER TABLE ledger_entry ${back}`);
  }
  t.match(await verifyDatabase({ url, keys, sink }), { ok: true });
});

t.test('a log of several parts is read in threads', async (t) => {
  const { url, client, keys, sink } = await databaseWith(t, 1);
  // As large as it must be to be cut in two; its columns do not matter here.
  await client.query(`DROP TABLE ledger_entry CASCADE; CREATE TABLE ledger_entry (seq bigint PRIMARY KEY, body text, hash bytea,
    settles bigint GENERATED ALWAYS AS (NULL) STORED, outcome text GENERATED ALWAYS AS ('FAILED') STORED, change_id text GENERATED ALWAYS AS ('x') STORED);
    CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'`);
  for (const guard of ['columns', 'append_only', 'no_truncate'])
    await client.query(`CREATE TRIGGER ledger_entry_${guard} BEFORE INSERT ON ledger_entry FOR EACH ROW EXECUTE FUNCTION nothing();
      ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_${guard}`);
  const entries = chained(Array.from({ length: 140_000 }, (_, index) => `{"id":${index}}`));
  await insert(client, entries);
  t.match(await verifyDatabase({ url, keys, sink }), { ok: true, checked: 140_000, head: { hash: entries.at(-1)?.hash.toString('hex') } });
  for (const seq of [65_536, 65_537, 131_072, 140_000]) {
    const hash = entries[seq - 1]?.hash;
    await client.query('UPDATE ledger_entry SET hash = $2 WHERE seq = $1', [seq, Buffer.alloc(32, 7)]);
    t.match(await verifyDatabase({ url, keys, sink }), { ok: false, checked: seq - 1, firstFault: { seq, code: 'ENTRY_CHANGED' } });
    await client.query('UPDATE ledger_entry SET hash = $2 WHERE seq = $1', [seq, hash]);
  }
  await client.query('DELETE FROM ledger_entry WHERE seq = 70000');
  t.match(await verifyDatabase({ url, keys, sink }), { ok: false, firstFault: { seq: 70_000, code: 'ENTRY_MISSING' } });
});

const columns = [
  'change_id',
  'settles',
  'position',
  'at',
  'kind',
  'outcome',
  'account_id',
  'role_key',
  'actor',
  'idempotency_key',
  'clusters',
];
const size = 600;

/** What only a database has: more tables, more columns, and a superuser. */
const inDatabase: Record<string, (client: pg.Client, dice: Dice, entries: Entry[]) => Promise<unknown>> = {
  ...Object.fromEntries(
    columns.map((column) => [
      `column ${column}`,
      async (client: pg.Client, { between }: Dice) => {
        const value =
          { settles: `COALESCE(settles + 1, 1)`, position: 'position + 1', idempotency_key: `'x'`, clusters: `ARRAY['us-east-1/x']` }[
            column
          ] ?? `${column} || 'x'`;
        await client.query(`UPDATE ledger_entry SET ${column} = ${value} WHERE seq = $1`, [between(1, size)]);
      },
    ]),
  ),
  'a node altered': (client, { between }) =>
    client.query(
      `UPDATE ledger_node SET hash = sha256(hash) WHERE (level, position) = (SELECT level, position FROM ledger_node OFFSET $1 LIMIT 1)`,
      [between(0, 2)],
    ),
  'a node deleted': (client, { between }) =>
    client.query('DELETE FROM ledger_node WHERE (level, position) = (SELECT level, position FROM ledger_node OFFSET $1 LIMIT 1)', [
      between(0, 2),
    ]),
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
        ['"root":"', '"root":"0'],
      ]),
    ),
  'a checkpoint forged': (client, { between }, entries) => {
    const [forged] = signedAt(entries, [between(1, size - 1)], signingKeyOf(makeSigningKey().privateKey));
    return client.query('INSERT INTO ledger_checkpoint (body) VALUES ($1)', [canonicalJson(forged)]);
  },
};

t.test('every falsification of a database is noticed', async (t) => {
  const { url, client, keys, sink, key, checkpointer, entries } = await databaseWith(t, size);
  await checkpointer.run();
  t.match(await verifyDatabase({ url, keys, sink, thorough: true }), { ok: true, checkpoint: { seq: size } });
  // Who owns the database does as he likes.
  await client.query(`SET session_replication_role = replica; DROP TABLE open_change;
    ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_settles_fkey, DROP CONSTRAINT ledger_entry_settles_check;
    DROP INDEX ledger_entry_opening_key; DROP INDEX ledger_entry_settles_key;
    DROP TRIGGER ledger_node_append_only ON ledger_node; DROP TRIGGER ledger_checkpoint_append_only ON ledger_checkpoint;
    CREATE OR REPLACE FUNCTION ledger_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN COALESCE(NEW, OLD); END';
    CREATE TABLE kept_entry AS SELECT seq, body, hash FROM ledger_entry; CREATE TABLE kept_node AS TABLE ledger_node;
    CREATE TABLE kept_checkpoint AS SELECT body FROM ledger_checkpoint`);
  const undone = async () => {
    await client.query(`DELETE FROM ledger_entry; INSERT INTO ledger_entry (seq, body, hash) TABLE kept_entry;
      DELETE FROM ledger_node; INSERT INTO ledger_node TABLE kept_node; DELETE FROM ledger_checkpoint; INSERT INTO ledger_checkpoint (body) TABLE kept_checkpoint`);
  };
  const rolled = dice(seeded(3));
  const missed: string[] = [];
  const told = new Set<string>();
  const judge = async (what: string) => {
    const { firstFault } = await verifyDatabase({ url, keys, sink, thorough: true });
    if (firstFault === null) missed.push(what);
    else told.add(firstFault.code);
    await undone();
  };
  for (const [what, falsify] of Object.entries(inDatabase)) {
    await falsify(client, rolled, entries);
    await judge(what);
  }
  // The same as in memory, but for what no primary key lets in.
  for (const [what, falsify] of Object.entries(tamperings).filter(([name]) => name !== 'an entry is there twice')) {
    const falsified = falsify({ entries, checkpoints: [...sink.published], key }, rolled);
    const unique = new Map(falsified.entries.map((entry) => [entry.seq, entry]));
    if (what.includes('checkpoint') || unique.size !== falsified.entries.length) continue;
    try {
      await client.query('DELETE FROM ledger_entry');
      await insert(client, falsified.entries);
    } catch (error) {
      // No JSON any more, or none with the members of an entry: PostgreSQL itself does not take it.
      t.match(error, { code: /^2[23]/ });
      await undone();
      continue;
    }
    await judge(what);
  }
  t.same(missed, []);
  for (const code of [
    'COLUMN_CHANGED',
    'TREE_CHANGED',
    'CHECKPOINT_FORGED',
    'CHECKPOINT_KEY_UNKNOWN',
    'ENTRY_CHANGED',
    'LOG_CUT_OFF',
    'CHECKPOINT_CONTRADICTED',
  ])
    t.ok(told.has(code), `${code} was told`);

  await client.query('ALTER TABLE ledger_entry ALTER COLUMN actor DROP EXPRESSION');
  t.match(await verifyDatabase({ url, keys, sink }), { ok: false, firstFault: { code: 'COLUMN_CHANGED', detail: /column actor/ } });
});
