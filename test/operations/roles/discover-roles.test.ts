import t from 'tap';
import {
  clusters,
  roleName,
  startService,
  statementOf,
  type TestAccount,
  trustOf,
} from '#test/support/service.ts';

const { rest, graphql, account, world } = await startService(t);

const names = ({ json }: { json: { items: { roleName: string }[] } }) =>
  json.items.map((role) => role.roleName);
const nodes = JSON.stringify({
  Version: '2012-10-17',
  Statement: { ...statementOf([]), Principal: { Service: 'ec2.amazonaws.com' }, Condition: {} },
});

/** Other roles, so that the account has `total` with its member role. */
const fill = ({ accountId }: TestAccount, total: number) => {
  for (let i = 1; i < total; i++) world.putRole({ accountId, roleName: `app-${i}`, trustText: nodes });
};

for (const [total, pages] of [
  [1, 1],
  [2, 1],
  [1000, 1],
  [1001, 2],
  [2001, 3],
] as const)
  t.test(`an account with ${total} roles costs ${pages} calls, and one AssumeRole at most`, async (t) => {
    const one = await account();
    fill(one, total);
    const found = total > 1 ? [`app-${total - 1}`] : [];
    for (const roleName of found) one.seed(['a'], { roleName });
    const listing = { 'iam:GetAccountAuthorizationDetails': pages };
    t.same(names(await rest('GET', one.roles)), found);
    t.same(one.calls(), { ...listing, 'sts:AssumeRole': 1 });
    world.clearCalls();
    t.same(names(await rest('GET', `${one.roles}?limit=1`)), found);
    t.same(one.calls(), listing, 'with a session there already');
  });

t.test('a role that no cluster can use is never COMPLIANT', async (t) => {
  const { accountId, roles, line, seed } = await account();
  const text = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
  const good = line('a');
  const of = (value: unknown, more: object = {}) => ({
    ...statementOf([]),
    Condition: { ArnLike: { 'aws:SourceArn': value }, ...more },
  });
  const unusable: [string, string, string, RegExp][] = [
    [
      'eleven-digits',
      text(of(good, { StringEquals: { 'aws:SourceAccount': accountId.slice(1) } })),
      'STATEMENT_DEAD',
      /has 11 digits/,
    ],
    [
      'another-account',
      text(of(good, { StringEquals: { 'aws:SourceAccount': '999988887777' } })),
      'STATEMENT_DEAD',
      /999988887777/,
    ],
    [
      'absent-key',
      text(of(good, { StringEquals: { 'sts:ExternalId': 'x' } })),
      'STATEMENT_DEAD',
      /no sts:ExternalId/,
    ],
    [
      'wrong-partition',
      text(of(good.replace('arn:aws:', 'arn:aws-cn:'))),
      'SOURCE_ARN_DEAD',
      /partition is aws-cn/,
    ],
    ['template', text(of(good.replace(accountId, 'ACCOUNT_ID'))), 'SOURCE_ARN_DEAD', /account is ACCOUNT_ID/],
    ['line-end', text(of(`${good}\r`)), 'SOURCE_ARN_DEAD', /\\u000d/],
    ['no-region', text(of(good.replace('us-west-2', 'us-west'))), 'SOURCE_ARN_DEAD', /Region is us-west,/],
    [
      'denied',
      text(of(good), { ...of(good), Effect: 'Deny', Condition: {} }),
      'NO_CLUSTER_COVERED',
      /No statement is known/,
    ],
    [
      'doubtful',
      text(of(good, { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } })),
      'CONDITION_UNPROVABLE',
      /aws:SourceIp/,
    ],
  ];
  const usable: [string, string][] = [
    ['one-profile', text(of(`${good.slice(0, -1)}default/*`))],
    ['one-of-two', text(of([good, `${good}\r`]))],
    ['unlisted', text(of(good.replace('us-west-2', 'us-wset-2')))],
  ];
  for (const [roleName, trustText] of [...unusable, ...usable] as [string, string][])
    seed([], { roleName, trustText });

  const { json } = await rest('GET', roles);
  type Found = { roleName: string; verdict: string; findings: { code: string; message: string }[] };
  const found = new Map((json.items as Found[]).map((item) => [item.roleName, item]));
  for (const [name, , code, message] of unusable) {
    const item = found.get(name);
    t.equal(item?.verdict, 'NEEDS_REPAIR', name);
    t.ok(
      item?.findings.some((one) => one.code === 'NO_CLUSTER_COVERED'),
      `${name}: NO_CLUSTER_COVERED`,
    );
    t.ok(
      item?.findings.some((one) => one.code === code && message.test(one.message)),
      `${name}: ${code} says why`,
    );
  }
  for (const [name] of usable) t.equal(found.get(name)?.verdict, 'COMPLIANT', name);
  t.ok(found.get('unlisted')?.findings.some(({ code }) => code === 'REGION_UNKNOWN'));
});

