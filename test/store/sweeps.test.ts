import t from 'tap';
import type { SweepDraft } from '#src/ports.ts';
import { freshStore, runSql } from '#test/support/postgres.ts';

const draft = (id: string, more: Partial<SweepDraft> = {}): SweepDraft => ({
  id,
  operation: 'CHECK',
  dryRun: false,
  roleName: null,
  clusters: null,
  reason: null,
  caller: { actor: { subject: 'jane', issuer: null }, groups: ['a'], scope: { operations: null, accountIds: ['1'] }, requestId: 'r' },
  createdAt: new Date(),
  ...more,
});

t.test('which accounts are chosen, and in which jobs', async (t) => {
  const { sweeps, accounts, url } = await freshStore(t);
  for (let i = 0; i < 60; i += 1)
    await accounts.put({
      accountId: String(111122220000 + i),
      name: 'a',
      partition: 'aws',
      memberRoleArn: null,
      externalId: null,
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
    const started = await sweeps.start(draft(id), { ...select } as Parameters<typeof sweeps.start>[1], null, 20);
    t.match(started, { ...draft(id), createdAt: Date, total, state: total === 0 ? 'DONE' : 'QUEUED' }, id);
    const [found] = await runSql(url, `SELECT data FROM pgboss.job WHERE data ->> 'sweepId' = '${id}' ORDER BY data ->> 'from'`);
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
    results: verdicts.map((verdict, i) => ({ roleName: `role-${i}`, verdict, report: null, plan: null, change: null, error: null })),
  });
  await Promise.all([
    sweeps.keep('one', [outcome('1', 'COMPLIANT', 'MISSING')]),
    sweeps.keep('one', [outcome('1', 'COMPLIANT', 'MISSING'), outcome('3', 'MISSING')]),
  ]);
  t.match(await sweeps.get('one'), { done: 1, state: 'QUEUED', verdicts: { COMPLIANT: 1, MISSING: 1 }, version: 2 });
  await sweeps.keep('one', [outcome('2', 'COMPLIANT')]);
  t.match(await sweeps.get('one'), { done: 2, state: 'DONE', verdicts: { COMPLIANT: 2, MISSING: 1 }, endedAt: Date });
  t.same(
    (await sweeps.results({ id: 'one', after: 1, limit: 9 })).map(({ seq, accountId }) => [seq, accountId]),
    [
      [2, '1'],
      [3, '2'],
    ],
  );

  await sweeps.start(draft('refused'), { accountIds: ['1', '2'] }, null, 20);
  await sweeps.keep('refused', [outcome('1', 'COMPLIANT'), outcome('1', 'MISSING')]);
  t.match(await sweeps.get('refused'), { done: 1, verdicts: { COMPLIANT: 1 } }, 'an account that comes twice at once too');
  const [twice] = outcome('2', 'COMPLIANT').results;
  const refused = sweeps.keep('refused', [{ accountId: '2', results: twice ? [twice, twice] : [] }]);
  await t.rejects(refused, { code: 'INTERNAL' }, 'what is never taken is told from a database that is away');
  t.match(await sweeps.get('refused'), { done: 1 });
  await sweeps.cancel('refused');

  t.equal(await sweeps.purge(new Date(Date.now() - 60_000)), 0);
  t.equal(await sweeps.purge(new Date(Date.now() + 60_000)), 2);
  const [left] = await runSql(url, 'SELECT FROM sweep_result UNION ALL SELECT FROM sweep_pending UNION ALL SELECT FROM sweep');
  t.equal(left?.rowCount, 0, 'with all that it had');
});

t.test('the same key is the same sweep', async (t) => {
  const { sweeps } = await freshStore(t);
  await sweeps.start(draft('one'), { all: true }, 'key', 20);
  t.match(await sweeps.start(draft('two'), { all: true }, 'key', 20), { id: 'one' });
  const other = { ...draft('x').caller, actor: { subject: 'jane', issuer: 'https://elsewhere' } };
  t.match(await sweeps.start(draft('three', { caller: other }), { all: true }, 'key', 20), { id: 'three' }, 'of the same caller');
  t.match(await sweeps.start(draft('four'), { all: true }, null, 20), { id: 'four' });
});

t.test('so many sweeps of one caller go on at once, and no more', async (t) => {
  const { sweeps } = await freshStore(t);
  const of = (subject: string, issuer: string | null) => ({
    caller: { actor: { subject, issuer }, groups: [], scope: null, requestId: 'r' },
  });
  const start = (id: string, more: Partial<SweepDraft>, key: string | null = null) =>
    sweeps.start(draft(id, more), { accountIds: ['1'] }, key, 2);
  const [jane, other] = [of('jane', null), of('jane', 'https://id.example')];
  t.match(await start('one', jane, 'key'), { id: 'one' });
  t.match(await sweeps.start(draft('empty', jane), { all: true }, null, 2), { id: 'empty', state: 'DONE' });
  t.match(await start('two', jane), { id: 'two' }, 'what has ended does not count');
  t.equal(await start('three', jane), null);
  t.equal(await sweeps.get('three'), null, 'nothing is left of it');
  t.match(await start('four', other), { id: 'four' }, "somebody else's");
  t.match(await start('one again', jane, 'key'), { id: 'one' }, 'what was started under the key is answered');
  await sweeps.cancel('one');
  t.match(await start('five', jane), { id: 'five' });
});
