import t from 'tap';
import { openTestDatabase } from '#test/support/database.ts';
import { freshStore, runSql } from '#test/support/postgres.ts';
import { draft, succeeded } from '../fixtures/draft.ts';

const anna = { subject: 'anna', issuer: 'https://id.example' };
const input = { accountId: '111122223333', clusters: [{ region: 'us-west-2', name: 'a' }] };
const output = { output: { plan: { before: null }, text: 'ü \0 \ud800', zeta: 1, alpha: [true] } };

t.test(
  'the first request of a key is new; a later one learns whether it is the same, and the answer',
  async (t) => {
    const { idempotencyKeys: keys, ledger, url } = await freshStore(t);
    await ledger.open(draft());
    t.strictSame(await keys.begin(anna, 'k', 'extend', input), {
      isNew: true,
      isSame: true,
      answer: null,
      logHead: 1,
    });
    await ledger.open(draft());
    const again = { isNew: false, isSame: true, answer: null, logHead: 1 };
    t.strictSame(
      await keys.begin(anna, 'k', 'extend', input),
      again,
      'the log as it was when the first began',
    );
    await keys.finish(anna, 'k', output);
    const kept = (await keys.begin(anna, 'k', 'extend', input)).answer;
    t.strictSame(kept, output);
    t.equal(JSON.stringify(kept), JSON.stringify(output), 'in the same order');
    await keys.finish(anna, 'k', { output: 'another' });
    t.strictSame((await keys.begin(anna, 'k', 'extend', input)).answer, output, 'the first answer stands');
    await keys.release(anna, 'k');
    t.strictSame((await keys.begin(anna, 'k', 'extend', input)).answer, output, 'and is kept');

    const replica = openTestDatabase({ url });
    t.teardown(() => replica.close());
    t.strictSame(
      (await replica.idempotencyKeys.begin(anna, 'k', 'extend', input)).answer,
      output,
      'over all replicas',
    );
  },
);

t.test('differences that make another request', async (t) => {
  const { idempotencyKeys: keys } = await freshStore(t);
  await keys.begin(anna, 'k', 'extend', input);
  const sorted = { clusters: [{ name: 'a', region: 'us-west-2' }], accountId: '111122223333' };
  const cases: [string, boolean, string, object][] = [
    ['the order of its members does not', true, 'extend', sorted],
    ['what has no prototype does not', true, 'extend', Object.assign(Object.create(null), input)],
    ['another value', false, 'extend', { ...input, accountId: '111122223334' }],
    ['a field more', false, 'extend', { ...input, dryRun: false }],
    ['a field less', false, 'extend', { accountId: input.accountId }],
    ['another operation', false, 'retract', input],
  ];
  for (const [what, isSame, operation, given] of cases)
    t.match(await keys.begin(anna, 'k', operation, given), { isNew: false, isSame }, what);
});

t.test('a key is its caller’s own', async (t) => {
  const { idempotencyKeys: keys } = await freshStore(t);
  const callers = [
    anna,
    { ...anna, subject: 'berta' },
    { ...anna, issuer: 'https://other.example' },
    { ...anna, issuer: null },
  ];
  for (const [i, caller] of callers.entries()) {
    t.match(await keys.begin(caller, 'k', 'extend', input), { isNew: true }, JSON.stringify(caller));
    await keys.finish(caller, 'k', { output: i });
  }
  for (const [i, caller] of callers.entries())
    t.match((await keys.begin(caller, 'k', 'extend', input)).answer, { output: i });
  t.match(await keys.begin(anna, 'K', 'extend', input), { isNew: true }, 'and its letter case counts');
});

t.test('a request without an answer can be released, and old ones are purged', async (t) => {
  const { idempotencyKeys: keys, url } = await freshStore(t);
  await keys.begin(anna, 'k', 'extend', input);
  await keys.release(anna, 'k');
  t.match(await keys.begin(anna, 'k', 'retract', input), { isNew: true });
  await runSql(
    url,
    `INSERT INTO idempotency_key (issuer, subject, key, operation, fingerprint, log_head, answer, created_at)
     SELECT 'https://id.example', 'anna', 'old-' || i, 'extend', '', 0, '{"output":1}', now() - interval '3 days' FROM generate_series(1, 2500) i`,
  );
  const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000);
  t.equal(await keys.purge(ago(73)), 0);
  t.equal(await keys.purge(ago(48)), 2500, 'more than one batch');
  t.match(await keys.begin(anna, 'old-1', 'extend', input), { isNew: true, answer: null });
  t.match(await keys.begin(anna, 'k', 'retract', input), { isNew: false }, 'the young stay');
});

