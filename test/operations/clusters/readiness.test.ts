import t from 'tap';
import type { FargateReadiness } from '#src/schema/readiness.ts';
import { roleName, startService, type TestAccount } from '#test/support/service.ts';

const service = await startService(t, { requestTimeoutMs: 30_000 });
const { world, rest, graphql } = service;

type Seed = Parameters<typeof world.putCluster>[0];
type World = Omit<Seed, 'accountId' | 'region' | 'name'>;

const region = 'us-west-2';
const name = 'shop';
const [early, late] = [Date.UTC(2026, 0, 1), Date.UTC(2026, 1, 1)];
const profiles = [{ name: 'default' }];
const urlOf = (accountId: string, cluster = name, where = region) =>
  `/v1/accounts/${accountId}/clusters/${where}/${cluster}/fargate-readiness`;

/** An account with the usual role for the cluster, which is older than the cluster. */
async function seeded(listed = [name]): Promise<TestAccount> {
  const account = await service.account();
  account.seed(listed, { createdAt: early });
  return account;
}

const brief = ({ verdict, findings }: FargateReadiness) =>
  [verdict, ...findings.map(({ code }) => code)].join(' ');

const issue = (code: string) => ({ code, message: 'EKS says why', resourceIds: ['subnet-1'] });
const withIssue = (code: string): World => ({ profiles: [{ name: 'default', issues: [issue(code)] }] });
const young = { profiles: [{ name: 'default', createdAt: early - 1000 }] };

/** Each is about the cluster `shop`, whose world is null where there is none. */
const cases: [about: string, seed: World | null, expected: string, prepare?: (a: TestAccount) => void][] = [
  ['a healthy cluster', { profiles }, 'READY'],
  ['a cluster without profiles', {}, 'READY'],
  [
    'a cluster of the API and the ConfigMap, with an entry',
    { profiles, authenticationMode: 'API_AND_CONFIG_MAP' },
    'READY',
  ],

  ['no cluster', null, 'NOT_READY CLUSTER_NOT_FOUND'],
  [
    'a cluster that is in another Region',
    null,
    'NOT_READY CLUSTER_NOT_FOUND',
    ({ accountId }) => {
      world.putCluster({ accountId, region: 'us-east-1', name, profiles });
    },
  ],

  [
    'a role without a line for it',
    { profiles },
    'NOT_READY ROLE_NOT_READY',
    (a) => a.seed(['other'], { createdAt: early }),
  ],
  [
    'a role without its policy',
    { profiles },
    'NOT_READY ROLE_NOT_READY',
    (a) => a.seed([name], { createdAt: early, attached: [] }),
  ],
  ['a role that is gone', { profiles: [{ name: 'default', roleName: 'gone' }] }, 'NOT_READY ROLE_NOT_READY'],
  ...[`old/path/${roleName}`, roleName.toLowerCase()].map((old): (typeof cases)[number] => [
    `a role that was made again, and was ${old}`,
    null,
    'NOT_READY ROLE_NOT_READY',
    ({ accountId }) => {
      const roleArn = `arn:aws:iam::${accountId}:role/${old}`;
      world.putCluster({ accountId, region, name, profiles: [{ name: 'default', roleArn }] });
    },
  ]),

  [
    'a node group with the role',
    { profiles, nodegroups: [{ name: 'workers', roleName }] },
    'NOT_READY ROLE_USED_BY_NODES',
  ],
  [
    'nodes of our own with the role',
    { profiles, accessEntries: [{ roleName, type: 'EC2_LINUX' }] },
    'NOT_READY ROLE_USED_BY_NODES',
  ],
  [
    'Windows nodes with the role',
    { profiles, accessEntries: [{ roleName, type: 'EC2_WINDOWS' }] },
    'NOT_READY ROLE_USED_BY_NODES',
  ],

  ['no access entry', { profiles, accessEntries: [] }, 'NOT_READY ACCESS_ENTRY_MISSING'],
  [
    'an access entry for people',
    { profiles, accessEntries: [{ roleName, type: 'STANDARD' }] },
    'NOT_READY ACCESS_ENTRY_MISSING',
  ],

  ['a role that was made again', young, 'NOT_READY ACCESS_ENTRY_STALE'],
  [
    'a role that was made again, and an entry that was modified before',
    {
      profiles,
      accessEntries: [{ roleName, type: 'FARGATE_LINUX', createdAt: early - 2000, modifiedAt: early - 1000 }],
    },
    'NOT_READY ACCESS_ENTRY_STALE',
  ],
  [
    'a role that was made again, and an entry that was modified since',
    {
      profiles,
      accessEntries: [{ roleName, type: 'FARGATE_LINUX', createdAt: early - 1000, modifiedAt: late }],
    },
    'UNKNOWN READINESS_UNKNOWN',
  ],

  ...['PodExecutionRoleAlreadyInUse', 'AccessDenied', 'ClusterUnreachable'].map(
    (code): (typeof cases)[number] => [`EKS reports ${code}`, withIssue(code), 'NOT_READY PROFILE_UNHEALTHY'],
  ),
  [
    'a profile that failed',
    { profiles: [{ name: 'default', status: 'CREATE_FAILED' }] },
    'NOT_READY PROFILE_UNHEALTHY',
  ],

  ['a cluster of the ConfigMap', { profiles, authenticationMode: 'CONFIG_MAP' }, 'READY RBAC_UNVERIFIED'],
  [
    'a cluster of the API and the ConfigMap, without an entry',
    { profiles, authenticationMode: 'API_AND_CONFIG_MAP', accessEntries: [] },
    'READY RBAC_UNVERIFIED',
  ],

  ['an issuer that IAM does not know', { profiles, oidcProvider: false }, 'READY IRSA_MISSING'],
  [
    'the same beside an error',
    { profiles, oidcProvider: false, accessEntries: [] },
    'NOT_READY ACCESS_ENTRY_MISSING IRSA_MISSING',
  ],
  ['a cluster without profiles needs no provider', { oidcProvider: false }, 'READY'],
];

