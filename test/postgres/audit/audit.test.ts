import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import t from 'tap';
import { chained } from '#dev/chaos/log.ts';
import { findProofFault } from '#src/audit/proof.ts';
import { openAudit } from '#src/postgres/audit/audit.ts';
import { openCheckpointFile } from '#src/postgres/audit/checkpoint-file.ts';
import { databaseWith, insert, refusals } from '../fixtures/logs.ts';

t.test('concurrent requests for the same verification share it; others wait', async (t) => {
  const { url, keys, sink, checkpointer } = await databaseWith(t, 50);
  await checkpointer.run();
  const pool = new pg.Pool({ connectionString: url });
  t.teardown(() => pool.end());
  let asked = 0;
  let running = 0;
  const counted = {
    ...sink,
    latest: async () => {
      asked += 1;
      running += 1;
      t.equal(running, 1, 'one at a time');
      await new Promise(setImmediate);
      running -= 1;
      return sink.latest();
    },
  };
  const audit = openAudit({ url, pool, keys, sink: counted });
  const [a, b, c] = await Promise.all([audit.verify(), audit.verify(), audit.verify(50)]);
  t.equal(a, b);
  t.match(
    [a, c],
    [
      { ok: true, checked: 50 },
      { ok: true, checked: 0 },
    ],
  );
  t.equal(asked, 2);
  t.not(await audit.verify(), a, 'a later request runs again');

  const down = openAudit({
    url,
    pool,
    keys,
    sink: { ...sink, latest: () => Promise.reject(new Error('no bucket')) },
  });
  for (const _ of [1, 2])
    await t.rejects(
      down.verify(),
      { code: 'UNAVAILABLE', cause: { message: 'no bucket' } },
      'no sink, no verdict',
    );
});

t.test('a limited number of verifications wait', async (t) => {
  const { url, keys, sink } = await databaseWith(t, 5);
  const pool = new pg.Pool({ connectionString: url });
  t.teardown(() => pool.end());
  const audit = openAudit({ url, pool, keys, sink });
  const ends = await Promise.allSettled(Array.from({ length: 12 }, (_, i) => audit.verify(i)));
  const codes = ends.map((end) => (end.status === 'fulfilled' ? 'ok' : end.reason.code));
  t.same(codes, ['ok', ...Array(9).fill('INVALID_INPUT'), 'RATE_LIMITED', 'RATE_LIMITED']);
  t.match(await audit.verify(), { ok: true });
});

t.test('every entry has a proof of at most 3 KB, while the log matches the signed one', async (t) => {
  const { url, client, key, keys, sink, checkpointer, entries } = await databaseWith(t, 1030);
  await checkpointer.run();
  const more = chained(refusals(300, 'more'), entries.at(-1));
  await insert(client, more);
  await checkpointer.run();
  const audit = openAudit({
    url,
    pool: new pg.Pool({ connectionString: url, max: 1, idleTimeoutMillis: 1, allowExitOnIdle: true }),
    keys,
    sink,
  });
  const all = [...entries, ...more];
  const newest = new Map(
    all.map((entry) => [(JSON.parse(entry.body.toString()) as { id: string }).id, entry]),
  );
  let checked = 0;
  for (const [id, entry] of [...newest].filter((_, index) => index % 23 === 0 || index > newest.size - 4)) {
    const proof = await audit.prove(id);
    if (!proof) throw new Error('no proof');
    const [fault, other] = [
      findProofFault(proof, keys, entry.body.toString()),
      findProofFault(proof, keys, `${entry.body} `),
    ];
    if (fault !== null || other === null || proof.seq !== entry.seq || JSON.stringify(proof).length > 3072)
      t.fail(id, { fault, other });
    checked += 1;
  }
  t.ok(checked > 30);
  t.equal(await audit.prove('change_none'), null);

  const [first] = newest.keys();
  const proof = await audit.prove(first ?? '');
  if (!proof) throw new Error('no proof');
  // As long as a proof in a log of 2^33 entries.
  const long = {
    ...proof,
    seq: 2 ** 33,
    path: Array.from({ length: 33 }, () => proof.hash),
    checkpoint: { ...proof.checkpoint, seq: 2 ** 33 },
  };
  t.ok(JSON.stringify(long).length <= 3072, `${JSON.stringify(long).length} bytes`);
  const falsified = {
    'another entry': { ...proof, seq: proof.seq + 1 },
    'no entry': { ...proof, seq: 0 },
    'another hash': { ...proof, hash: proof.previousHash },
    'another path': { ...proof, path: proof.path.toReversed() },
    'another root': { ...proof, checkpoint: { ...proof.checkpoint, root: proof.hash } },
    'another log': { ...proof, checkpoint: key.sign({ ...proof.checkpoint, root: proof.hash }) },
  };
  for (const [what, one] of Object.entries(falsified))
    t.type(findProofFault(one, keys, null), 'string', what);

  await client.query(
    `SET session_replication_role = replica; DROP TRIGGER ledger_node_append_only ON ledger_node; UPDATE ledger_node SET hash = sha256('x')`,
  );
  await t.rejects(audit.prove(first ?? ''), {
    code: 'UNAVAILABLE',
    retryable: false,
    message: /cannot be proven/,
  });
});

