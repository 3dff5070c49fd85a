import t, { type Test } from 'tap';
import { Fault } from '#src/fault.ts';
import type { RolePosture } from '#src/schema/posture.ts';
import type { RoleReport } from '#src/schema/report.ts';
import { checkSweep, plainAccount } from '#test/postgres/fixtures/check-sweep.ts';
import { freshStore, runSql } from '#test/support/postgres.ts';
import {
  clusters,
  roleName,
  startService,
  type TestAccount,
  type TestService,
} from '#test/support/service.ts';

async function stage(
  t: Test,
  count: number,
): Promise<{ service: TestService; accounts: TestAccount[]; sweep: (input?: object) => Promise<string> }> {
  const service = await startService(t, { sweepConcurrency: 4, database: { announces: true } });
  const accounts = await Promise.all(Array.from({ length: count }, () => service.account()));
  return {
    service,
    accounts,
    /** Checks and waits for the end. */
    sweep: async (input = {}) => {
      const { json } = await service.rest('POST', '/v1/sweeps', {
        operation: 'CHECK',
        select: { all: true },
        ...input,
      });
      await service.app.inject(`/v1/sweeps/${json.id}/events`);
      return json.id;
    },
  };
}

const events = async ({ databaseUrl }: TestService) =>
  ((await runSql(databaseUrl, 'SELECT body FROM verdict_event ORDER BY seq'))[0]?.rows ?? []).map(
    ({ body }) => JSON.parse(body),
  );

t.test('posture keeps the verdicts of sweeps, and a changed verdict is an event', async (t) => {
  const { service, accounts, sweep } = await stage(t, 2);
  const [one, two] = accounts as [TestAccount, TestAccount];
  one.seed(['a']);
  two.seed(['a'], { attached: [] });
  const posture = async (query = '') => (await service.rest('GET', `/v1/posture${query}`)).json;
  t.same(await posture(), {
    total: 0,
    verdicts: {},
    changedAt: null,
    oldestCheckAt: null,
    items: [],
    nextCursor: null,
  });

  const first = await sweep();
  const before = await posture();
  t.match(before, {
    total: 2,
    verdicts: { COMPLIANT: 1, NEEDS_REPAIR: 1 },
    items: [
      { accountId: one.accountId, roleName, verdict: 'COMPLIANT', findings: [], sweepId: first },
      { accountId: two.accountId, roleName, verdict: 'NEEDS_REPAIR', findings: ['POLICY_NOT_ATTACHED'] },
    ],
    nextCursor: null,
  });
  t.ok(before.items.every((item: RolePosture) => item.ageSeconds >= 0 && item.checkedAt === item.changedAt));
  t.same(await events(service), [], 'the first verdict is no change');

  await t.test('a role that now trusts another service stays in the posture', async (t) => {
    const other = {
      Effect: 'Allow',
      Principal: { Service: 'ec2.amazonaws.com' },
      Action: 'sts:AssumeRole',
    };
    one.seed([], {
      trustText: JSON.stringify({ Version: '2012-10-17', Statement: [other] }),
      attached: [],
    });
    const second = await sweep();
    const [item] = (await posture()).items;
    t.match(item, { verdict: 'NEEDS_REPAIR', sweepId: second });
    t.ok(item.changedAt > before.items[0].changedAt);
    t.match(await events(service), [
      {
        specversion: '1.0',
        id: String,
        source: 'urn:rolewright',
        type: 'io.rolewright.verdict.changed',
        subject: `${one.accountId}/${roleName}`,
        time: item.checkedAt,
        datacontenttype: 'application/json',
        data: {
          accountId: one.accountId,
          roleName,
          before: 'COMPLIANT',
          after: 'NEEDS_REPAIR',
          findings: item.findings,
          sweepId: second,
        },
      },
    ]);
  });

  await t.test('a deleted role is MISSING, and stays in the posture', async (t) => {
    service.world.deleteRole(one.accountId, roleName);
    await sweep();
    const gone = (await posture(`?accountId=${one.accountId}`)).items[0];
    t.match(gone, { verdict: 'MISSING', findings: ['ROLE_MISSING'] });
    await sweep();
    const still = (await posture(`?accountId=${one.accountId}`)).items[0];
    t.ok(still.checkedAt > gone.checkedAt);
    t.equal(still.changedAt, gone.changedAt);
    t.equal((await events(service)).length, 2);
  });

  await t.test('a failed check, a dry run and an extension do not change the posture', async (t) => {
    const known = (await posture(`?accountId=${two.accountId}`)).items;
    service.world.addFaults({
      fail: [{ accountId: two.accountId, kind: 'error', action: 'iam:GetAccountAuthorizationDetails' }],
    });
    await sweep();
    t.match((await posture(`?accountId=${two.accountId}`)).items, [
      { checkedAt: known[0].checkedAt, verdict: 'NEEDS_REPAIR' },
    ]);
    one.seed(['a']);
    await sweep({ dryRun: true });
    await sweep({ operation: 'EXTEND', clusters: clusters('b'), roleName });
    t.match((await posture(`?accountId=${one.accountId}`)).items, [{ verdict: 'MISSING' }]);
    await sweep({ select: { accountIds: [one.accountId] }, roleName, clusters: clusters('z') });
    t.match((await posture(`?accountId=${one.accountId}`)).items, [
      { verdict: 'NEEDS_EXTENSION', findings: ['CLUSTER_NOT_LISTED'] },
    ]);
    t.match((await events(service)).at(-1), { data: { before: 'MISSING', after: 'NEEDS_EXTENSION' } });
  });
});

