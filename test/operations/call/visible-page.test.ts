import t from 'tap';
import { readVisiblePage } from '#src/operations/call/visible-page.ts';
import { createPermissions } from '#src/permissions/cedar.ts';
import type { Sweep } from '#src/schema/sweep.ts';
import { authenticateAnyone, headersOf, teamPolicies } from '#test/support/callers.ts';
import { runSql } from '#test/support/postgres.ts';
import { startService } from '#test/support/service.ts';

/** A list of numbers from 1, and how often it was read. */
const listOf = (length: number) => {
  let reads = 0;
  const read = async (from: number | null, size: number) => {
    reads += 1;
    return Array.from({ length }, (_, i) => i + 1)
      .filter((n) => n > (from ?? 0))
      .slice(0, size);
  };
  return { read, reads: () => reads };
};
const page = (
  list: ReturnType<typeof listOf>,
  see: (n: number) => boolean,
  limit: number,
  from: number | null = null,
  hasPrivatePlaces = false,
) =>
  readVisiblePage<number, number>(
    { limit, from, hasPrivatePlaces },
    list.read,
    (n) => n,
    (items) => items.filter(see),
  );

t.test('a page is full, and the next begins after its last item', async (t) => {
  const rows: [
    what: string,
    length: number,
    see: (n: number) => boolean,
    limit: number,
    items: number[],
    next: number | null,
  ][] = [
    ['all is seen', 5, () => true, 2, [1, 2], 2],
    ['all is seen, and it is all', 2, () => true, 2, [1, 2], null],
    ['nothing is there', 0, () => true, 2, [], null],
    ['nothing is seen', 500, () => false, 2, [], null],
    ['every second', 9, (n) => n % 2 === 0, 2, [2, 4], 4],
    ['what follows is not seen', 9, (n) => n < 3, 2, [1, 2], null],
    ['the last one alone', 700, (n) => n === 700, 2, [700], null],
    ['one more than the page, far off', 700, (n) => n < 3 || n === 700, 2, [1, 2], 2],
  ];
  for (const [what, length, see, limit, items, next] of rows)
    t.same(await page(listOf(length), see, limit), { items, next }, what);
});

t.test('when everything is visible, one read is enough', async (t) => {
  for (const limit of [2, 5]) {
    const list = listOf(5);
    await page(list, () => true, limit);
    t.equal(list.reads(), 1, `${limit} a page`);
  }
});

t.test('a page is bounded work, and has a cursor to continue', async (t) => {
  const list = listOf(100_000);
  const first = await page(list, (n) => n === 5 || n > 1500, 2);
  t.same(first.items, [5]);
  t.ok(first.next !== null && first.next >= 1000 && first.next < 1300);
  t.ok(list.reads() <= 6);
  t.same(await page(list, (n) => n === 5 || n > 1500, 2, first.next), { items: [1501, 1502], next: 1502 });
});

t.test('whatever the limit, the pages together are the visible items', async (t) => {
  for (const limit of [1, 2, 7, 100]) {
    const list = listOf(3000);
    const see = (n: number) => n % 97 === 0 || (n > 2000 && n < 2050);
    const all: number[] = [];
    let from: number | null = null;
    do {
      const { items, next }: { items: number[]; next: number | null } = await page(list, see, limit, from);
      all.push(...items);
      from = next;
    } while (from !== null);
    t.same(all, Array.from({ length: 3000 }, (_, i) => i + 1).filter(see), `${limit} a page`);
  }
});

t.test('when a cursor would reveal an item, no page ends at a hidden one', async (t) => {
  const see = (n: number) => n > 2500 && n % 2 === 0;
  t.same(await page(listOf(2510), see, 2, null, true), { items: [2502, 2504], next: 2504 });
  t.same(await page(listOf(2510), see, 5, null, true), { items: [2502, 2504, 2506, 2508, 2510], next: null });
  t.same(await page(listOf(5000), () => false, 5, null, true), { items: [], next: null });
  const list = listOf(2510);
  await page(list, see, 2, null, true);
  t.ok(list.reads() < 15, 'in steps');
});

