import t, { type Test } from 'tap';
import { type ServiceOptions, startService, type TestAccount } from '#test/support/service.ts';

const west = 'us-west-2';
interface Finding {
  code: string;
  remedy: string;
}

/** A service, and an account with a role for `kept`, `old` and `older`, of which EKS shows these now. */
async function start(t: Test, options: ServiceOptions = {}) {
  const service = await startService(t, options);
  const { world, rest } = service;
  const account = await service.account();
  const { accountId } = account;
  const put = (name: string, region = west) => world.putCluster({ accountId, region, name });
  const remove = (name: string, region = west) => world.deleteCluster(accountId, region, name);
  const look = (name: string, region = west) =>
    rest('GET', `/v1/accounts/${accountId}/clusters/${region}/${name}/fargate-readiness`);
  /** Shows clusters to the service, then deletes them, and shows that too. */
  const forget = async (...names: string[]) => {
    for (const name of names) {
      put(name);
      await look(name);
      remove(name);
      await look(name);
    }
    world.clearCalls(accountId);
  };
  const prune = (query = '', payload: object = {}, headers = {}) =>
    rest('POST', `${account.role}/prune${query}`, payload, headers);
  const codes = async () =>
    ((await rest('GET', account.role)).json.findings as Finding[]).map(({ code }) => code);
  return { ...service, account, accountId, put, remove, look, forget, prune, codes };
}

