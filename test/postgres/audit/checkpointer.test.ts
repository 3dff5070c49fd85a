import t from 'tap';
import { bodiesOf, chained, dice, seeded, signedAt } from '#dev/chaos/log.ts';
import { createSigningKey, findSignatureFault, parseSigningKey } from '#src/audit/checkpoint.ts';
import { startCheckpointer } from '#src/postgres/audit/checkpointer.ts';
import { NotIntact } from '#src/postgres/audit/checkpoints.ts';
import { databaseWith, insert, refusals } from '../fixtures/logs.ts';

const bodies = (label: string) => refusals(5, `more-${label}`);

t.test('signs the log once it has grown, and publishes the checkpoint', async (t) => {
  const { client, keys, sink, checkpointer, entries, key } = await databaseWith(t, 530);
  await checkpointer.run();
  await checkpointer.run();
  const [{ at, signature, ...expected }] = signedAt(entries, [530], key) as [
    ReturnType<typeof signedAt>[number],
  ];
  t.match(sink.published, [expected]);
  t.equal(sink.published.length, 1, 'nothing new, nothing signed');
  t.equal(sink.published[0] && findSignatureFault(sink.published[0], keys), null);
  const { rows: nodes } = await client.query('SELECT level, position FROM ledger_node ORDER BY 1, 2');
  t.same(nodes, [
    { level: 8, position: '0' },
    { level: 8, position: '1' },
    { level: 9, position: '0' },
  ]);

  let all = entries;
  for (const label of ['a', 'b']) {
    const more = chained(bodies(label), all.at(-1));
    all = [...all, ...more];
    await insert(client, more);
    await checkpointer.run();
  }
  t.same(
    sink.published.map(({ seq, root }) => [seq, root]),
    signedAt(all, [530, 535, 540], key).map(({ seq, root }) => [seq, root]),
    'the tree is extended, not rebuilt',
  );
});

t.test('an unpublished checkpoint is published later; replicas sign one after another', async (t) => {
  const { client, sink, checkpointer, entries, options } = await databaseWith(t, 10);
  const { publish } = sink;
  sink.publish = async () => {
    throw new Error('the bucket is gone');
  };
  await t.rejects(checkpointer.run(), /the bucket is gone/);
  t.same(sink.published, []);
  sink.publish = publish;
  await insert(client, chained(bodies('a'), entries.at(-1)));
  const other = startCheckpointer(options);
  t.teardown(() => other.close());
  await Promise.all([checkpointer.run(), other.run(), checkpointer.run()]);
  await checkpointer.run();
  t.same(
    sink.published.map(({ seq }) => seq),
    [10, 15],
  );
});

t.test('missing nodes are rebuilt from the entries', async (t) => {
  const { client, sink, checkpointer, entries, key } = await databaseWith(t, 530);
  await checkpointer.run();
  await client.query(
    'SET session_replication_role = replica; DROP TRIGGER ledger_node_append_only ON ledger_node; DELETE FROM ledger_node',
  );
  const more = chained(bodies('a'), entries.at(-1));
  await insert(client, more);
  await checkpointer.run();
  t.equal(sink.published.at(-1)?.root, signedAt([...entries, ...more], [535], key)[0]?.root);
  t.equal((await client.query('SELECT FROM ledger_node')).rowCount, 3);
});

const unlocked = `SET session_replication_role = replica; DROP TRIGGER ledger_entry_append_only ON ledger_entry; DROP TRIGGER ledger_node_append_only ON ledger_node;
  DROP TRIGGER ledger_checkpoint_append_only ON ledger_checkpoint; ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_settles_fkey;`;

