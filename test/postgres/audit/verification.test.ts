import pg from 'pg';
import t from 'tap';
import { chained } from '#dev/chaos/log.ts';
import { tamperDatabase } from '#dev/chaos/tamper-database.ts';
import { canonicalJson } from '#src/audit/canonical.ts';
import { createSigningKey, parseSigningKey } from '#src/audit/checkpoint.ts';
import { verifyDatabase } from '#src/postgres/audit/verification.ts';
import { migrate } from '#src/postgres/migrations/migrate.ts';
import { freshDatabase } from '#test/support/postgres.ts';
import { databaseWith, insert, refusals } from '../fixtures/logs.ts';

t.test('a log is intact, from its beginning and from a checkpoint on', async (t) => {
  const { url, client, keys, sink, checkpointer, entries } = await databaseWith(t, 700);
  t.match(await verifyDatabase({ url, keys, sink }), {
    ok: true,
    checked: 700,
    checkpoint: null,
    firstFault: null,
  });
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
  await t.rejects(verifyDatabase({ url, keys, sink, from: 699 }), {
    code: 'INVALID_INPUT',
    details: { errors: [{ pointer: '/from' }] },
  });
  await checkpointer.run();
  t.match(await verifyDatabase({ url, keys, sink, from: 730 }), {
    ok: true,
    checked: 0,
    head,
    checkpoint: { seq: 730 },
  });
  t.match(
    await verifyDatabase({ url, keys: null, sink }),
    { ok: true, checked: 730, checkpoint: null },
    'without keys, no checkpoint counts',
  );
});

t.test('outcomes of changes that were opened before the verified range', async (t) => {
  const { url, client, keys, sink, checkpointer, entries } = await databaseWith(t, 300);
  await checkpointer.run();
  const bodies = entries.map(({ body }) => JSON.parse(body.toString()));
  const settled = new Set(bodies.map(({ settles }) => settles));
  const open = bodies.findIndex(({ outcome }, index) => outcome === 'PENDING' && !settled.has(index + 1));
  const outcome = { ...bodies[open], settles: open + 1, outcome: 'SUCCEEDED' };
  await insert(client, chained([outcome], entries.at(-1)));
  t.match(await verifyDatabase({ url, keys, sink, from: 300 }), { ok: true, checked: 1 });
  await client.query(
    'DROP INDEX ledger_entry_settles_key; ALTER TABLE ledger_cluster DROP CONSTRAINT ledger_cluster_pkey',
  );
  const last = {
    seq: 301,
    hash: (await client.query('SELECT hash FROM ledger_entry WHERE seq = 301')).rows[0].hash,
    body: Buffer.alloc(0),
  };
  await insert(client, chained([outcome], last));
  t.match(await verifyDatabase({ url, keys, sink, from: 300 }), {
    ok: false,
    firstFault: { seq: 302, code: 'OUTCOME_WITHOUT_INTENT' },
  });
});