t.test('each sign of an execution role is found, with its verdict', async (t) => {
  const one = await account();
  const { accountId, roles, line, seed } = one;
  fill(one, 5);
  const deny = { ...statementOf([line('b')]), Effect: 'Deny' };
  const text = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
  const extra = ['arn:aws:iam::aws:policy/ReadOnlyAccess'];
  seed(['b', 'a']);
  seed([], { roleName: 'by-policy', trustText: nodes });
  seed([], { roleName: 'by-trust', trustText: text({ ...statementOf([]), Condition: {} }), attached: extra });
  seed([], { roleName: 'denied', trustText: text(statementOf([line('a'), line('b')]), deny) });
  seed([], { roleName: 'eksctl-x-cluster-FargatePodExecutionRole-1X', trustText: nodes, attached: [] });
  seed([], {
    roleName: 'wrong-partition',
    trustText: JSON.stringify(trustOf([line('a').replace('arn:aws:', 'arn:aws-cn:')])),
  });

  const { status, json, headers } = await rest('GET', roles);
  t.equal(status, 200);
  t.equal(headers.etag, undefined, 'lists have no ETag');
  t.equal(json.nextCursor, null);
  const errors = ({ findings }: { findings: { code: string; severity: string }[] }) =>
    findings.filter(({ severity }) => severity === 'ERROR').map(({ code }) => code);
  t.same(
    json.items.map((role: { roleName: string; verdict: string; action: string; findings: [] }) => [
      role.roleName,
      role.verdict,
      role.action,
      errors(role),
    ]),
    [
      [roleName, 'COMPLIANT', 'NONE', []],
      ['by-policy', 'NEEDS_REPAIR', 'REPAIR', ['SERVICE_NOT_TRUSTED']],
      ['by-trust', 'NEEDS_REPAIR', 'REPAIR', ['POLICY_NOT_ATTACHED', 'SOURCE_ARN_MISSING']],
      ['denied', 'NEEDS_REPAIR', 'REPAIR', ['DENIED']],
      [
        'eksctl-x-cluster-FargatePodExecutionRole-1X',
        'NEEDS_REPAIR',
        'REPAIR',
        ['POLICY_NOT_ATTACHED', 'SERVICE_NOT_TRUSTED'],
      ],
      ['wrong-partition', 'NEEDS_REPAIR', 'REPAIR', ['NO_CLUSTER_COVERED']],
    ],
  );
  t.same(json.items[0].clusters, clusters('b', 'a'));
  t.match(
    json.items.at(-1),
    { clusters: [], findings: [{ code: 'SOURCE_ARN_DEAD' }, { code: 'NO_CLUSTER_COVERED' }] },
    'it covers nothing, and says so',
  );

  for (const item of json.items) {
    const url = `${roles}/${item.roleName}`;
    t.same((await rest('GET', url)).json, item, `GET …/${item.roleName} answers the same`);
    if (item.clusters.length === 0) continue;
    const { verdict, action, findings, trust } = (
      await rest('POST', `${url}/check`, { clusters: item.clusters })
    ).json;
    t.same(
      { verdict, action, findings, trust },
      { verdict: item.verdict, action: item.action, findings: item.findings, trust: item.trust },
      'as a check of its clusters',
    );
  }
  const query = 'query ($accountId: ID!) { executionRoles(accountId: $accountId) { roleName verdict } }';
  const found = (await graphql(query, { accountId })).json.data.executionRoles;
  t.same(
    found,
    json.items.map(({ roleName, verdict }: { roleName: string; verdict: string }) => ({ roleName, verdict })),
    'and so does GraphQL',
  );
});