t.test('what EKS and IAM hold, and what is found', async (t) => {
  for (const [about, seed, expected, prepare] of cases) {
    const account = await seeded();
    if (seed) world.putCluster({ accountId: account.accountId, region, name, ...seed });
    prepare?.(account);
    const { status, json } = await rest('GET', urlOf(account.accountId));
    t.equal(status, 200, `${about}: ${json.detail}`);
    t.equal(brief(json), expected, about);
  }
});

t.test('a role of our own history is propagating for two minutes', async (t) => {
  const account = await seeded(['other']);
  const { accountId, role } = account;
  world.putCluster({ accountId, region, name, profiles });
  t.equal(brief((await rest('GET', urlOf(accountId))).json), 'NOT_READY ROLE_NOT_READY');
  const extended = await rest('POST', `${role}/extend`, { clusters: [{ region, name }] });
  t.equal(extended.status, 200);
  t.equal(brief((await rest('GET', urlOf(accountId))).json), 'READY PROPAGATING');
});

t.test('GraphQL answers the same', async (t) => {
  const { accountId } = await seeded();
  world.putCluster({ accountId, region, name, profiles, oidcProvider: false });
  const { checkedAt: _, ...byRest } = (await rest('GET', urlOf(accountId))).json;
  const { json } = await graphql(
    `query ($id: ID!) { fargateReadiness(accountId: $id, region: "us-west-2", name: "shop") {
      accountId region clusterName verdict authenticationMode oidcProvider { issuer registeredInIam }
      profiles { name status roleArn roleVerdict health { code message resourceIds } accessEntry }
      findings { code severity message pointer remedy } } }`,
    { id: accountId },
  );
  t.same(json.data?.fargateReadiness, byRest, JSON.stringify(json.errors));
});

t.test('it costs the calls that it needs, and no other', async (t) => {
  const { accountId, calls } = await seeded();
  const once = { 'sts:AssumeRole': 1, 'eks:DescribeCluster': 1 };
  const rows: [about: string, seed: World | null, expected: Record<string, number>][] = [
    ['no cluster', null, once],
    ['no profiles', {}, { ...once, 'eks:ListFargateProfiles': 1 }],
    [
      'four profiles of one role, two node groups',
      {
        profiles: ['a', 'b', 'c', 'd'].map((name) => ({ name })),
        nodegroups: [{ name: 'x' }, { name: 'y' }],
      },
      {
        ...once,
        'eks:ListFargateProfiles': 1,
        'eks:DescribeFargateProfile': 4,
        'eks:ListNodegroups': 1,
        'eks:DescribeNodegroup': 2,
        'eks:DescribeAccessEntry': 1,
        'iam:GetRole': 1,
        'iam:ListAttachedRolePolicies': 1,
        'iam:ListOpenIDConnectProviders': 1,
      },
    ],
  ];
  for (const [about, seed, { 'sts:AssumeRole': _, ...expected }] of rows) {
    if (seed) world.putCluster({ accountId, region, name, ...seed });
    await rest('GET', urlOf(accountId, 'warm'));
    world.clearCalls();
    await rest('GET', urlOf(accountId));
    t.same(calls(), expected, about);
  }
});