t.test('a log of several parts is read in threads', async (t) => {
  const { url, client, key, keys, sink, checkpointer } = await databaseWith(t, 1);
  const other = parseSigningKey(createSigningKey().privateKey);
  const otherKeys = new Map([[other.keyId, other.publicKey]]);
  const guarded = (...statements: string[]) =>
    client.query(
      [
        ...['columns', 'append_only'].map(
          (one) => `ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_${one}`,
        ),
        'ALTER TABLE ledger_search DISABLE TRIGGER ledger_search_append_only',
        ...statements,
        'ALTER TABLE ledger_search ENABLE ALWAYS TRIGGER ledger_search_append_only',
        ...['columns', 'append_only'].map(
          (one) => `ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_${one}`,
        ),
      ].join(';'),
    );
  // Large enough to be split in two; its columns do not matter here.
  await guarded('DELETE FROM open_change', 'DELETE FROM ledger_search', 'DELETE FROM ledger_entry');
  const entries = chained(Array.from({ length: 140_000 }, (_, index) => `{"id":${index}}`));
  await client.query('ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_columns');
  await client.query(
    `INSERT INTO ledger_entry (seq, body, hash, change_id, position, at, kind, outcome, account_id, role_key, actor)
     SELECT seq, body, hash, seq, seq, '', '', 'FAILED', '', '', '' FROM unnest($1::bigint[], $2::text[], $3::bytea[]) AS entry (seq, body, hash)`,
    [
      entries.map(({ seq }) => seq),
      entries.map(({ body }) => body.toString()),
      entries.map(({ hash }) => hash),
    ],
  );
  await guarded();
  t.match(await verifyDatabase({ url, keys, sink }), {
    ok: true,
    checked: 140_000,
    head: { hash: entries.at(-1)?.hash.toString('hex') },
  });
  for (const seq of [65_536, 65_537, 131_072, 140_000]) {
    const hash = entries[seq - 1]?.hash;
    await guarded(`UPDATE ledger_entry SET hash = sha256('x') WHERE seq = ${seq}`);
    t.match(await verifyDatabase({ url, keys, sink }), {
      ok: false,
      checked: seq - 1,
      firstFault: { seq, code: 'ENTRY_CHANGED' },
    });
    await guarded(
      `UPDATE ledger_entry SET hash = decode('${hash?.toString('hex')}', 'hex') WHERE seq = ${seq}`,
    );
  }
  // Each thread reads and checks the checkpoints of its own parts.
  await checkpointer.run();
  const { rows } = await client.query('SELECT body FROM ledger_checkpoint WHERE seq = 100000');
  const second = JSON.parse(rows[0]?.body);
  t.equal(second.seq, 100_000, 'the log is signed in steps');
  const store = (checkpoint: object) =>
    client.query(
      `ALTER TABLE ledger_checkpoint DISABLE TRIGGER USER;
       UPDATE ledger_checkpoint SET body = ${pg.escapeLiteral(canonicalJson(checkpoint))} WHERE seq = 100000`,
    );
  const { signature: _, keyId: __, ...statement } = second;
  for (const [code, altered] of [
    ['CHECKPOINT_FORGED', { ...second, at: new Date(0).toISOString() }],
    ['CHECKPOINT_CONTRADICTED', key.sign({ ...statement, hash: '0'.repeat(64) })],
    ['CHECKPOINT_CONTRADICTED', key.sign({ ...statement, origin: 'rolewright/x' })],
  ]) {
    await store(altered);
    t.match(
      await verifyDatabase({ url, keys, sink }),
      { ok: false, checked: 140_000, firstFault: { seq: 100_000, code } },
      code,
    );
  }
  await store(second);
  t.match(await verifyDatabase({ url, keys, sink, from: 50_000 }), { ok: true, checked: 90_000 });
  t.match(
    await verifyDatabase({ url, keys: otherKeys, sink: null }),
    { ok: false, firstFault: { seq: 50_000, code: 'CHECKPOINT_KEY_UNKNOWN' } },
    'the first checkpoint counts',
  );
  t.match(
    await verifyDatabase({ url, keys, sink: null, known: [key.sign({ ...statement, seq: 66_000 })] }),
    { ok: false, firstFault: { seq: 66_000, code: 'CHECKPOINT_CONTRADICTED' } },
    'a checkpoint that an auditor has kept',
  );
  await guarded('DELETE FROM ledger_entry WHERE seq = 70000');
  t.match(await verifyDatabase({ url, keys, sink }), {
    ok: false,
    firstFault: { seq: 70_000, code: 'ENTRY_MISSING' },
  });
});

t.test('every falsification of a database is detected', async (t) => {
  const { url } = await freshDatabase(t);
  await migrate(url);
  const { tried, missed, told } = await tamperDatabase({ url, seed: 3, count: 39 });
  t.equal(tried, 39);
  t.same(missed, []);
  for (const code of [
    'COLUMN_CHANGED',
    'TREE_CHANGED',
    'CHECKPOINT_KEY_UNKNOWN',
    'ENTRY_CHANGED',
    'LOG_CUT_OFF',
    'CHECKPOINT_CONTRADICTED',
  ])
    t.ok(told[code], `${code} was told`);
});

t.test('the triggers that generate the columns', async (t) => {
  const { url, client, keys, sink } = await databaseWith(t, 5);
  for (const sql of [
    'DISABLE TRIGGER ledger_entry_append_only',
    'ENABLE TRIGGER ledger_entry_append_only',
    'DISABLE TRIGGER ledger_entry_columns',
  ]) {
    await client.query(`ALTER TABLE ledger_entry ${sql}`);
    t.match(
      await verifyDatabase({ url, keys, sink }),
      { ok: false, firstFault: { code: 'COLUMN_CHANGED', detail: /^the trigger ledger_entry_/ } },
      sql,
    );
  }
});
