import t from 'tap';
import { actions, operations } from '#src/operations/index.ts';
import { createPermissions } from '#src/permissions/cedar.ts';
import { defaultFile, readPolicies } from '#src/permissions/policies.ts';
import type { Identity } from '#src/schema/caller.ts';
import { authenticateAnyone, headersOf, teamPolicies } from '#test/support/callers.ts';
import { type Parts, startService } from '#test/support/service.ts';

const start = (policies: string, more: (real: Parts) => Partial<Parts> = () => ({})) =>
  startService(t, {
    authenticate: () => authenticateAnyone,
    deps: (real) => ({ ...more(real), permissions: createPermissions(policies) }),
  });
type Service = Awaited<ReturnType<typeof start>>;

async function ask(service: Service, groups: string[], accountId?: string, more: Partial<Identity> = {}) {
  const query = accountId === undefined ? '' : `?accountId=${accountId}`;
  const { status, json } = await service.rest(
    'GET',
    `/v1/caller${query}`,
    undefined,
    headersOf(groups, more),
  );
  t.equal(status, 200, JSON.stringify(json));
  return json as { subject: string; issuer: string; groups: string[]; operations: string[] };
}

/** The names of the actions in these groups of the Cedar schema, as scopes may name them. */
const named = (...groups: string[]) =>
  actions
    .filter(
      ({ name, permission }) =>
        name !== 'checkExecutionRoles' && permission.some((one) => groups.includes(one)),
    )
    .map(({ name }) => name)
    .sort();

t.test('the shipped policies: each role has what its group of actions names', async (t) => {
  const service = await start(readPolicies(defaultFile));
  const { accountId } = await service.account();
  const cases: [string, string[]][] = [
    ['rolewright-viewers', named('read')],
    ['rolewright-operators', named('read', 'write')],
    ['rolewright-auditors', [...new Set([...named('audit'), 'account', 'accounts'])].sort()],
    ['rolewright-administrators', named('read', 'write', 'audit', 'administer')],
    ['somebody', []],
  ];
  for (const [group, expected] of cases)
    for (const id of [accountId, undefined, '000000000000']) {
      const { operations, ...rest } = await ask(service, [group], id);
      t.same(operations.toSorted(), expected, `${group} ${id}`);
      t.same(rest, { subject: group, issuer: 'https://issuer.example', groups: [group], onBehalfOf: null });
    }
  t.ok(named('administer').includes('putAccount') && named('audit').includes('exportLog'));
  t.notOk(
    actions.some(({ name }) => name === operations.caller.name),
    'no policy is asked about this one',
  );
});

t.test('policies by label: in this account, or in any', async (t) => {
  const service = await start(teamPolicies);
  const [own, other] = [
    await service.account({ labels: { team: 'payments' } }),
    await service.account({ labels: { team: 'core' } }),
  ];
  const may = async (accountId?: string, groups = ['operators', 'payments']) =>
    (await ask(service, groups, accountId)).operations;
  t.ok((await may(own.accountId)).includes('extendExecutionRole'));
  t.ok((await may()).includes('extendExecutionRole'), 'in one account at least');
  const elsewhere = await may(other.accountId);
  t.notOk(elsewhere.includes('extendExecutionRole'));
  t.ok(elsewhere.includes('startSweep'), 'what is about no account does not depend on it');
  t.notOk((await may('000000000000')).includes('account'), 'an account that is not registered has no labels');
  t.notOk((await may(undefined, ['operators', 'nobody'])).includes('account'), 'in no account');
});

t.test('policies by account find the one, and ask about a thousand at most', async (t) => {
  const service = await start(
    'permit (principal in Rolewright::Group::"one", action == Rolewright::Action::"account", resource == Rolewright::Account::"900000000002") when { resource.id != "" };',
    ({ accounts }) => {
      let asked = 0;
      return {
        accounts: {
          ...accounts,
          list: async () => {
            asked += 1;
            t.ok(asked <= 3, 'it ends');
            return Array.from({ length: 500 }, (_, i) => ({
              accountId: String(900_000_000_000 + (asked - 1) * 500 + i),
              name: 'x',
              partition: 'aws',
              labels: {},
            })) as never;
          },
        },
      };
    },
  );
  t.same((await ask(service, ['one'])).operations, ['account']);
  t.same((await ask(service, ['one'], '900000000002')).operations, ['account']);
  t.same((await ask(service, ['one'], '900000000003')).operations, []);
});

t.test('the scope of a service token takes away', async (t) => {
  const service = await start(readPolicies(defaultFile));
  const [one, two] = [await service.account(), await service.account()];
  const group = ['rolewright-operators'];
  const limited = {
    scope: { operations: ['account', 'startSweep', 'changes'], accountIds: [one.accountId] },
  };
  const cases: [string | undefined, string[]][] = [
    [one.accountId, ['account', 'changes', 'startSweep']],
    [two.accountId, ['changes', 'startSweep']],
    [undefined, ['account', 'changes', 'startSweep']],
  ];
  for (const [id, expected] of cases)
    t.same((await ask(service, group, id, limited)).operations.sort(), expected, String(id));
});

t.test('what the policies cannot know yet is as the description says', async (t) => {
  const service = await start(`
    permit (principal, action == Rolewright::Action::"executionRole", resource)
    when { context has roleName && context.roleName == "a" };
    permit (principal, action == Rolewright::Action::"pruneExecutionRole", resource) when { context.dryRun };
    permit (principal, action == Rolewright::Action::"extendExecutionRole", resource);
    forbid (principal, action == Rolewright::Action::"extendExecutionRole", resource)
    when { context has profilesKnown && !context.profilesKnown };
    permit (principal, action == Rolewright::Action::"cancelSweep", resource) when { context.own };`);
  const { accountId } = await service.account();
  t.same((await ask(service, ['somebody'], accountId)).operations.sort(), [
    'cancelSweep',
    'extendExecutionRole',
  ]);
});

t.test('with AUTH=none everything is permitted to everyone', async (t) => {
  const { rest } = await startService(t);
  const { json } = await rest('GET', '/v1/caller');
  t.match(json, { subject: 'anonymous', issuer: null, groups: ['rolewright-administrators'] });
  t.same(json.operations.toSorted(), named('read', 'write', 'audit', 'administer'));
});
