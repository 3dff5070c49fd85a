import {
  DescribeAccessEntryCommand,
  DescribeClusterCommand,
  DescribeFargateProfileCommand,
  DescribeNodegroupCommand,
  type EKSClient,
  ListAccessEntriesCommand,
  ListClustersCommand,
  ListFargateProfilesCommand,
  ListNodegroupsCommand,
} from '@aws-sdk/client-eks';
import { ListOpenIDConnectProvidersCommand } from '@aws-sdk/client-iam';
import t from 'tap';
import { assumeRole } from '#test/support/assume-role.ts';
import { china, failure, home, hub, keyOf, start, trustOf } from '../fixtures/sandbox.ts';

const clusterName = 'shop';
const region = 'us-west-2';
const principalArn = `arn:aws:iam::${home}:role/Nobody`;
const arn = (rest: string) => `arn:aws:eks:${region}:${home}:${rest}`;

type Send = (client: EKSClient) => Promise<unknown>;
const list: Send = (client) => client.send(new ListClustersCommand({}));

/** Each read with the resource that AWS names when it refuses it. */
const calls: [action: string, resource: string, send: Send][] = [
  ['ListClusters', arn('cluster/*'), list],
  [
    'DescribeCluster',
    arn('cluster/shop'),
    (client) => client.send(new DescribeClusterCommand({ name: clusterName })),
  ],
  [
    'ListFargateProfiles',
    arn('cluster/shop'),
    (client) => client.send(new ListFargateProfilesCommand({ clusterName })),
  ],
  [
    'DescribeFargateProfile',
    arn('fargateprofile/shop/gone/*'),
    (client) => client.send(new DescribeFargateProfileCommand({ clusterName, fargateProfileName: 'gone' })),
  ],
  [
    'ListNodegroups',
    arn('cluster/shop'),
    (client) => client.send(new ListNodegroupsCommand({ clusterName })),
  ],
  [
    'DescribeNodegroup',
    arn('nodegroup/shop/gone/*'),
    (client) => client.send(new DescribeNodegroupCommand({ clusterName, nodegroupName: 'gone' })),
  ],
  [
    'ListAccessEntries',
    arn('cluster/shop'),
    (client) => client.send(new ListAccessEntriesCommand({ clusterName })),
  ],
  [
    'DescribeAccessEntry',
    arn(`access-entry/shop/role/${home}/Nobody/*`),
    (client) => client.send(new DescribeAccessEntryCommand({ clusterName, principalArn })),
  ],
];

const thrown = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: Error & { $metadata?: { httpStatusCode?: number } }) => ({
      name: error.name,
      message: error.message,
      status: error.$metadata?.httpStatusCode,
    }),
  );

t.test('what is not there', async (t) => {
  const { eks, world } = await start(t);
  const client = eks();
  for (const [action, , send] of calls.slice(1))
    t.match(
      await thrown(send(client)),
      { name: 'ResourceNotFoundException', message: 'No cluster found for name: shop.', status: 404 },
      action,
    );
  world.putCluster({ accountId: home, region, name: clusterName });
  const missing: Record<string, string> = {
    DescribeFargateProfile: 'No Fargate Profile found with name: gone.',
    DescribeNodegroup: 'No node group found for name: gone.',
    DescribeAccessEntry:
      "The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.",
  };
  for (const [action, , send] of calls) {
    const message = missing[action];
    t.match(
      await thrown(send(client)),
      message === undefined ? null : { name: 'ResourceNotFoundException', message, status: 404 },
      action,
    );
  }
  world.putCluster({ accountId: home, region, name: clusterName, authenticationMode: 'CONFIG_MAP' });
  for (const [action, , send] of calls.slice(-2))
    t.same(
      await thrown(send(client)),
      {
        name: 'InvalidRequestException',
        message:
          "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
        status: 400,
      },
      `${action} of a cluster with a ConfigMap alone`,
    );
});

t.test('a Region works where it is enabled', async (t) => {
  const { eks, world } = await start(t);
  const refused = {
    name: 'UnrecognizedClientException',
    message: 'The security token included in the request is invalid.',
    status: 403,
  };
  const regions: [account: string, region: string, isRefused: boolean][] = [
    [home, 'us-west-2', false],
    [home, 'eu-south-1', true],
    [home, 'cn-north-1', true],
    [china, 'cn-north-1', false],
    [china, 'us-west-2', true],
  ];
  for (const [account, region, isRefused] of regions)
    t.same(
      await thrown(list(eks(keyOf(account), region))),
      isRefused ? refused : null,
      `${account} ${region}`,
    );
  world.putAccount({ accountId: home, enabledRegions: ['eu-south-1'] });
  t.same(await thrown(list(eks(keyOf(home), 'eu-south-1'))), null, 'once it is enabled');
});