t.test('an invalid checkpoint is reported with its place, not as an outage', async (t) => {
  const { url, client, keys, sink, checkpointer, entries } = await databaseWith(t, 300);
  await checkpointer.run();
  const pool = new pg.Pool({ connectionString: url });
  t.teardown(() => pool.end());
  const path = join(t.testdir(), 'checkpoints.ndjson');
  const file = openCheckpointFile(pathToFileURL(path).href);
  for (const checkpoint of sink.published) await file.publish(checkpoint);
  const audit = openAudit({ url, pool, keys, sink: file });
  t.match(await audit.verify(), { ok: true, checkpoint: { seq: 300 } });
  const [published] = sink.published;
  const whole = await readFile(path, 'utf8');
  const cases: [what: string, text: string, place: string | RegExp][] = [
    [
      'a line of junk',
      `${whole}junk\n`,
      `the last line of ${path}, at byte ${whole.length}, is not a checkpoint`,
    ],
    ['an empty line', `${whole}\n`, `the last line of ${path}, at byte ${whole.length}, is not a checkpoint`],
    ['bytes that are no text', `${whole}\ufffd\0\n`, /is not a checkpoint/],
    ['JSON that is none', `${whole}{"seq":300}\n`, /is not a checkpoint/],
    ['JSON of other types', `${whole}${JSON.stringify({ ...published, root: 7 })}\n`, /is not a checkpoint/],
    [
      'half a character',
      `${whole}${JSON.stringify({ ...published, origin: '\ud800' })}\n`,
      /is not a checkpoint/,
    ],
    ['another file', 'x'.repeat(9000), `${path} is not a checkpoint file`],
    [
      'a checkpoint that nobody signed',
      `${whole}${JSON.stringify({ ...published, root: 'x' })}\n`,
      /the signature of the checkpoint at entry 300/,
    ],
  ];
  for (const [what, text, detail] of cases) {
    await writeFile(path, text);
    t.match(
      await audit.verify(),
      { ok: false, checked: 300, firstFault: { seq: 300, code: 'CHECKPOINT_FORGED', detail } },
      what,
    );
    t.match(await audit.verify(300), { ok: false }, `${what}, from the newest on`);
  }
  await writeFile(path, `${whole}{"seq":`);
  t.match(await audit.verify(), { ok: true }, 'a truncated line is ignored');

  const { id } = JSON.parse(entries[5]?.body.toString() ?? '') as { id: string };
  await client.query(
    'SET session_replication_role = replica; ALTER TABLE ledger_checkpoint DISABLE TRIGGER ALL; UPDATE ledger_checkpoint SET body = \'{"seq":300}\'',
  );
  t.match(await audit.verify(), { ok: false }, 'in the database too');
  await t.rejects(audit.prove(id), {
    code: 'UNAVAILABLE',
    retryable: false,
    message: /cannot be proven: the row of the database for entry 300 is not a checkpoint/,
  });
});