t.test('the list has no descriptions', async (t) => {
  const { role, roles, seed } = await account();
  seed(['a'], { description: 'Fargate', inline: { logging: '{}' }, tags: { team: 'x' } });
  const [item] = (await rest('GET', roles)).json.items;
  const whole = (await rest('GET', role)).json;
  t.equal(whole.description, 'Fargate');
  t.same(item, { ...whole, description: null });
  t.same(item.policies.inline, ['logging']);
});

t.test('in China', async (t) => {
  const { roles, seed } = await account({ partition: 'aws-cn' });
  seed([], { roleName: 'by-policy', trustText: nodes });
  seed(['a']);
  t.same(names(await rest('GET', roles)), [roleName, 'by-policy']);
});

t.test("the account's own quota, once a write has read it", async (t) => {
  const { roles, role, seed } = await account({ quotas: { trustPolicySize: 4096 } });
  seed(['a']);
  const quota = async () => (await rest('GET', roles)).json.items[0].trust.quota;
  t.equal(await quota(), 2048);
  await rest('POST', `${role}/extend`, { clusters: clusters('b') });
  t.equal(await quota(), 4096);
});

t.test('page by page', async (t) => {
  const { roles, seed } = await account();
  const wanted = ['A', 'B', 'a_1', 'b+2', 'c=3,@.-'];
  for (const roleName of wanted.toReversed()) seed(['a'], { roleName });
  const seen: string[][] = [];
  let cursor = '';
  do {
    const answer = await rest('GET', `${roles}?limit=2${cursor}`);
    seen.push(names(answer));
    cursor = answer.json.nextCursor && `&cursor=${answer.json.nextCursor}`;
  } while (cursor);
  t.same(seen, [wanted.slice(0, 2), wanted.slice(2, 4), wanted.slice(4)]);
  const first = await rest('GET', `${roles}?limit=2`);
  t.same(
    names(await rest('GET', `${roles}?cursor=${first.json.nextCursor}`)),
    wanted.slice(2),
    'the rest, without a limit',
  );
  t.match((await rest('GET', `${roles}?limit=5`)).json, { nextCursor: null }, 'the last page ends exactly');

  for (const [query, pointer] of [
    ['limit=0', '/limit'],
    ['limit=101', '/limit'],
    ['limit=x', '/limit'],
    ['cursor=!', '/cursor'],
    ['cursor=AAAA', '/cursor'],
    ['name=a', '/name'],
  ] as const) {
    const answer = await rest('GET', `${roles}?${query}`);
    t.match(answer, { status: 400, json: { code: 'INVALID_INPUT', errors: [{ pointer }] } }, query);
  }
});

t.test('an account that cannot be read', async (t) => {
  const { accountId, roles, calls } = await account();
  t.match(await rest('GET', '/v1/accounts/999999999998/execution-roles'), {
    status: 404,
    json: { code: 'ACCOUNT_UNKNOWN' },
  });
  fill({ accountId } as TestAccount, 1001);
  world.addFaults({
    fail: [{ accountId, action: 'iam:GetAccountAuthorizationDetails', code: 'AccessDenied', times: 1 }],
  });
  t.match(await rest('GET', roles), {
    status: 502,
    json: { code: 'AWS_FAILED', detail: /iam:GetAccountAuthorizationDetails/ },
  });
  t.match(calls(), { 'iam:GetAccountAuthorizationDetails': 1 });
});

t.test('a role that IAM shows on two pages is listed once', async (t) => {
  const twice = await startService(t, {
    deps: ({ roles }) => ({
      roles: {
        ...roles,
        listAll: async (...asked) => [...(await roles.listAll(...asked)), ...(await roles.listAll(...asked))],
      },
    }),
  });
  const one = await twice.account();
  one.seed(['a']);
  t.same(names(await twice.rest('GET', one.roles)), [roleName]);
});
