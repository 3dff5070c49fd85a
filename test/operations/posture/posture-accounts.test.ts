import t from 'tap';
import { createPermissions } from '#src/permissions/cedar.ts';
import type { Posture } from '#src/ports/posture.ts';
import { authenticateAnyone, headersOf, teamPolicies } from '#test/support/callers.ts';
import { runSql } from '#test/support/postgres.ts';
import { startService } from '#test/support/service.ts';

const policies = `${teamPolicies}
  permit (principal in Rolewright::Group::"everywhere", action, resource);
  permit (principal in Rolewright::Group::"roles", action == Rolewright::Action::"posture", resource);
  permit (principal in Rolewright::Group::"roles", action == Rolewright::Action::"executionRole", resource);`;

t.test('each account has its worst verdict, and how its last check ended', async (t) => {
  let store = {} as Posture;
  const service = await startService(t, {
    sweepConcurrency: 4,
    authenticate: () => authenticateAnyone,
    deps: (real) => {
      store = real.posture;
      return { permissions: createPermissions(policies) };
    },
  });
  const all = headersOf(['everywhere']);
  const accounts = await Promise.all(
    ['payments', 'payments', 'core', 'core'].map((team) => service.account({ labels: { team } })),
  );
  const [first, second, broken, empty] = accounts.map(({ accountId }) => accountId) as [
    string,
    string,
    string,
    string,
  ];
  const read = async (query = '', headers = all) =>
    (await service.rest('GET', `/v1/posture/accounts${query}`, undefined, headers)).json;
  const sweep = async (ids: string[], headers = all) => {
    const input = { operation: 'CHECK', select: { accountIds: ids } };
    const { json } = await service.rest('POST', '/v1/sweeps', input, headers);
    await service.app.inject({ url: `/v1/sweeps/${json.id}/events`, headers });
  };
  t.match(await read(), {
    total: 4,
    unreachable: 0,
    items: [{ verdict: null, roles: 0, checkedAt: null, error: null }, {}, {}, {}],
  });

  accounts[0]?.seed(['a']);
  accounts[1]?.seed(['a']);
  accounts[1]?.seed(['a'], { roleName: 'another', attached: [] });
  service.world.addFaults({
    fail: [{ accountId: broken, kind: 'error', action: 'iam:GetAccountAuthorizationDetails' }],
  });
  await sweep([first, second, broken, empty, '999999999999']);
  const answer = await read();
  const byId = new Map(answer.items.map((one: { accountId: string }) => [one.accountId, one]));
  t.match(answer, { total: 4, unreachable: 1 });
  t.match(byId.get(first), { verdict: 'COMPLIANT', roles: 1, checkedAt: String, error: null });
  t.match(byId.get(second), { verdict: 'NEEDS_REPAIR', roles: 2, error: null });
  t.match(byId.get(broken), { verdict: null, roles: 0, checkedAt: String, error: 'AWS_FAILED' });
  t.match(byId.get(empty), { verdict: null, roles: 0, checkedAt: String, error: null });

  const cases: [string, ReturnType<typeof headersOf>, string[]][] = [
    ['?verdict=COMPLIANT', all, [first, second]],
    ['?verdict=MISSING', all, []],
    ['?finding=POLICY_NOT_ATTACHED', all, [second]],
    ['?q=another', all, [second]],
    ['?changedSince=2020-01-01', all, [first, second]],
    ['?changedSince=2120-01-01', all, []],
    [`?q=${broken}`, all, [broken]],
    ['?label=team=core', all, [broken, empty]],
    [`?accountId=${first}`, all, [first]],
    ['', headersOf(['viewers', 'payments']), [first, second]],
    ['?label=team=core', headersOf(['viewers', 'payments']), []],
    ['', headersOf(['everywhere'], { scope: { operations: null, accountIds: [empty] } }), [empty]],
  ];
  for (const [query, headers, expected] of cases) {
    const { total, items } = await read(query, headers);
    const ids = items.map(({ accountId }: { accountId: string }) => accountId);
    t.same(ids, expected.toSorted(), query);
    t.equal(total, expected.length, query);
  }
  t.match(await read('', headersOf(['auditors', 'core'])), { code: 'FORBIDDEN' });

  await t.test('a check that is not permitted is none', async (t) => {
    await sweep([first, broken], headersOf(['operators', 'search']));
    t.same(await read(), answer);
  });

  await t.test(
    'an account that can be read again has no error, and one that cannot keeps its verdict',
    async (t) => {
      service.world.clearFaults();
      await sweep([broken]);
      t.match(await read(`?accountId=${broken}`), { unreachable: 0, items: [{ error: null }] });
      service.world.addFaults({
        fail: [{ accountId: first, kind: 'error', action: 'iam:GetAccountAuthorizationDetails' }],
      });
      await sweep([first]);
      t.match(await read(`?accountId=${first}`), {
        unreachable: 1,
        items: [{ verdict: 'COMPLIANT', error: 'AWS_FAILED' }],
      });
    },
  );

  await t.test('an account that is registered no more is left out', async (t) => {
    await service.rest('DELETE', `/v1/accounts/${empty}`, undefined, all);
    t.match(await read(), { total: 3 });
    await store.purge(new Date(0));
    const [kept] = await runSql(service.databaseUrl, 'SELECT account_id FROM account_check ORDER BY 1');
    t.same(
      kept?.rows.map(({ account_id }) => account_id),
      [first, second, broken].toSorted(),
    );
  });

  await t.test('the posture has the name of an account that the caller may see', async (t) => {
    const nameFor = async (groups: string[]) =>
      (await service.rest('GET', `/v1/posture?accountId=${first}`, undefined, headersOf(groups))).json
        .items[0]?.accountName;
    t.type(await nameFor(['everywhere']), 'string');
    t.equal(await nameFor(['roles']), null);
  });
});
