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
  paginateListFargateProfiles,
} from '@aws-sdk/client-eks';
import { ListOpenIDConnectProvidersCommand } from '@aws-sdk/client-iam';
import t from 'tap';
import { china, failure, home, keyOf, start, trust } from '../fixtures/sandbox.ts';

const role = `arn:aws:iam::${home}:role/AmazonEKSFargatePodExecutionRole`;
const nodes = `arn:aws:iam::${home}:role/nodes/Workers`;
const inCluster = { clusterName: 'shop' };

t.test('the four kinds of resource are shown as EKS shows them', async (t) => {
  const at = Date.UTC(2026, 10, 30, 10, 0, 0, 250);
  const { eks, iam, world } = await start(t, { now: () => at });
  world.putRole({ accountId: home, roleName: 'Workers', path: '/nodes/', trustText: trust });
  const { issuer } = world.putCluster({
    accountId: home,
    region: 'us-west-2',
    name: 'shop',
    profiles: [{ name: 'default', issues: [{ code: 'AccessDenied', message: 'No.', resourceIds: [role] }] }],
    nodegroups: [{ name: 'system', roleName: 'Workers' }],
  });
  const client = eks();

  t.same((await client.send(new ListClustersCommand({}))).clusters, ['shop']);
  const { cluster } = await client.send(new DescribeClusterCommand({ name: 'shop' }));
  t.match(cluster, {
    name: 'shop',
    arn: `arn:aws:eks:us-west-2:${home}:cluster/shop`,
    createdAt: new Date(at),
    status: 'ACTIVE',
    version: /^1\.\d\d$/,
    identity: { oidc: { issuer } },
    accessConfig: { authenticationMode: 'API' },
  });
  t.match(issuer, /^https:\/\/oidc\.eks\.us-west-2\.amazonaws\.com\/id\/[\dA-F]{32}$/);
  t.same(
    (await iam().send(new ListOpenIDConnectProvidersCommand({}))).OpenIDConnectProviderList,
    [{ Arn: `arn:aws:iam::${home}:oidc-provider/${issuer?.slice('https://'.length)}` }],
    'the issuer is registered in IAM',
  );

  t.same((await client.send(new ListFargateProfilesCommand(inCluster))).fargateProfileNames, ['default']);
  const { fargateProfile } = await client.send(
    new DescribeFargateProfileCommand({ ...inCluster, fargateProfileName: 'default' }),
  );
  t.match(fargateProfile, {
    fargateProfileName: 'default',
    fargateProfileArn: new RegExp(
      `^arn:aws:eks:us-west-2:${home}:fargateprofile/shop/default/[\\da-f-]{36}$`,
    ),
    clusterName: 'shop',
    createdAt: new Date(at),
    podExecutionRoleArn: role,
    status: 'ACTIVE',
    health: { issues: [{ code: 'AccessDenied', message: 'No.', resourceIds: [role] }] },
  });

  t.same((await client.send(new ListNodegroupsCommand(inCluster))).nodegroups, ['system']);
  t.match(
    (await client.send(new DescribeNodegroupCommand({ ...inCluster, nodegroupName: 'system' }))).nodegroup,
    {
      nodegroupName: 'system',
      nodegroupArn: new RegExp(`^arn:aws:eks:us-west-2:${home}:nodegroup/shop/system/[\\da-f-]{36}$`),
      nodeRole: nodes,
      status: 'ACTIVE',
    },
  );

  t.same((await client.send(new ListAccessEntriesCommand(inCluster))).accessEntries, [role, nodes]);
  for (const [principalArn, type, name] of [
    [role, 'FARGATE_LINUX', 'AmazonEKSFargatePodExecutionRole'],
    [nodes, 'EC2_LINUX', 'Workers'],
  ] as const) {
    const answer = await client.send(new DescribeAccessEntryCommand({ ...inCluster, principalArn }));
    t.match(answer.accessEntry, {
      principalArn,
      type,
      accessEntryArn: new RegExp(
        `^arn:aws:eks:us-west-2:${home}:access-entry/shop/role/${home}/${name}/[\\da-f-]{36}$`,
      ),
      createdAt: new Date(at),
      modifiedAt: new Date(at),
      kubernetesGroups: ['system:nodes'],
    });
  }
});

