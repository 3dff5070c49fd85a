import pg from 'pg';
import t, { type Test } from 'tap';
import type { SweepOutcome } from '#src/ports/sweeps.ts';
import { keepPosture } from '#src/postgres/posture/keep-posture.ts';
import type { RoleReport, Verdict } from '#src/schema/report.ts';
import { freshStore, runSql } from '#test/support/postgres.ts';
import { checkSweep, plainAccount } from '../fixtures/check-sweep.ts';

const [one, two, gone] = ['111111111111', '222222222222', '333333333333'] as const;

/** The result of a check, this many ms from now. */
const resultOf = (accountId: string, roleName: string, verdict: Verdict, ms = 0): SweepOutcome => {
  const checkedAt = new Date(Date.now() + ms).toISOString();
  const report = { accountId, roleName, verdict, findings: [], checkedAt } as unknown as RoleReport;
  return { roleName, verdict, report, plan: null, change: null, error: null } as SweepOutcome;
};

async function connect(t: Test, url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  t.teardown(() => client.end());
  return client;
}

async function stage(t: Test) {
  const store = await freshStore(t);
  for (const id of [one, two]) await store.accounts.put(plainAccount(id));
  let sweeps = 0;
  /** Keeps the results of a sweep, by account and role. */
  const check = async (found: Record<string, Record<string, Verdict>>) => {
    const id = `sweep_${sweeps++}`;
    await store.sweeps.start(checkSweep(id), { accountIds: Object.keys(found) }, null, 20);
    const outcomes = Object.entries(found).map(([accountId, roles]) => ({
      accountId,
      results: Object.entries(roles).map(([roleName, verdict]) =>
        resultOf(accountId, roleName, verdict, sweeps),
      ),
    }));
    await store.sweeps.keep(id, outcomes);
  };
  const stored = async () => (await runSql(store.url, 'TABLE posture_day'))[0]?.rows.length;
  const today = async () => (await store.posture.days(null, 1))[0]?.verdicts;
  return { store, check, stored, today };
}

t.test('a sweep keeps the counts of today, and writes only what has changed', async (t) => {
  const { store, check, stored, today } = await stage(t);
  t.same(await today(), {});
  await check({ [one]: { a: 'COMPLIANT', b: 'NEEDS_REPAIR' }, [two]: { a: 'NEEDS_EXTENSION' } });
  t.same(await today(), { COMPLIANT: 1, NEEDS_REPAIR: 1, NEEDS_EXTENSION: 1 });
  await runSql(store.url, `UPDATE posture_day SET day = day - 1`);
  await check({ [one]: { a: 'COMPLIANT', b: 'NEEDS_REPAIR' }, [two]: { a: 'COMPLIANT' } });
  t.equal(await stored(), 3, 'a row for the account that has changed');
  await check({ [two]: { a: 'MISSING', c: 'COMPLIANT' } });
  t.equal(await stored(), 3, 'one row a day');
  t.same(
    (await store.posture.days(null, 3)).map(({ total, verdicts }) => [total, verdicts]),
    [
      [0, {}],
      [3, { COMPLIANT: 1, NEEDS_REPAIR: 1, NEEDS_EXTENSION: 1 }],
      [4, { COMPLIANT: 2, NEEDS_REPAIR: 1, MISSING: 1 }],
    ],
  );
});

t.test('days without a row have what was known before', async (t) => {
  const { store } = await stage(t);
  await runSql(
    store.url,
    `INSERT INTO posture_day SELECT account_id, (now() AT TIME ZONE 'UTC')::date - age, compliant, 0, repair, 0
     FROM (VALUES ('${one}', 400, 7, 0), ('${one}', 100, 1, 0), ('${one}', 3, 2, 1), ('${two}', 2, 5, 0), ('${two}', 0, 0, 4), ('${gone}', 50, 90, 0))
       AS kept (account_id, age, compliant, repair)`,
  );
  const compliant = async (ids: string[] | null, days: number) =>
    (await store.posture.days(ids, days)).map(({ verdicts }) => verdicts.COMPLIANT ?? 0);
  const cases: [string[] | null, number, number[]][] = [
    [null, 5, [1, 2, 7, 7, 2]],
    [[one], 5, [1, 2, 2, 2, 2]],
    [[two, gone], 3, [5, 5, 0]],
    [[], 2, [0, 0]],
    [null, 1, [2]],
  ];
  const check = async (about: string) => {
    for (const [ids, days, expected] of cases)
      t.same(await compliant(ids, days), expected, `${ids} ${days} ${about}`);
  };
  await check('at first');
  const all = await store.posture.days(null, 90);
  t.equal(all.length, 90);
  t.equal(all.at(-1)?.day, new Date().toISOString().slice(0, 10));
  t.same(
    all.map(({ day }) => day),
    all.map(({ day }) => day).toSorted(),
  );
  await store.posture.purge(new Date(Date.now() - 90 * 86_400_000));
  await check('after the old rows are gone');
  t.match(
    (await runSql(store.url, `SELECT count(*)::int FROM posture_day WHERE account_id = '${one}'`))[0]?.rows,
    [{ count: 2 }],
  );
});

t.test('a role that is forgotten is no longer counted', async (t) => {
  const { store, check, today } = await stage(t);
  await check({ [one]: { a: 'MISSING', b: 'COMPLIANT' } });
  t.same(await today(), { COMPLIANT: 1, MISSING: 1 });
  t.equal(await store.posture.purge(new Date(Date.now() + 60_000)), 1);
  t.same(await today(), { COMPLIANT: 1 });
});

t.test('two sweeps of one account at the same time are both counted', async (t) => {
  const { store, today } = await stage(t);
  const [first, second, observer] = await Promise.all([1, 2, 3].map(() => connect(t, store.url)));
  if (!first || !second || !observer) throw new Error('not connected');
  const found = (roleName: string) => [{ accountId: one, results: [resultOf(one, roleName, 'COMPLIANT')] }];
  for (const client of [first, second]) await client.query('BEGIN');
  await keepPosture(first, 'sweep_1', found('a'), false);
  const later = keepPosture(second, 'sweep_2', found('b'), false);
  // The second transaction has to wait for the first, and counts then.
  const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  while ((await observer.query(waiting)).rowCount === 0);
  await first.query('COMMIT');
  await later;
  await second.query('COMMIT');
  t.same(await today(), { COMPLIANT: 2 });
});
