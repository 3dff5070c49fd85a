import {
  CreateAccessEntryCommand,
  CreateClusterCommand,
  CreateFargateProfileCommand,
  DeleteAccessEntryCommand,
  DeleteFargateProfileCommand,
  DescribeAccessEntryCommand,
  DescribeClusterCommand,
  DescribeFargateProfileCommand,
  ListAccessEntriesCommand,
  ListFargateProfilesCommand,
} from '@aws-sdk/client-eks';
import {
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  ListOpenIDConnectProvidersCommand,
} from '@aws-sdk/client-iam';
import t from 'tap';
import type { World } from '#dev/sandbox/aws/world.ts';
import { failure, fargate, fargatePolicy, home, start, trust, trustOf } from '../fixtures/sandbox.ts';

const clusterName = 'my-cluster';
const podExecutionRoleArn = `arn:aws:iam::${home}:role/Pods`;
const create = (fargateProfileName = 'default') =>
  new CreateFargateProfileCommand({
    clusterName,
    fargateProfileName,
    podExecutionRoleArn,
    selectors: [{ namespace: 'default' }],
  });
const misleading =
  'Misconfigured PodExecutionRole Trust Policy; Please add the eks-fargate-pods.amazonaws.com Service Principal';

const role = (differences: Partial<Parameters<World['putRole']>[0]> = {}) => ({
  accountId: home,
  roleName: 'Pods',
  trustText: trust,
  attached: [fargatePolicy],
  ...differences,
});
const lineOf = (line: string) => trustOf({ ...fargate, Condition: { ArnLike: { 'aws:SourceArn': line } } });
const arn = `arn:aws:eks:us-west-2:${home}:fargateprofile`;

/** Roles, and whether a profile of my-cluster can be created with them. */
const roles: [about: string, differences: Partial<Parameters<World['putRole']>[0]>, isAccepted: boolean][] = [
  ['the role of the guide', {}, true],
  ['every cluster', { trustText: lineOf(`${arn}/*/*`) }, true],
  ['no condition', { trustText: trustOf({ ...fargate, Condition: {} }) }, true],
  ['this one profile', { trustText: lineOf(`${arn}/${clusterName}/default/*`) }, true],
  ['another profile', { trustText: lineOf(`${arn}/${clusterName}/other/*`) }, false],
  ['another cluster', { trustText: lineOf(`${arn}/other/*`) }, false],
  [
    "the cluster's own ARN",
    { trustText: lineOf(`arn:aws:eks:us-west-2:${home}:cluster/${clusterName}`) },
    false,
  ],
  [
    'another service',
    { trustText: trustOf({ ...fargate, Principal: { Service: 'eks.amazonaws.com' } }) },
    false,
  ],
  ['an account', { trustText: trustOf({ ...fargate, Principal: { AWS: home } }) }, false],
  [
    'a Deny of the service',
    { trustText: trustOf(fargate, { ...fargate, Effect: 'Deny', Condition: {} }) },
    false,
  ],
  [
    'another account of the source',
    {
      trustText: trustOf({
        ...fargate,
        Condition: { StringEquals: { 'aws:SourceAccount': '999999999999' } },
      }),
    },
    false,
  ],
  [
    'its account of the source',
    { trustText: trustOf({ ...fargate, Condition: { StringEquals: { 'aws:SourceAccount': home } } }) },
    true,
  ],
];

t.test('a profile is created with a role that EKS can assume and use', async (t) => {
  const { eks, world } = await start(t);
  const client = eks();
  const answer = () =>
    client.send(create()).then(
      () => null,
      (error: Error) => ({ name: error.name, message: error.message }),
    );
  const refused = { name: 'InvalidParameterException', message: misleading };
  world.putCluster({ accountId: home, region: 'us-west-2', name: clusterName });
  t.same(await answer(), refused, 'no role');
  for (const [about, differences, isAccepted] of roles) {
    world.putCluster({ accountId: home, region: 'us-west-2', name: clusterName, profiles: [] });
    world.putRole(role(differences));
    t.same(await answer(), isAccepted ? null : refused, about);
  }
});

