import t from 'tap';
import type { SweepDraft } from '#src/ports/sweeps.ts';
import { freshStore, runSql } from '#test/support/postgres.ts';
import { checkSweep, plainAccount } from '../fixtures/check-sweep.ts';

const draft = (id: string, more: Partial<SweepDraft> = {}): SweepDraft => ({
  ...checkSweep(id),
  caller: {
    actor: { subject: 'jane', issuer: null },
    groups: ['a'],
    scope: { operations: null, accountIds: ['1'] },
    requestId: 'r',
  },
  ...more,
});

t.test('selected accounts and their jobs', async (t) => {
  const { sweeps, accounts, url } = await freshStore(t);
  for (let i = 0; i < 60; i += 1)
    await accounts.put({
      ...plainAccount(String(111122220000 + i)),
      labels: { parity: i % 2 ? 'odd' : 'even' },
    });
  await runSql(url, "UPDATE account SET status = 'CLOSED' WHERE account_id = '111122220001'");
  const cases = [
    ['all', { all: true }, 59, 3],
    ['labels', { labels: { parity: 'odd' } }, 29, 2],
    ['none', { labels: { parity: 'none' } }, 0, 0],
    ['ids', { accountIds: ['111122220001', '999999999999', '999999999999'] }, 2, 1],
  ] as const;
  for (const [id, select, total, jobs] of cases) {
    const started = await sweeps.start(
      draft(id),
      { ...select } as Parameters<typeof sweeps.start>[1],
      null,
      20,
    );
    t.match(started, { ...draft(id), createdAt: Date, total, state: total === 0 ? 'DONE' : 'QUEUED' }, id);
    const [found] = await runSql(
      url,
      `SELECT data FROM pgboss.job WHERE data ->> 'sweepId' = '${id}' ORDER BY data ->> 'from'`,
    );
    t.equal(found?.rows.length, jobs, `${id}: ${jobs} jobs`);
    const begun = await Promise.all((found?.rows ?? []).map(({ data }) => sweeps.begin(data)));
    const all = begun.flatMap((one) => one?.accountIds ?? []);
    t.equal(new Set(all).size, total, `${id}: each account in one job`);
    t.equal(all.length, total);
  }
});

t.test('an account has its results once, and the counters count them', async (t) => {
  const { sweeps, url } = await freshStore(t);
  await sweeps.start(draft('one'), { accountIds: ['1', '2'] }, null, 20);
  const outcome = (accountId: string, ...verdicts: ('COMPLIANT' | 'MISSING')[]) => ({
    accountId,
    results: verdicts.map((verdict, i) => ({
      roleName: `role-${i}`,
      verdict,
      report: null,
      plan: null,
      change: null,
      error: null,
    })),
  });
  await Promise.all([
    sweeps.keep('one', [outcome('1', 'COMPLIANT', 'MISSING')]),
    sweeps.keep('one', [outcome('1', 'COMPLIANT', 'MISSING'), outcome('3', 'MISSING')]),
  ]);
  t.match(await sweeps.get('one'), {
    done: 1,
    state: 'QUEUED',
    verdicts: { COMPLIANT: 1, MISSING: 1 },
    version: 2,
  });
  await sweeps.keep('one', [outcome('2', 'COMPLIANT')]);
  t.match(await sweeps.get('one'), {
    done: 2,
    state: 'DONE',
    verdicts: { COMPLIANT: 2, MISSING: 1 },
    endedAt: Date,
  });
  t.same(
    (await sweeps.results({ id: 'one', after: 1, limit: 9 })).map(({ seq, accountId }) => [seq, accountId]),
    [
      [2, '1'],
      [3, '2'],
    ],
  );

  await sweeps.start(draft('refused'), { accountIds: ['1', '2'] }, null, 20);
  await sweeps.keep('refused', [outcome('1', 'COMPLIANT'), outcome('1', 'MISSING')]);
  t.match(
    await sweeps.get('refused'),
    { done: 1, verdicts: { COMPLIANT: 1 } },
    'an account that comes twice at once too',
  );
  const [twice] = outcome('2', 'COMPLIANT').results;
  const refused = sweeps.keep('refused', [{ accountId: '2', results: twice ? [twice, twice] : [] }]);
  await t.rejects(
    refused,
    { code: 'INTERNAL' },
    'rows that are never accepted are distinguished from an outage',
  );
  t.match(await sweeps.get('refused'), { done: 1 });
  await sweeps.cancel('refused');

  t.equal(await sweeps.purge(new Date(Date.now() - 60_000)), 0);
  t.equal(await sweeps.purge(new Date(Date.now() + 60_000)), 2);
  const [left] = await runSql(
    url,
    'SELECT FROM sweep_result UNION ALL SELECT FROM sweep_pending UNION ALL SELECT FROM sweep',
  );
  t.equal(left?.rowCount, 0, 'with all its rows');
});