t.test('counts, filters and pages', async (t) => {
  const { service, accounts, sweep } = await stage(t, 4);
  for (const [i, account] of accounts.entries()) {
    account.seed(['a']);
    account.seed(['a'], { roleName: 'another', ...(i % 2 && { attached: [] }) });
    const labels = { team: i < 2 ? 'payments' : 'search' };
    await service.rest('PUT', `/v1/accounts/${account.accountId}`, {
      name: ['Payments-Prod', 'payments-dev', 'Suche 100%', 'search'][i],
      externalId: 'ext-1',
      labels,
    });
  }
  await sweep();
  const posture = async (query = '') => (await service.rest('GET', `/v1/posture${query}`)).json;
  const all = await posture();
  t.match(all, { total: 8, verdicts: { COMPLIANT: 6, NEEDS_REPAIR: 2 }, nextCursor: null });
  t.equal(
    all.changedAt,
    all.items
      .map(({ changedAt }: RolePosture) => changedAt)
      .sort()
      .at(-1),
  );
  t.equal(
    all.oldestCheckAt,
    all.items
      .map(({ checkedAt }: RolePosture) => checkedAt)
      .sort()
      .at(0),
  );

  const paged: RolePosture[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { items: RolePosture[]; nextCursor: string | null } = await posture(
      `?limit=3${cursor && `&cursor=${cursor}`}`,
    );
    t.ok(page.items.length <= 3);
    paged.push(...page.items);
    cursor = page.nextCursor;
  }
  const names = (items: RolePosture[]) => items.map(({ accountId, roleName }) => `${accountId} ${roleName}`);
  t.same(names(paged), names(all.items));
  t.same(names(paged), [...new Set(names(paged))]);

  const cases: [string, object][] = [
    ['?verdict=NEEDS_REPAIR', { total: 8, items: { length: 2 } }],
    ['?label=team=payments', { total: 4, verdicts: { COMPLIANT: 3, NEEDS_REPAIR: 1 }, items: { length: 4 } }],
    [
      '?label=team=payments&verdict=NEEDS_REPAIR',
      { total: 4, items: [{ accountId: accounts[1]?.accountId, roleName: 'another' }] },
    ],
    [`?accountId=${accounts[0]?.accountId}`, { total: 2, items: { length: 2 } }],
    ['?label=team=nobody', { total: 0, verdicts: {}, items: { length: 0 } }],
    ['?finding=POLICY_NOT_ATTACHED', { total: 2, verdicts: { NEEDS_REPAIR: 2 }, items: { length: 2 } }],
    ['?finding=ROLE_MISSING', { total: 0, verdicts: {}, items: { length: 0 } }],
    ['?finding=POLICY_NOT_ATTACHED&verdict=COMPLIANT', { total: 2, items: { length: 0 } }],
    ['?q=payments', { total: 4, verdicts: { COMPLIANT: 3, NEEDS_REPAIR: 1 }, items: { length: 4 } }],
    ['?q=PROD', { total: 2, items: { length: 2 } }],
    ['?q=prod another', { total: 1, items: [{ accountId: accounts[0]?.accountId, roleName: 'another' }] }],
    ['?q=fargate&limit=3', { total: 4, items: { length: 3 }, nextCursor: String }],
    [`?q=${accounts[3]?.accountId}`, { total: 2, items: { length: 2 } }],
    ['?q=100%25', { total: 2 }],
    ['?q=_', { total: 0 }],
    ['?q=prod dev', { total: 0 }],
    [`?changedSince=${all.changedAt}`, { items: [{ changedAt: all.changedAt }] }],
    ['?changedSince=2020-01-01', { total: 8 }],
    ['?changedSince=2120-01-01T00:00:00Z', { total: 0, verdicts: {} }],
    ['?q=another&finding=POLICY_NOT_ATTACHED&label=team=search', { total: 1, items: { length: 1 } }],
  ];
  for (const [query, expected] of cases) t.match(await posture(query), expected, query);

  await service.rest('DELETE', `/v1/accounts/${accounts[0]?.accountId}`);
  t.match(await posture(), { total: 6 }, 'unregistered accounts are not shown');
});