t.test('a profile brings the access entry of its role, and leaves it behind', async (t) => {
  const { eks, world } = await start(t);
  const client = eks();
  world.putRole(role());
  const modes: [mode: 'API' | 'API_AND_CONFIG_MAP' | 'CONFIG_MAP', entries: number][] = [
    ['API', 1],
    ['API_AND_CONFIG_MAP', 1],
    ['CONFIG_MAP', 0],
  ];
  for (const [authenticationMode, entries] of modes) {
    world.deleteCluster(home, 'us-west-2', clusterName);
    await client.send(
      new CreateClusterCommand({
        name: clusterName,
        roleArn: `arn:aws:iam::${home}:role/Cluster`,
        resourcesVpcConfig: {},
        accessConfig: { authenticationMode },
      }),
    );
    const { fargateProfile } = await client.send(create());
    t.equal(fargateProfile?.status, 'CREATING');
    const look = { clusterName, fargateProfileName: 'default' };
    t.match(await client.send(new DescribeFargateProfileCommand(look)), {
      fargateProfile: { status: 'ACTIVE', selectors: [{ namespace: 'default' }], podExecutionRoleArn },
    });
    t.equal(world.cluster(home, 'us-west-2', clusterName)?.accessEntries.length, entries, authenticationMode);
    t.equal(await failure(client.send(create())), 'ResourceInUseException 409', 'twice');
    await client.send(create('second'));
    const gone = await client.send(new DeleteFargateProfileCommand(look));
    t.equal(gone.fargateProfile?.status, 'DELETING');
    t.same((await client.send(new ListFargateProfilesCommand({ clusterName }))).fargateProfileNames, [
      'second',
    ]);
    t.equal(
      world.cluster(home, 'us-west-2', clusterName)?.accessEntries.length,
      entries,
      'once for each role',
    );
  }
  t.same(
    new Set(world.ledger().map(({ action }) => action)),
    new Set(['eks:CreateCluster', 'eks:CreateFargateProfile', 'eks:DeleteFargateProfile']),
  );
  t.match(world.ledger().at(-1), { accountId: home, params: { clusterName, fargateProfileName: 'default' } });
  t.ok(world.judged(home).includes('iam:PassRole'), 'the role is passed');
});

t.test('a new cluster, and what EKS refuses', async (t) => {
  const { eks, world } = await start(t);
  const client = eks();
  const cluster = { name: clusterName, roleArn: `arn:aws:iam::${home}:role/Cluster`, resourcesVpcConfig: {} };
  const made = await client.send(new CreateClusterCommand(cluster));
  t.match(made.cluster, { status: 'CREATING', accessConfig: { authenticationMode: 'CONFIG_MAP' } });
  t.notOk(made.cluster?.identity, 'no issuer yet');
  t.match(await client.send(new DescribeClusterCommand({ name: clusterName })), {
    cluster: { status: 'ACTIVE', identity: { oidc: { issuer: /^https:/ } } },
  });
  t.equal(await failure(client.send(new CreateClusterCommand(cluster))), 'ResourceInUseException 409');
  for (const name of ['', '-x', 'x'.repeat(101)])
    t.equal(
      await failure(client.send(new CreateClusterCommand({ ...cluster, name }))),
      'InvalidParameterException 400',
      name,
    );
  world.putCluster({ accountId: home, region: 'us-west-2', name: clusterName, status: 'UPDATING' });
  t.equal(
    await failure(client.send(create())),
    'InvalidRequestException 400',
    'a cluster that is not ACTIVE',
  );
});

t.test('access entries: what a stale one needs', async (t) => {
  let now = Date.UTC(2026, 10, 1);
  const { eks, world } = await start(t, { now: () => now });
  const client = eks();
  world.putRole(role());
  world.putCluster({
    accountId: home,
    region: 'us-west-2',
    name: clusterName,
    profiles: [{ name: 'default', roleName: 'Pods' }],
  });
  const entry = { clusterName, principalArn: podExecutionRoleArn };
  const createdAt = async () =>
    (await client.send(new DescribeAccessEntryCommand(entry))).accessEntry?.createdAt?.getTime();
  const first = now;
  now += 1000;
  t.equal(await createdAt(), first);
  const again = new CreateAccessEntryCommand({ ...entry, type: 'FARGATE_LINUX' });
  t.equal(await failure(client.send(again)), 'ResourceInUseException 409');
  await client.send(new DeleteAccessEntryCommand(entry));
  t.equal(await failure(client.send(new DeleteAccessEntryCommand(entry))), 'ResourceNotFoundException 404');
  t.same((await client.send(new ListAccessEntriesCommand({ clusterName }))).accessEntries, []);
  await client.send(again);
  t.equal(await createdAt(), now);
  const nobody = { clusterName, principalArn: `arn:aws:iam::${home}:role/Nobody` };
  t.equal(await failure(client.send(new CreateAccessEntryCommand(nobody))), 'InvalidParameterException 400');
});

t.test('providers in IAM', async (t) => {
  const { iam, world } = await start(t);
  const client = iam();
  const { issuer } = world.putCluster({
    accountId: home,
    region: 'us-west-2',
    name: clusterName,
    oidcProvider: false,
  });
  const list = async () =>
    (await client.send(new ListOpenIDConnectProvidersCommand({}))).OpenIDConnectProviderList;
  t.same(await list(), []);
  const Url = issuer ?? '';
  const { OpenIDConnectProviderArn } = await client.send(new CreateOpenIDConnectProviderCommand({ Url }));
  t.equal(OpenIDConnectProviderArn, `arn:aws:iam::${home}:oidc-provider/${Url.slice('https://'.length)}`);
  t.same(await list(), [{ Arn: OpenIDConnectProviderArn }]);
  t.equal(
    await failure(client.send(new CreateOpenIDConnectProviderCommand({ Url }))),
    'EntityAlreadyExists 409',
  );
  t.equal(
    await failure(client.send(new CreateOpenIDConnectProviderCommand({ Url: 'x' }))),
    'ValidationError 400',
  );
  for (let time = 0; time < 2; time += 1)
    await client.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
  t.same(await list(), []);
});