t.test('who calls', async (t) => {
  let now = Date.UTC(2026, 10, 30);
  const { eks, sts, url, world } = await start(t, { now: () => now });
  const unknown = { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' };
  t.equal(await failure(list(eks(unknown))), 'UnrecognizedClientException 403');
  const trustText = trustOf({ Effect: 'Allow', Principal: { AWS: hub }, Action: 'sts:AssumeRole' });
  world.putRole({ accountId: home, roleName: 'Member', trustText });
  const RoleArn = `arn:aws:iam::${home}:role/Member`;
  const session = await assumeRole(sts(), { RoleArn });
  world.putCluster({ accountId: home, region, name: clusterName });
  t.match(await eks(session).send(new ListClustersCommand({})), { clusters: [clusterName] });
  now += 3_600_000;
  t.equal(await failure(list(eks(session))), 'ExpiredTokenException 403');
  const bare = await fetch(`${url}/clusters`);
  t.equal(bare.status, 403);
  t.equal(bare.headers.get('x-amzn-errortype'), 'MissingAuthenticationTokenException');
});

t.test('a member role may do what its policies allow', async (t) => {
  const { eks, iam, sts, world } = await start(t);
  const trustText = trustOf({ Effect: 'Allow', Principal: { AWS: hub }, Action: 'sts:AssumeRole' });
  const allow = (Action: unknown, Resource: unknown = '*') => trustOf({ Effect: 'Allow', Action, Resource });
  const policies = (inline: Record<string, string>) =>
    world.putRole({ accountId: home, roleName: 'Member', trustText, inline });
  policies({});
  world.putCluster({ accountId: home, region, name: clusterName });
  const RoleArn = `arn:aws:iam::${home}:role/Member`;
  const session = (Policy?: string) => assumeRole(sts(), { RoleArn, Policy });
  const one = await session();
  const client = eks(one);
  const user = `User: arn:aws:sts::${home}:assumed-role/Member/test is not authorized to perform:`;

  policies({ old: allow(['iam:GetRole']) });
  for (const [action, resource, send] of calls)
    t.same(
      await thrown(send(client)),
      {
        name: 'AccessDeniedException',
        message: `${user} eks:${action} on resource: ${resource} because no identity-based policy allows the eks:${action} action`,
        status: 403,
      },
      action,
    );
  const providers = () => thrown(iam(one).send(new ListOpenIDConnectProvidersCommand({})));
  t.match(await providers(), {
    name: 'AccessDenied',
    message: /no identity-based policy allows the iam:ListOpenIDConnectProviders action$/,
    status: 403,
  });

  policies({ old: allow(['iam:GetRole']), eks: allow(['eks:List*', 'iam:ListOpenIDConnectProviders']) });
  for (const [action, , send] of calls) {
    const expected = action.startsWith('List') ? null : { name: 'AccessDeniedException' };
    t.match(await thrown(send(client)), expected, `${action} in a second policy`);
  }
  t.equal(await providers(), null);

  policies({ eks: allow('eks:*', arn('cluster/*')) });
  t.equal(await thrown(list(client)), null, 'a resource');
  const [, , describeProfile] = calls[3] ?? [];
  t.match(await thrown(describeProfile?.(client) ?? Promise.resolve()), { name: 'AccessDeniedException' });

  policies({ eks: allow('*'), deny: trustOf({ Effect: 'Deny', Action: 'eks:ListClusters', Resource: '*' }) });
  t.match(await thrown(list(client)), { message: /with an explicit deny in an identity-based policy$/ });

  policies({ all: allow('*') });
  t.match(await thrown(list(eks(await session(allow('eks:Describe*'))))), {
    message: /because no session policy allows the eks:ListClusters action$/,
  });
});

t.test('faults', async (t) => {
  let now = 0;
  const { eks, iam, world } = await start(t, { now: () => now });
  for (const name of ['shop', 'other']) world.putCluster({ accountId: home, region, name });
  const describe = (name: string) => failure(eks().send(new DescribeClusterCommand({ name })));

  world.addFaults({ fail: [{ clusterName: 'other', code: 'ServerException' }] });
  t.equal(await describe('other'), 'ServerException 500');
  t.equal(await describe('shop'), 'succeeded', 'another cluster');
  t.equal(await failure(list(eks())), 'succeeded', 'a call about no cluster');
  world.clearFaults();

  world.addFaults({
    fail: [{ region: 'eu-west-1', action: 'eks:ListClusters', code: 'AccessDeniedException' }],
  });
  t.equal(await failure(list(eks(keyOf(home), 'eu-west-1'))), 'AccessDeniedException 403');
  t.equal(await failure(list(eks())), 'succeeded', 'another Region');
  world.clearFaults();

  world.addFaults({ throttle: [{ service: 'eks', perSecond: 1 }] });
  const both = async (region: string) => [
    await failure(list(eks(keyOf(home), region))),
    await failure(list(eks(keyOf(home), region))),
  ];
  t.same(await both('us-west-2'), ['succeeded', 'ThrottlingException 429']);
  t.same(await both('eu-west-1'), ['succeeded', 'ThrottlingException 429'], 'a bucket for each Region');
  for (let call = 0; call < 3; call += 1)
    t.equal(await failure(iam().send(new ListOpenIDConnectProvidersCommand({}))), 'succeeded', 'not IAM');
  now += 1000;
  t.equal(await failure(list(eks())), 'succeeded');
  world.clearFaults();

  world.addFaults({ fail: [{ action: 'eks:DescribeCluster', kind: 'reset', times: 1 }] });
  await t.rejects(eks().send(new DescribeClusterCommand({ name: 'shop' })), { code: 'ECONNRESET' });
  world.clearFaults();

  world.clearCalls();
  world.addFaults({ fail: [{ action: 'eks:DescribeCluster', kind: 'hang' }] });
  const abort = new AbortController();
  const call = eks().send(new DescribeClusterCommand({ name: 'shop' }), { abortSignal: abort.signal });
  while (!world.calls(home)[home]?.['eks:DescribeCluster']) await list(eks());
  abort.abort();
  t.equal(await failure(call), 'AbortError without an answer');
});