t.test('a hundred and twenty profiles are read page by page', async (t) => {
  const { accountId, calls } = await seeded();
  world.putCluster({
    accountId,
    region,
    name,
    profiles: Array.from({ length: 120 }, (_, i) => ({ name: `profile-${i}` })),
  });
  const { json } = await rest('GET', urlOf(accountId));
  t.equal(json.profiles.length, 120);
  t.match(calls(), { 'eks:ListFargateProfiles': 2, 'eks:DescribeFargateProfile': 120, 'iam:GetRole': 1 });
});

const actions = [
  'eks:DescribeCluster',
  'eks:ListFargateProfiles',
  'eks:DescribeFargateProfile',
  'eks:ListNodegroups',
  'eks:DescribeNodegroup',
  'eks:DescribeAccessEntry',
  'iam:ListOpenIDConnectProviders',
];

t.test('a member role without one of the actions: UNKNOWN, with the name of the action', async (t) => {
  for (const action of actions) {
    const { accountId, role } = await seeded();
    world.putCluster({ accountId, region, name, profiles, nodegroups: [{ name: 'workers' }] });
    const message = `User: arn:aws:sts::${accountId}:assumed-role/RolewrightMember/x is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`;
    const code = action.startsWith('iam') ? 'AccessDenied' : 'AccessDeniedException';
    world.addFaults({ fail: [{ accountId, action, code, status: 403, message }] });
    const { status, json } = await rest('GET', urlOf(accountId));
    t.equal(status, 200, action);
    t.equal(brief(json), 'UNKNOWN READINESS_UNKNOWN', action);
    t.match(json.findings[0].message, `AWS denies ${action} in account ${accountId}`, action);
    t.match(json.findings[0].remedy, `allows ${action}.`, action);
    t.match((await rest('POST', `${role}/check`, { clusters: [{ region, name }] })).json, {
      verdict: 'COMPLIANT',
    });
  }
});

t.test('a Region that is not enabled is said', async (t) => {
  const { accountId } = await seeded();
  const { status, json } = await rest('GET', urlOf(accountId, name, 'ap-east-1'));
  t.equal(status, 200);
  t.equal(brief(json), 'UNKNOWN READINESS_UNKNOWN');
  t.match(json.findings[0].message, /Region ap-east-1.*not enabled/);
});

t.test('throttling is an error that may be tried again', async (t) => {
  const { accountId } = await seeded();
  world.addFaults({
    fail: [{ accountId, action: 'eks:DescribeCluster', code: 'ThrottlingException', status: 429 }],
  });
  t.match(await rest('GET', urlOf(accountId)), {
    status: 503,
    json: { code: 'AWS_THROTTLED', retryable: true, detail: /eks:DescribeCluster .*us-west-2/ },
  });
});

t.test('a profile that is deleted between two calls is left out', async (t) => {
  const { accountId } = await seeded();
  world.putCluster({ accountId, region, name, profiles: [{ name: 'default' }, { name: 'gone' }] });
  world.addFaults({
    fail: [
      {
        accountId,
        action: 'eks:DescribeFargateProfile',
        code: 'ResourceNotFoundException',
        status: 404,
        times: 1,
      },
    ],
  });
  const { json } = await rest('GET', urlOf(accountId));
  t.equal(json.profiles.length, 1);
  t.equal(brief(json), 'READY');
});

t.test('input that names no one cluster is refused with its field', async (t) => {
  const { accountId } = await seeded();
  for (const [where, cluster, pointer] of [
    ['*', name, '/region'],
    ['nowhere', name, '/region'],
    ['cn-north-1', name, '/region'],
    [region, '*', '/name'],
    [region, '-x', '/name'],
  ] as const)
    t.match(
      await rest('GET', urlOf(accountId, encodeURIComponent(cluster), encodeURIComponent(where))),
      { status: 400, json: { code: 'INVALID_INPUT', errors: [{ pointer }] } },
      `${where}/${cluster}`,
    );
  t.match(await rest('GET', urlOf('999999999999')), { status: 404, json: { code: 'ACCOUNT_UNKNOWN' } });
});