t.test('2,500 accounts that a caller may not see are not in a cursor either', async (t) => {
  const { rest, databaseUrl } = await startService(t, {
    authenticate: () => authenticateAnyone,
    deps: () => ({ permissions: createPermissions(teamPolicies) }),
  });
  // None of the first 2,500, then two, then none.
  const [first, second] = ['200000002501', '200000002502'];
  await runSql(
    databaseUrl,
    `INSERT INTO account (account_id, name, partition, labels, updated_at)
     SELECT 200000000000 + i, 'n', 'aws', jsonb_build_object('team', CASE WHEN i IN (2501, 2502) THEN 'payments' ELSE 'core' END), now()
     FROM generate_series(1, 4000) AS i`,
    `INSERT INTO posture (account_id, role_key, role_name, verdict, findings, checked_at, changed_at, sweep_id)
     SELECT account_id, 'r', 'R', 'COMPLIANT', '{}', now(), now(), 's' FROM account`,
  );
  for (const path of ['accounts', 'posture']) {
    const read = async (cursor = '') =>
      (await rest('GET', `/v1/${path}?limit=1${cursor}`, undefined, headersOf(['viewers', 'payments'])))
        .json as {
        items: { accountId: string }[];
        nextCursor: string | null;
      };
    const page = await read();
    t.match(page.items, [{ accountId: first }], path);
    t.match(Buffer.from(page.nextCursor ?? '', 'base64url').toString(), first);
    t.match(
      await read(`&cursor=${page.nextCursor}`),
      { items: [{ accountId: second }], nextCursor: null },
      `${path}: and no more`,
    );
  }
  const query = '{ accounts(first: 5) { edges { node { accountId } } pageInfo { hasNextPage } } }';
  const { data } = (await rest('POST', '/graphql', { query }, headersOf(['viewers', 'payments']))).json;
  t.match(data.accounts, {
    edges: [{ node: { accountId: first } }, { node: { accountId: second } }],
    pageInfo: { hasNextPage: false },
  });
});

t.test('the lists of the service', async (t) => {
  const { account, rest } = await startService(t, {
    authenticate: () => authenticateAnyone,
    deps: () => ({ permissions: createPermissions(teamPolicies) }),
  });
  const mine: string[] = [];
  const teams = ['core', 'payments', 'core', 'core', 'payments', 'payments', 'core', 'payments', 'core'];
  for (const team of teams) {
    const { accountId, role, seed } = await account({ labels: { team } });
    if (team === 'payments') mine.push(accountId);
    seed(['a']);
    await rest('PUT', `${role}/clusters/us-west-2/b`, {}, headersOf(['operators', team]));
  }
  type Page = { items: { accountId: string }[]; nextCursor: string | null; previousCursor: string | null };
  const read = async (path: string, cursor: string | null): Promise<Page> =>
    (
      await rest(
        'GET',
        `/v1/${path}?limit=2${cursor ? `&cursor=${cursor}` : ''}`,
        undefined,
        headersOf(['viewers', 'payments']),
      )
    ).json;
  for (const [path, expected] of [
    ['accounts', mine],
    ['changes', mine.toReversed()],
  ] as const) {
    const first = await read(path, null);
    const second = await read(path, first.nextCursor);
    t.same(
      [...first.items, ...second.items].map(({ accountId }) => accountId),
      expected,
      path,
    );
    t.equal(first.items.length, 2, `${path}: a full page`);
    t.equal(second.nextCursor, null, `${path}: and no empty one after the last`);
    if (path === 'accounts') continue;
    const back = await read(path, second.previousCursor);
    t.same(back.items, first.items, 'the way back');
    t.equal(back.previousCursor, null);
    t.same((await read(path, back.nextCursor)).items, second.items, 'and on again');
  }
  // In GraphQL only endCursor shows that a page was cut off.
  const query = '{ accounts(first: 2) { edges { cursor } pageInfo { hasNextPage endCursor } } }';
  const { data } = (await rest('POST', '/graphql', { query }, headersOf(['viewers', 'payments']))).json;
  t.same(data.accounts.pageInfo, { hasNextPage: true, endCursor: data.accounts.edges[1].cursor });
});

t.test(
  'the results of a sweep in pages and lines; a sweep gives no permission to write an account',
  async (t) => {
    const { account, rest, app } = await startService(t, {
      authenticate: () => authenticateAnyone,
      deps: () => ({ permissions: createPermissions(teamPolicies) }),
      sweepConcurrency: 2,
    });
    const [mine, theirs] = [
      await account({ labels: { team: 'payments' } }),
      await account({ labels: { team: 'core' } }),
    ];
    for (const { seed } of [mine, theirs]) seed(['a']);
    const select = { accountIds: [mine.accountId, theirs.accountId] };
    const payload = { operation: 'EXTEND', select, clusters: [{ region: 'us-west-2', name: 'b' }] };
    const started = await rest('POST', '/v1/sweeps', payload, headersOf(['operators', 'payments']));
    t.equal(started.status, 202);
    const url = `/v1/sweeps/${started.json.id}/results`;
    // It ends when the sweep does.
    const lines = async (team: string) => {
      const { body } = await app.inject({
        url: `${url}?format=ndjson`,
        headers: headersOf(['viewers', team]),
      });
      return body
        .split('\n')
        .filter(Boolean)
        .map(
          (line) =>
            JSON.parse(line) as { accountId: string; error: { code: string } | null; change: object | null },
        );
    };
    t.match(await lines('payments'), [{ accountId: mine.accountId, error: null, change: { via: 'SWEEP' } }]);
    t.match(await lines('core'), [
      { accountId: theirs.accountId, error: { code: 'FORBIDDEN' }, change: null },
    ]);
    for (const [team, { accountId }] of [
      ['payments', mine],
      ['core', theirs],
    ] as const) {
      const { items, nextCursor } = (
        await rest('GET', `${url}?limit=1`, undefined, headersOf(['viewers', team]))
      ).json;
      t.same(
        [items.map((item: { accountId: string }) => item.accountId), nextCursor],
        [[accountId], null],
        team,
      );
    }
    t.equal(mine.ledger().length, 1);
    t.equal(theirs.ledger().length, 0, 'nothing was written there');
  },
);