/** The number of rows by table, without empty tables. */
async function rowsOf(url: string): Promise<Record<string, number>> {
  const tables = ['sweep', 'sweep_pending', 'sweep_result', 'pgboss.job'];
  const counts = await runSql(url, ...tables.map((table) => `SELECT count(*)::int AS rows FROM ${table}`));
  return Object.fromEntries(
    tables.map((table, i) => [table, counts[i]?.rows[0].rows as number]).filter(([, rows]) => rows !== 0),
  );
}

t.test('a cancelled sweep leaves no pending accounts', async (t) => {
  const { sweeps, url } = await freshStore(t);
  const accountIds = Array.from({ length: 400 }, (_, i) => String(111122220000 + i));
  for (let i = 0; i < 40; i += 1) {
    await sweeps.start(draft(`s${i}`), { accountIds }, null, 20);
    t.match(await sweeps.cancel(`s${i}`), { state: 'CANCELLED', total: 400, done: 0 });
  }
  t.same(await rowsOf(url), { sweep: 40 });
  t.match(await sweeps.cancel('s0'), { state: 'CANCELLED' }, 'again');
  t.equal(await sweeps.cancel('s40'), null);
});

t.test(
  'an account in flight when its sweep is cancelled has results; the rest is deleted with its job',
  async (t) => {
    const { sweeps, url } = await freshStore(t);
    const accountIds = Array.from({ length: 60 }, (_, i) => String(111122220000 + i));
    await sweeps.start(draft('one'), { accountIds }, null, 20);
    const other = await sweeps.start(draft('other'), { accountIds }, null, 20);
    const [job] = await runSql(
      url,
      `UPDATE pgboss.job SET state = 'active' WHERE data ->> 'sweepId' = 'one' AND data ->> 'from' = '${accountIds[25]}' RETURNING data`,
    );
    const [{ data }] = (job?.rows ?? []) as [{ data: Parameters<typeof sweeps.begin>[0] }];
    const begun = await sweeps.begin(data);
    t.equal(begun?.accountIds.length, 25);
    await sweeps.cancel('one');
    t.same(await rowsOf(url), { sweep: 2, sweep_pending: 60 + 25, 'pgboss.job': 3 + 1 });
    const results = [
      { roleName: 'r', verdict: 'COMPLIANT' as const, report: null, plan: null, change: null, error: null },
    ];
    await sweeps.keep('one', [{ accountId: accountIds[30] ?? '', results }]);
    t.match(await sweeps.get('one'), { state: 'CANCELLED', done: 1, verdicts: { COMPLIANT: 1 } });
    t.equal(await sweeps.begin(data), null, 'nobody begins it again');
    await sweeps.leave(data);
    if (other) await sweeps.leave({ sweepId: other.id, from: accountIds[0] ?? '', to: accountIds[59] ?? '' });
    t.same(
      await rowsOf(url),
      { sweep: 2, sweep_pending: 60, sweep_result: 1, 'pgboss.job': 3 + 1 },
      'a running sweep loses nothing',
    );
  },
);

t.test('of the sweeps of a caller the newest are kept', async (t) => {
  const { sweeps, url } = await freshStore(t);
  const ended = (subject: string, count: number, results: number) =>
    `INSERT INTO sweep (id, operation, state, dry_run, subject, groups, request_id, results, created_at, ended_at)
     SELECT '${subject} ' || i, 'CHECK', 'DONE', FALSE, '${subject}', '{}', 'r', ${results}, now(), now() - i * interval '1 minute'
     FROM generate_series(1, ${count}) AS i`;
  await runSql(
    url,
    ended('many', 2503, 0),
    ended('large', 4, 400_000),
    ended('huge', 2, 2_000_000),
    ended('few', 3, 10),
  );
  t.equal(await sweeps.purge(new Date(0)), 3 + 2 + 1);
  const [left] = await runSql(url, "SELECT id FROM sweep WHERE subject <> 'many' ORDER BY id");
  t.same(
    left?.rows.map(({ id }) => id),
    ['few 1', 'few 2', 'few 3', 'huge 1', 'large 1', 'large 2'],
  );
});