t.test('a cluster is in one account and one Region', async (t) => {
  const { eks, world } = await start(t);
  const name = 'shop';
  world.putCluster({ accountId: home, region: 'us-west-2', name });
  world.putCluster({ accountId: home, region: 'eu-west-1', name, authenticationMode: 'CONFIG_MAP' });
  world.putCluster({ accountId: china, region: 'cn-north-1', name, status: 'CREATING' });
  const modes: [account: string, region: string, mode: string | undefined, issuer: RegExp | undefined][] = [
    [home, 'us-west-2', 'API', /us-west-2\.amazonaws\.com\//],
    [home, 'eu-west-1', 'CONFIG_MAP', /eu-west-1/],
    [china, 'cn-north-1', 'API', undefined],
  ];
  for (const [account, region, mode, issuer] of modes) {
    const { cluster } = await eks(keyOf(account), region).send(new DescribeClusterCommand({ name }));
    t.equal(cluster?.accessConfig?.authenticationMode, mode, region);
    t.match(cluster?.identity?.oidc?.issuer, issuer, `${region}: the issuer`);
  }
  t.same((await eks(keyOf(home), 'us-east-1').send(new ListClustersCommand({}))).clusters, []);
});

t.test('pages', async (t) => {
  const { eks, world } = await start(t);
  const names = Array.from({ length: 230 }, (_, at) => `p${String(at).padStart(3, '0')}`);
  world.putCluster({
    accountId: home,
    region: 'us-west-2',
    name: 'shop',
    profiles: names.map((name) => ({ name })),
    nodegroups: names.map((name) => ({ name, roleName: name })),
  });
  for (const name of names) world.putCluster({ accountId: home, region: 'us-west-2', name: `c-${name}` });
  const client = eks();
  const seen: string[][] = [];
  for await (const page of paginateListFargateProfiles({ client, pageSize: 100 }, inCluster))
    seen.push(page.fargateProfileNames ?? []);
  t.same(seen, [names.slice(0, 100), names.slice(100, 200), names.slice(200)]);

  type Page = { size: number; nextToken: string | undefined };
  type List = (client: EKSClient, maxResults: number | undefined, nextToken?: string) => Promise<Page>;
  const lists: Record<string, List> = {
    ListClusters: async (client, maxResults, nextToken) => {
      const page = await client.send(new ListClustersCommand({ maxResults, nextToken }));
      return { size: page.clusters?.length ?? 0, nextToken: page.nextToken };
    },
    ListFargateProfiles: async (client, maxResults, nextToken) => {
      const page = await client.send(new ListFargateProfilesCommand({ ...inCluster, maxResults, nextToken }));
      return { size: page.fargateProfileNames?.length ?? 0, nextToken: page.nextToken };
    },
    ListNodegroups: async (client, maxResults, nextToken) => {
      const page = await client.send(new ListNodegroupsCommand({ ...inCluster, maxResults, nextToken }));
      return { size: page.nodegroups?.length ?? 0, nextToken: page.nextToken };
    },
    ListAccessEntries: async (client, maxResults, nextToken) => {
      const page = await client.send(new ListAccessEntriesCommand({ ...inCluster, maxResults, nextToken }));
      return { size: page.accessEntries?.length ?? 0, nextToken: page.nextToken };
    },
  };
  const sizes: Record<string, number> = {
    ListClusters: 231,
    ListFargateProfiles: 230,
    ListNodegroups: 230,
    ListAccessEntries: 231, // of 230 node groups and the profiles' one role
  };
  for (const [about, list] of Object.entries(lists)) {
    const first = await list(client, undefined);
    t.equal(first.size, 100, `${about}: a hundred by default`);
    const rest = await list(client, 99, first.nextToken);
    t.equal(rest.size, 99, about);
    const last = await list(client, 100, rest.nextToken);
    t.match(last, { size: (sizes[about] ?? 0) - 199, nextToken: undefined }, `${about}: the last page`);
    for (const wrong of [0, 101])
      t.equal(
        await failure(list(client, wrong)),
        'InvalidParameterException 400',
        `${about}: maxResults ${wrong}`,
      );
    t.equal(await failure(list(client, 10, 'x')), 'InvalidParameterException 400', `${about}: a wrong token`);
  }
});
