import t from 'tap';
import { createPermissions } from '#src/permissions/cedar.ts';
import { authenticateAnyone, headersOf } from '#test/support/callers.ts';
import { roleName, startService } from '#test/support/service.ts';

t.test('who sees which results of clusters, and which counters', async (t) => {
  const forbidTo = (group: string, action: string, when = 'true') =>
    `forbid (principal in Rolewright::Group::"${group}", action == Rolewright::Action::"${action}", resource) when { ${when} };`;
  const ofRole = `context has roleName && context.roleName == "${roleName.toLowerCase()}"`;
  const policies = [
    'permit (principal, action, resource);',
    forbidTo('no-clusters', 'fargateReadiness'),
    forbidTo('no-role', 'checkExecutionRole', ofRole),
    forbidTo('no-account', 'account'),
  ].join('\n');
  const service = await startService(t, {
    sweepConcurrency: 1,
    authenticate: () => authenticateAnyone,
    deps: () => ({ permissions: createPermissions(policies) }),
  });
  const as = (...groups: string[]) => headersOf(groups, { actor: { subject: groups.join(), issuer: null } });
  const account = await service.account();
  const { accountId } = account;
  account.seed(['*']);
  for (const [name, profiles] of [
    ['pods', [{ name: 'default' }]],
    ['nodes', []],
  ] as const)
    service.world.putCluster({ accountId, region: 'us-west-2', name, profiles: [...profiles] });
  const run = async (caller: Record<string, string>) => {
    const body = {
      operation: 'READINESS',
      select: { accountIds: [accountId] },
      regions: ['us-west-2', 'eu-west-1'],
    };
    const { json } = await service.rest('POST', '/v1/sweeps', body, caller);
    await service.app.inject({ url: `/v1/sweeps/${json.id}/events`, headers: caller });
    return `/v1/sweeps/${json.id}`;
  };
  const sweep = await run(as('owner'));

  const verdicts = { READY: 2 };
  const cases: [group: string, seen: string[], counted: object][] = [
    ['owner', ['eu-west-1/null', 'us-west-2/nodes', 'us-west-2/pods'], { total: 1, done: 1, verdicts }],
    ['anybody', ['eu-west-1/null', 'us-west-2/nodes', 'us-west-2/pods'], { total: 1, done: 1, verdicts }],
    ['no-clusters', [], { total: 0, done: 0, verdicts: {} }],
    ['no-role', ['eu-west-1/null', 'us-west-2/nodes'], { total: 1 }],
  ];
  for (const [group, seen, counted] of cases) {
    const { items } = (await service.rest('GET', `${sweep}/results`, undefined, as(group))).json;
    t.same(
      items
        .map(({ region, clusterName }: { region: string; clusterName: string }) => `${region}/${clusterName}`)
        .sort(),
      seen,
      group,
    );
    t.match((await service.rest('GET', sweep, undefined, as(group))).json, counted, `${group}: counters`);
  }

  // The sweep asks in the name of who started it.
  const items = async (caller: Record<string, string>) =>
    (await service.rest('GET', `${await run(caller)}/results`, undefined, as('owner'))).json.items;
  t.match(await items(as('no-clusters')), [{ region: null, error: { code: 'FORBIDDEN' } }]);
  const pods = (await items(as('no-role'))).find(
    (one: { clusterName: string }) => one.clusterName === 'pods',
  );
  t.match(pods, {
    verdict: 'UNKNOWN',
    readiness: { findings: [{ message: `You may not check the role ${roleName}.` }] },
  });
});