t.test('no count includes an account that the caller may not see', async (t) => {
  const { account, rest, app, databaseUrl } = await startService(t, {
    authenticate: () => authenticateAnyone,
    deps: () => ({ permissions: createPermissions(teamPolicies) }),
    sweepConcurrency: 2,
  });
  const teams = ['payments', 'core', 'core', 'payments', 'core'];
  const accounts = await Promise.all(teams.map((team) => account({ labels: { team } })));
  for (const { seed } of accounts) seed(['a']);
  const [, first] = accounts;
  if (first) first.seed(['a'], { roleName: 'another' });
  const as = (team: string, ...groups: string[]) =>
    headersOf(['operators', team, ...groups], { actor: { subject: team, issuer: null } });
  const everybody = as('payments', 'core');
  const swept = async (headers: Record<string, string>, select: object) => {
    const { json } = await rest('POST', '/v1/sweeps', { operation: 'CHECK', select }, headers);
    await app.inject({ url: `/v1/sweeps/${json.id}/results?format=ndjson`, headers });
    return json.id as string;
  };

  const own = await swept(as('payments'), { all: true });
  t.match((await rest('GET', `/v1/sweeps/${own}`, undefined, as('payments'))).json, {
    total: 2,
    done: 2,
    failed: 0,
    verdicts: { COMPLIANT: 2 },
  });
  t.match(
    (
      await rest(
        'GET',
        `/v1/sweeps/${await swept(as('payments'), { labels: { team: 'core' } })}`,
        undefined,
        as('payments'),
      )
    ).json,
    {
      total: 0,
      state: 'DONE',
    },
  );

  const all = await swept(
    headersOf(['operators', 'payments', 'core'], { actor: { subject: 'platform', issuer: null } }),
    { all: true },
  );
  const expected: [who: Record<string, string>, counts: object][] = [
    [everybody, { total: 5, done: 5, failed: 0, verdicts: { COMPLIANT: 6 } }],
    [as('payments'), { total: 2, done: 2, failed: 0, verdicts: { COMPLIANT: 2 } }],
    [as('core'), { total: 3, done: 3, failed: 0, verdicts: { COMPLIANT: 4 } }],
    [as('nobody'), { total: 0, done: 0, failed: 0, verdicts: {} }],
  ];
  for (const [headers, counts] of expected) {
    t.match((await rest('GET', `/v1/sweeps/${all}`, undefined, headers)).json, counts);
    const { items } = (await rest('GET', '/v1/sweeps', undefined, headers)).json as { items: Sweep[] };
    t.match(
      items.find(({ id }) => id === all),
      counts,
      'in a list',
    );
    const events = (await app.inject({ url: `/v1/sweeps/${all}/events`, headers })).body;
    t.match(JSON.parse(/data: (.*)/.exec(events)?.[1] ?? '{}'), counts, 'as an event');
    const query = `{ sweep(id: "${all}") { total done failed verdicts } }`;
    t.match((await rest('POST', '/graphql', { query }, headers)).json.data.sweep, counts, 'in GraphQL');
    t.match(
      (await rest('POST', `/v1/sweeps/${all}/cancel`, undefined, headers)).json,
      counts,
      'to the caller that cancels it',
    );
  }

  // A policy about the names of roles hides them from the counts, too.
  await runSql(databaseUrl, "UPDATE posture SET verdict = 'NEEDS_REPAIR' WHERE role_name = 'another'");
  for (const [team, counts] of [
    ['payments', { total: 2, verdicts: { COMPLIANT: 2 } }],
    ['core', { total: 4, verdicts: { COMPLIANT: 3, NEEDS_REPAIR: 1 } }],
    ['nobody', { total: 0, verdicts: {}, changedAt: null, oldestCheckAt: null }],
  ] as const)
    t.match((await rest('GET', '/v1/posture', undefined, as(team))).json, counts, team);
});

t.test('a role that the caller may not see is in no count of the posture', async (t) => {
  const policies = `permit (principal, action, resource);
    forbid (principal, action == Rolewright::Action::"executionRole", resource) when { context has roleName && context.roleName like "secret*" };`;
  const { databaseUrl, rest, account } = await startService(t, {
    authenticate: () => authenticateAnyone,
    deps: () => ({ permissions: createPermissions(policies) }),
  });
  const { accountId } = await account();
  await runSql(
    databaseUrl,
    `INSERT INTO posture (account_id, role_key, role_name, verdict, findings, checked_at, changed_at, sweep_id)
     SELECT '${accountId}', name, name, verdict, '{}', now(), now(), 's' FROM (VALUES ('open', 'COMPLIANT'), ('secret', 'MISSING')) AS v (name, verdict)`,
  );
  t.match((await rest('GET', '/v1/posture')).json, {
    total: 1,
    verdicts: { COMPLIANT: 1 },
    items: { length: 1 },
  });
});