const linesIn = (account: TestAccount) =>
  [...account.trust().matchAll(/fargateprofile\/([^/"]*)\//g)].map(([, name]) => name);

t.test('apply, and its record', async (t) => {
  const { account, accountId, put, forget, prune, codes, rest, changes } = await start(t);
  account.seed(['kept', 'old', 'older']);
  put('kept');
  await forget('old', 'older');
  t.same(await codes(), ['CLUSTER_GONE', 'CLUSTER_GONE']);
  const dry = await prune('?dryRun=true');
  t.equal(dry.status, 200);
  t.equal(dry.json.change, null);
  t.same(
    dry.json.plan.effects.clustersLost.map(({ name }: { name: string }) => name),
    ['old', 'older'],
  );
  t.same(linesIn(account), ['kept', 'old', 'older'], 'a dry run writes nothing');
  const { status, json } = await prune('', { reason: 'CHG-7' });
  t.equal(status, 200);
  t.match(json, { change: { kind: 'RETRACT', outcome: 'SUCCEEDED', reason: 'CHG-7' }, lineKept: null });
  t.same(linesIn(account), ['kept']);
  t.same(await codes(), [], 'sent as the remedy says, the finding is gone');
  t.equal((await changes(accountId)).length, 1);
  for (const search of ['cluster=us-west-2/old', 'cluster=us-west-2/older', 'q=older'])
    t.match(
      (await rest('GET', `/v1/changes?accountId=${accountId}&${search}`)).json.items,
      [{ id: json.change.id, clusters: ['old', 'older'].map((name) => ({ region: west, name })) }],
      `the history has it under the clusters whose lines went: ${search}`,
    );
  const again = await prune();
  t.equal(again.status, 200);
  t.match(again.json, { change: null, plan: { steps: [] } }, 'nothing is left to prune');
  const check = await rest('POST', `${account.role}/check`, { clusters: [{ region: west, name: 'kept' }] });
  t.equal(check.json.verdict, 'COMPLIANT');
});

t.test('EKS is asked now, with the fewest calls', async (t) => {
  const rows: [
    what: string,
    gone: string[],
    back: string[],
    calls: Record<string, number>,
    left: string[],
  ][] = [
    ['one: it is read', ['old'], [], { 'eks:DescribeCluster': 1 }, ['kept', 'older']],
    ['two: the Region is listed', ['old', 'older'], [], { 'eks:ListClusters': 1 }, ['kept']],
    ['one that is back', ['old'], ['old'], { 'eks:DescribeCluster': 1 }, ['kept', 'old', 'older']],
    ['one of two is back', ['old', 'older'], ['old'], { 'eks:ListClusters': 1 }, ['kept', 'old']],
    ['none is gone', [], [], {}, ['kept', 'old', 'older']],
  ];
  for (const [what, gone, back, expected, left] of rows) {
    const { account, forget, put, prune } = await start(t);
    account.seed(['kept', 'old', 'older']);
    await forget(...gone);
    for (const name of back) put(name);
    await prune();
    const calls = Object.fromEntries(
      Object.entries(account.calls()).filter(([action]) => /^eks:(List|Describe)Clusters?$/.test(action)),
    );
    t.same(calls, expected, what);
    t.same(linesIn(account), left, what);
  }
});

t.test('lines that stay', async (t) => {
  const rows: [
    what: string,
    given: (x: Awaited<ReturnType<typeof start>>) => Promise<void>,
    left: (account: TestAccount) => (string | undefined)[],
  ][] = [
    [
      'of a claimed cluster',
      async ({ account, rest, forget }) => {
        account.seed(['kept', 'old']);
        await rest('PUT', `${account.role}/clusters/${west}/old?claimant=tf`);
        await forget('old');
      },
      () => ['kept', 'old'],
    ],
    [
      'of a cluster that was never shown',
      async ({ account, look, forget }) => {
        account.seed(['kept', 'old', 'new']);
        await look('new');
        await forget('old');
      },
      () => ['kept', 'new'],
    ],
    [
      'with wildcards',
      async ({ account, forget }) => {
        account.seed(['kept', 'ol*', 'old']);
        await forget('old');
      },
      () => ['kept', 'ol*'],
    ],
  ];
  for (const [what, given, left] of rows) {
    const started = await start(t);
    await given(started);
    const { status, json } = await started.prune();
    t.equal(status, 200, what, { json });
    t.same(linesIn(started.account), left(started.account), what);
  }
});

t.test('refusals', async (t) => {
  const { account, accountId, forget, prune, rest, changes, world } = await start(t);
  account.seed(['old']);
  await forget('old');
  const last = await prune();
  t.match(last, { status: 409, json: { code: 'LAST_CLUSTER' } });
  t.match(await changes(accountId), [
    { kind: 'RETRACT', outcome: 'FAILED', error: { code: 'LAST_CLUSTER' } },
  ]);
  const { findings } = (await rest('GET', account.role)).json as { findings: Finding[] };
  t.match(findings.find(({ code }) => code === 'CLUSTER_GONE')?.remedy, /^Add a line for a cluster/);
  account.seed(['kept', 'old']);
  t.match(await prune('', {}, { 'if-match': '"other"' }), { status: 412, json: { code: 'ROLE_CHANGED' } });
  world.addFaults({
    fail: [{ accountId, action: 'eks:DescribeCluster', code: 'ServerException', times: 9 }],
  });
  t.match(await prune(), { status: 502, json: { code: 'AWS_FAILED' } });
  t.match((await changes(accountId))[0], { outcome: 'FAILED', error: { code: 'AWS_FAILED' } }, 'logged too');
  t.same(linesIn(account), ['kept', 'old']);
});

t.test('clusters that AWS hides are not gone, and the answer says why', async (t) => {
  const { account, accountId, forget, prune, world } = await start(t);
  account.seed(['kept', 'old']);
  await forget('old');
  world.addFaults({
    fail: [{ accountId, action: 'eks:DescribeCluster', code: 'AccessDeniedException', status: 403 }],
  });
  t.match(await prune('?dryRun=true'), {
    status: 502,
    json: { code: 'AWS_FAILED', detail: /not known: AWS denies eks:DescribeCluster/ },
  });
  t.same(linesIn(account), ['kept', 'old']);
});

t.test('a request that is repeated under its key prunes once', async (t) => {
  const { account, forget, prune } = await start(t);
  account.seed(['kept', 'old']);
  await forget('old');
  const key = { 'idempotency-key': 'one' };
  const first = await prune('', {}, key);
  const again = await prune('', {}, key);
  t.equal(again.headers['idempotency-replayed'], 'true');
  t.equal(again.json.change.id, first.json.change.id);
  t.equal(account.ledger().length, 1);
});

t.test('GraphQL: a flat input', async (t) => {
  const { account, accountId, forget, graphql } = await start(t);
  account.seed(['kept', 'old']);
  await forget('old');
  const mutation =
    'mutation ($input: PruneExecutionRoleInput!) { pruneExecutionRole(input: $input) { plan { steps { action } } change { kind } } }';
  const input = { accountId, roleName: account.role.split('/').at(-1) };
  const dry = await graphql(mutation, { input: { ...input, dryRun: true } });
  t.match(dry.json.data.pruneExecutionRole, {
    plan: { steps: [{ action: 'iam:UpdateAssumeRolePolicy' }] },
    change: null,
  });
  t.equal((await graphql(mutation, { input })).json.data.pruneExecutionRole.change.kind, 'RETRACT');
  t.same(linesIn(account), ['kept']);
});

t.test('the findings stand in discovery and in a sweep', async (t) => {
  const { account, accountId, forget, rest } = await start(t, { sweepConcurrency: 2 });
  account.seed(['kept', 'old']);
  await forget('old');
  const [listed] = (await rest('GET', account.roles)).json.items;
  t.match(listed.findings, [{ code: 'CLUSTER_GONE' }]);
  const { json: sweep } = await rest('POST', '/v1/sweeps', {
    operation: 'CHECK',
    select: { accountIds: [accountId] },
  });
  const resultsOf = async () => (await rest('GET', `/v1/sweeps/${sweep.id}/results`)).json.items;
  const deadline = performance.now() + 60_000;
  let results = await resultsOf();
  while (results.length === 0 && performance.now() < deadline) {
    await new Promise(setImmediate);
    results = await resultsOf();
  }
  t.match(results[0].report.findings, [{ code: 'CLUSTER_GONE' }]);
});

t.test('a quota that is full names what EKS shows', async (t) => {
  const { account, accountId, rest, world, look } = await start(t);
  const names = Array.from({ length: 22 }, (_, i) => `cluster-of-20-chars-${i}`);
  account.seed(names);
  world.putCluster({ accountId, region: west, name: 'elsewhere' });
  await look('elsewhere');
  const { json } = await rest('POST', `${account.role}/extend`, {
    clusters: Array.from({ length: 8 }, (_, i) => ({ region: west, name: `another-of-20-chars-${i}` })),
  });
  t.equal(json.code, 'QUOTA_EXCEEDED');
  t.ok(
    json.suggestion.alsoLetsIn.some(({ name }: { name: string }) => name === 'elsewhere'),
    'a wildcard would let it in too',
  );
});

t.test('MERGE that confines an open statement names the clusters whose profiles use the role', async (t) => {
  const { account, accountId, rest, world, look, settled } = await start(t);
  account.seed([], {
    trustText: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'eks-fargate-pods.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      ],
    }),
  });
  for (const [name, roleName] of [
    ['user', 'AmazonEKSFargatePodExecutionRole'],
    ['other', 'Another'],
  ] as const) {
    world.putCluster({ accountId, region: west, name, profiles: [{ name: 'default', roleName }] });
    await look(name);
  }
  // Profiles are remembered behind the answer.
  await settled();
  const { json } = await rest('POST', `${account.role}/extend?dryRun=true`, {
    clusters: [{ region: west, name: 'new' }],
    onMismatch: 'MERGE',
  });
  const lost = json.plan.effects.clustersLost.map(({ name }: { name: string }) => name);
  t.ok(lost.includes('user'));
  t.notOk(lost.includes('other'));
});