t.test('of many concurrent requests under one key one is new', async (t) => {
  const { idempotencyKeys: one, url } = await freshStore(t);
  const replica = openTestDatabase({ url });
  t.teardown(() => replica.close());
  const all = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) =>
      (i % 2 ? one : replica.idempotencyKeys).begin(anna, 'k', 'extend', input),
    ),
  );
  t.equal(all.filter((one) => one.status === 'fulfilled' && one.value.isNew).length, 1);
});

t.test('without a database: AUDIT_UNAVAILABLE, and nothing internal', async (t) => {
  const nowhere = openTestDatabase({ url: 'postgresql://postgres@127.0.0.1:1/postgres' });
  t.teardown(() => nowhere.close());
  const { idempotencyKeys: keys } = nowhere;
  const calls = [
    () => keys.begin(anna, 'k', 'extend', input),
    () => keys.finish(anna, 'k', output),
    () => keys.release(anna, 'k'),
    () => keys.purge(new Date()),
  ];
  for (const call of calls)
    await t.rejects(async () => void (await call()), {
      code: 'AUDIT_UNAVAILABLE',
      message: /^(?!.*(127|ECONN|prisma))/i,
    });
});

t.test('the log knows the latest attempt of a caller under a key', async (t) => {
  const { ledger, url } = await freshStore(t);
  const under = (subject: string, issuer: string | null, idempotencyKey: string | null) => {
    const given = draft({ idempotencyKey });
    return { ...given, caller: { ...given.caller, actor: { subject, issuer } } };
  };
  const attempt = (after = 0) => ledger.attemptUnder(anna, 'k', after);
  for (const [subject, issuer, key] of [
    ['berta', anna.issuer, 'k'],
    ['anna', null, 'k'],
    ['anna', anna.issuer, 'other'],
    ['anna', anna.issuer, null],
  ] as const)
    await ledger.settle(await ledger.open(under(subject, issuer, key)), succeeded);
  t.equal(await attempt(), null, 'of nobody else, and under no other key');
  const own = under('anna', anna.issuer, 'k');

  const refused = await ledger.refuse(own, { code: 'ROLE_BUSY', detail: '' });
  t.strictSame(await attempt(), { opening: refused, change: refused });
  const intent = await ledger.open(own);
  const pending = await ledger.get(intent.changeId);
  t.strictSame(await attempt(), { opening: pending, change: pending });
  const settled = await ledger.settle(intent, succeeded);
  t.strictSame(await attempt(), { opening: pending, change: settled });
  t.strictSame(await attempt(refused.seq), { opening: pending, change: settled });
  t.equal(await attempt(pending?.seq), null, 'of an earlier use of the key');

  const last = await ledger.refuse(own, { code: 'ROLE_BUSY', detail: '' });
  t.match(await attempt(), { change: { id: last.id } });
  const nobody = { ...own, caller: { ...own.caller, actor: { subject: 'anna', issuer: null } } };
  const unsigned = await ledger.refuse(nobody, { code: 'ROLE_BUSY', detail: '' });
  t.match(
    await ledger.attemptUnder({ subject: 'anna', issuer: null }, 'k', 0),
    { change: { id: unsigned.id } },
    'no issuer is one',
  );
  const [plan] = await runSql(
    url,
    'SET enable_seqscan = off',
    `EXPLAIN SELECT seq FROM ledger_entry WHERE idempotency_key = 'k' AND settles IS NULL AND seq > 0 ORDER BY seq DESC LIMIT 1`,
  ).then(([, plan]) => [plan]);
  t.match(JSON.stringify(plan?.rows), /ledger_entry_idempotency_key_idx/, 'by its index');
});