t.test('counts are grouped by the properties that permissions depend on', async (t) => {
  const store = await freshStore(t);
  const rows = ['1', '2', '3'].flatMap((n) =>
    ['A', 'B'].map((role) => ({ id: n.repeat(12), role, team: n === '3' ? 'search' : 'payments' })),
  );
  for (const { id, role, team } of rows)
    await runSql(
      store.url,
      `INSERT INTO account (account_id, name, partition, labels, updated_at) VALUES ('${id}', 'n${id}', 'aws', '{"team": "${team}"}', now())
         ON CONFLICT DO NOTHING;
       INSERT INTO posture (account_id, role_key, role_name, verdict, findings, checked_at, changed_at, sweep_id)
         VALUES ('${id}', '${role.toLowerCase()}', '${role}', 'COMPLIANT', '{}', '2026-11-24', '2026-11-2${id[0]}', 's')`,
    );
  const cases: [{ accounts: boolean; labels: boolean; roleNames: boolean }, number[]][] = [
    [{ accounts: false, labels: false, roleNames: false }, [6]],
    [{ accounts: false, labels: true, roleNames: false }, [4, 2]],
    [{ accounts: false, labels: false, roleNames: true }, [3, 3]],
    [{ accounts: true, labels: false, roleNames: false }, [2, 2, 2]],
    [{ accounts: true, labels: true, roleNames: true }, [1, 1, 1, 1, 1, 1]],
  ];
  for (const [apart, expected] of cases) {
    const counts = await store.posture.counts({}, apart);
    t.same(
      counts
        .map(({ roles }) => roles)
        .sort()
        .toReversed(),
      expected,
      JSON.stringify(apart),
    );
    t.same(
      Math.max(...counts.map(({ changedAt }) => changedAt.getTime())),
      Date.parse('2026-11-23T00:00:00Z'),
    );
    if (apart.labels || apart.accounts)
      for (const { accountId, account } of counts)
        t.same(account, {
          name: `n${accountId}`,
          partition: 'aws',
          labels: { team: accountId[0] === '3' ? 'search' : 'payments' },
        });
  }
  t.match(
    await store.posture.counts(
      { labels: { team: 'search' } },
      { accounts: false, labels: false, roleNames: false },
    ),
    [{ roles: 2 }],
  );
});

t.test('late results of a paused worker change nothing', async (t) => {
  const store = await freshStore(t, { announces: true });
  const accountId = '111122223333';
  await store.accounts.put(plainAccount(accountId));
  await store.sweeps.start(checkSweep('sweep_1'), { all: true }, null, 20);
  const found = (verdict: 'COMPLIANT' | 'MISSING', second: number) => {
    const report = {
      accountId,
      roleName,
      verdict,
      findings: [],
      checkedAt: `2026-11-24T00:00:0${second}.000Z`,
    } as unknown as RoleReport;
    return [{ accountId, results: [{ roleName, verdict, report, plan: null, change: null, error: null }] }];
  };
  await store.sweeps.keep('sweep_1', found('COMPLIANT', 1));
  await store.sweeps.keep('sweep_1', found('MISSING', 2));
  const known = async () => store.posture.list({ after: null, limit: 10 });
  t.match(await known(), [{ verdict: 'COMPLIANT', checkedAt: new Date('2026-11-24T00:00:01Z') }]);

  await t.test('and neither is kept without the other', async (t) => {
    await store.sweeps.start(checkSweep('sweep_2'), { all: true }, null, 20);
    await runSql(store.url, 'REVOKE INSERT ON sweep_result FROM rolewright');
    await t.rejects(store.sweeps.keep('sweep_2', found('MISSING', 3)), { code: 'UNAVAILABLE' });
    t.match(await known(), [{ verdict: 'COMPLIANT' }]);
    t.same((await runSql(store.url, 'SELECT FROM verdict_event'))[0]?.rows, []);
    await runSql(store.url, 'GRANT INSERT ON sweep_result TO rolewright');
    await store.sweeps.keep('sweep_2', found('MISSING', 3));
    t.match(await known(), [{ verdict: 'MISSING', sweepId: 'sweep_2' }]);
    t.equal((await runSql(store.url, 'SELECT FROM verdict_event'))[0]?.rows.length, 1);
  });

  await t.test('a role that is MISSING for long is deleted from the posture', async (t) => {
    t.equal(await store.posture.purge(new Date('2026-11-24T00:00:03Z')), 0);
    t.equal(await store.posture.purge(new Date('2026-11-24T00:00:04Z')), 1);
    t.same(await known(), []);
  });
});

t.test(
  'while the database refuses both of its queries, the answer is 503, and nothing is left unhandled',
  async (t) => {
    const refused = new Fault('UNAVAILABLE', 'The database did not answer.');
    const later = Promise.withResolvers<never>();
    // The first query fails while the second is still running.
    const posture = { list: async () => await Promise.reject(refused), counts: () => later.promise };
    const service = await startService(t, { deps: (real) => ({ posture: { ...real.posture, ...posture } }) });
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', note);
    t.teardown(() => process.off('unhandledRejection', note));
    const answer = service.rest('GET', '/v1/posture');
    await new Promise(setImmediate);
    later.reject(refused);
    t.equal((await answer).status, 503);
    const { json } = await service.graphql(
      `{ ${Array.from({ length: 10 }, (_, i) => `p${i}: posture { total }`).join(' ')} }`,
    );
    t.match(json.errors, [{ extensions: { code: 'UNAVAILABLE' } }]);
    await new Promise(setImmediate);
    t.same(unhandled, []);
  },
);