t.test('pending accounts of a sweep that ended long ago are deleted', async (t) => {
  const { sweeps, url } = await freshStore(t);
  for (const id of ['one', 'two', 'three'])
    await sweeps.start(draft(id), { accountIds: ['1', '2'] }, null, 20);
  await runSql(url, "UPDATE sweep SET ended_at = now() - interval '2 hours' WHERE id IN ('one', 'two')");
  t.equal(await sweeps.purge(new Date(0)), 0);
  const [left] = await runSql(url, 'SELECT DISTINCT sweep_id FROM sweep_pending');
  t.match(left?.rows, [{ sweep_id: 'three' }]);
});

t.test('a caller with too many stored sweeps starts no more', async (t) => {
  const { sweeps, url } = await freshStore(t);
  await runSql(
    url,
    `INSERT INTO sweep (id, operation, state, dry_run, subject, groups, request_id, created_at, ended_at)
     SELECT 'old ' || i, 'CHECK', 'CANCELLED', FALSE, 'jane', '{}', 'r', now(), now() FROM generate_series(1, 3000) AS i`,
  );
  t.equal(await sweeps.start(draft('one'), { accountIds: ['1'] }, null, 20), null);
  const other = { ...draft('x').caller, actor: { subject: 'joe', issuer: null } };
  t.match(await sweeps.start(draft('two', { caller: other }), { accountIds: ['1'] }, null, 20), {
    id: 'two',
  });
});

t.test('only accounts that the caller may see are selected', async (t) => {
  const { sweeps, accounts } = await freshStore(t);
  for (const [accountId, team] of [
    ['111122220001', 'a'],
    ['111122220002', 'a'],
    ['111122220003', 'b'],
  ] as const)
    await accounts.put({ ...plainAccount(accountId), labels: { team } });
  const among = ['111122220002', '111122220003', '111122220009'];
  t.match(await sweeps.start(draft('all'), { all: true }, null, 20, among), { total: 2 });
  t.match(await sweeps.start(draft('labels'), { labels: { team: 'a' } }, null, 20, among), { total: 1 });
  t.match(await sweeps.start(draft('none'), { all: true }, null, 20, []), { total: 0, state: 'DONE' });
  t.match(
    await sweeps.start(draft('named'), { accountIds: ['111122220001'] }, null, 20, among),
    { total: 1 },
    'named accounts are kept',
  );
});

t.test('the same key is the same sweep', async (t) => {
  const { sweeps } = await freshStore(t);
  await sweeps.start(draft('one'), { all: true }, 'key', 20);
  t.match(await sweeps.start(draft('two'), { all: true }, 'key', 20), { id: 'one' });
  const other = { ...draft('x').caller, actor: { subject: 'jane', issuer: 'https://elsewhere' } };
  t.match(
    await sweeps.start(draft('three', { caller: other }), { all: true }, 'key', 20),
    { id: 'three' },
    'of the same caller',
  );
  t.match(await sweeps.start(draft('four'), { all: true }, null, 20), { id: 'four' });
});

t.test('a caller has a limit of running sweeps', async (t) => {
  const { sweeps } = await freshStore(t);
  const of = (subject: string, issuer: string | null) => ({
    caller: { actor: { subject, issuer }, groups: [], scope: null, requestId: 'r' },
  });
  const start = (id: string, more: Partial<SweepDraft>, key: string | null = null) =>
    sweeps.start(draft(id, more), { accountIds: ['1'] }, key, 2);
  const [jane, other] = [of('jane', null), of('jane', 'https://id.example')];
  t.match(await start('one', jane, 'key'), { id: 'one' });
  t.match(await sweeps.start(draft('empty', jane), { all: true }, null, 2), { id: 'empty', state: 'DONE' });
  t.match(await start('two', jane), { id: 'two' }, 'ended sweeps do not count');
  t.equal(await start('three', jane), null);
  t.equal(await sweeps.get('three'), null, 'nothing is left of it');
  t.match(await start('four', other), { id: 'four' }, "somebody else's");
  t.match(await start('one again', jane, 'key'), { id: 'one' }, 'the sweep of the key is answered');
  await sweeps.cancel('one');
  t.match(await start('five', jane), { id: 'five' });
});