t.test('nothing is signed while the log differs from the signed one, and each run reports it', async (t) => {
  const cases: [string, string | null, RegExp][] = [
    [
      'a tail that was cut off',
      'DELETE FROM ledger_entry WHERE seq > 500; DELETE FROM ledger_checkpoint',
      /is at entry 530, and the log ends at 500/,
    ],
    [
      'a signed entry with another hash',
      `UPDATE ledger_entry SET hash = sha256('x') WHERE seq = 530`,
      /and the log have different hashes for entry 530/,
    ],
    [
      'another first entry',
      `UPDATE ledger_entry SET hash = sha256('x') WHERE seq = 1`,
      /and the log have different hashes for entry 530/,
    ],
    [
      'a new entry that does not follow',
      `UPDATE ledger_entry SET hash = sha256('x') WHERE seq = 533`,
      /the hash of entry 533 does not match its body/,
    ],
    ['a new entry that is missing', `DELETE FROM ledger_entry WHERE seq = 533`, /entry 533 is missing/],
    [
      'a node that was altered',
      `UPDATE ledger_node SET hash = sha256('x') WHERE level = 9`,
      /the stored tree does not have the root/,
    ],
    [
      'a checkpoint that was altered',
      `UPDATE ledger_checkpoint SET body = replace(body, '"at":"2', '"at":"1')`,
      /the signature of the checkpoint at entry 530 does not verify/,
    ],
    ['a published checkpoint of another log', null, /and the log have different hashes for entry 20/],
  ];
  for (const [what, sql, said] of cases) {
    const { client, sink, checkpointer, entries, key } = await databaseWith(t, 530);
    await checkpointer.run();
    await insert(client, chained(bodies('a'), entries.at(-1)));
    if (sql) await client.query(`${unlocked} ${sql}`);
    else
      sink.published.push(
        ...signedAt(chained(bodies('other')), [5], key).map((one) => ({ ...one })),
        ...signedAt(chained(bodiesOf(20, dice(seeded(5)))), [20], key),
      );
    const before = sink.published.length;
    for (const _ of [1, 2])
      await t.rejects(checkpointer.run(), { message: said, constructor: NotIntact }, what);
    t.equal(sink.published.length, before, `${what}: nothing was published`);
  }
});

t.test('it signs nothing while the place of publication holds something else', async (t) => {
  const { client, sink, checkpointer, entries, options } = await databaseWith(t, 10);
  await checkpointer.run();
  await insert(client, chained(refusals(3, 'more'), entries.at(-1)));
  const wary = startCheckpointer({
    ...options,
    sink: { ...sink, latest: async () => ({ junk: 'line 2 is none' }) },
  });
  await t.rejects(wary.run(), { constructor: NotIntact, message: 'line 2 is none' });
  t.equal(sink.published.length, 1);
  await t.resolves(wary.close());
});

t.test('it signs periodically, logs what is wrong, and signs a last time when it stops', async (t) => {
  const { client, sink, entries, options } = await databaseWith(t, 10);
  const published = Promise.withResolvers<void>();
  const { publish } = sink;
  sink.publish = async (checkpoint) => {
    await publish(checkpoint);
    published.resolve();
  };
  const errors: string[] = [];
  const told = Promise.withResolvers<void>();
  const log = {
    error: (details: object, message: string) => {
      errors.push(`${message} ${JSON.stringify(details)}`);
      told.resolve();
    },
  };
  const checkpointer = startCheckpointer({ ...options, sink, log, intervalMs: 5 });
  await published.promise;
  await checkpointer.close();
  t.equal(sink.published.length, 1);

  const late = startCheckpointer({ ...options, sink, log, intervalMs: 3_600_000 });
  await insert(client, chained(bodies('a'), entries.at(-1)));
  await late.close();
  t.same(
    sink.published.map(({ seq }) => seq),
    [10, 15],
  );
  t.same(errors, []);

  sink.published.push(...signedAt(entries, [3], parseSigningKey(createSigningKey().privateKey)));
  const wary = startCheckpointer({ ...options, sink, log, intervalMs: 5 });
  await told.promise;
  await wary.close();
  t.match(
    errors[0],
    /^THE AUDIT LOG IS NOT INTACT: no checkpoints are signed until this is resolved .*is signed with key [0-9a-f]{16}, which is not trusted/,
  );
});
