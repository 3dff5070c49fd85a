import { randomInt } from 'node:crypto';
import {
  DescribeClusterCommand,
  DescribeFargateProfileCommand,
  DescribeNodegroupCommand,
  EKSClient,
  ListClustersCommand,
  ListFargateProfilesCommand,
  ListNodegroupsCommand,
} from '@aws-sdk/client-eks';
import { IAMClient, ListOpenIDConnectProvidersCommand } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import t from 'tap';
import { assumeRole } from '#test/support/assume-role.ts';
import { awsTargets } from '#test/support/aws-targets.ts';
import { accountOf } from '#test/support/scripted-aws.ts';

// The sandbox's EKS against one that we did not write: the same seeds, read by the same calls, answer the
// same. moto has no access entries, and no authentication mode.

const region = 'us-west-2';
const clusterName = 'shop';

for (const target of await awsTargets(t))
  t.test(`${target.name}: a cluster with profiles and nodes`, async (t) => {
    const account = accountOf({ accountId: String(randomInt(1e11, 1e12)), externalId: 'ext-1' });
    const { accountId } = account;
    target.add(account);
    const arnOf = (roleName: string) => `arn:aws:iam::${accountId}:role/${roleName}`;
    const seed = {
      accountId,
      region,
      name: clusterName,
      authenticationMode: 'CONFIG_MAP',
      profiles: [{ name: 'default' }, { name: 'other', roleName: 'Other' }],
      nodegroups: [{ name: 'workers', roleName: 'Workers' }],
    } as const;
    t.equal(target.world.lacks({ ...seed, profiles: [], nodegroups: [] }), null);
    await target.world.putCluster({
      ...seed,
      profiles: [...seed.profiles],
      nodegroups: [...seed.nodegroups],
    });

    const settings = { region, endpoint: target.url, maxAttempts: 1 };
    const sts = new STSClient(settings);
    const credentials = await assumeRole(sts, { RoleArn: account.memberRoleArn, ExternalId: 'ext-1' });
    const eks = new EKSClient({ ...settings, credentials });
    const iam = new IAMClient({ ...settings, credentials });
    t.teardown(() => [sts, eks, iam].forEach((client) => void client.destroy()));

    t.same((await eks.send(new ListClustersCommand({}))).clusters, [clusterName]);
    const { cluster } = await eks.send(new DescribeClusterCommand({ name: clusterName }));
    t.match(cluster, {
      arn: `arn:aws:eks:${region}:${accountId}:cluster/${clusterName}`,
      status: 'ACTIVE',
      createdAt: Date,
      identity: { oidc: { issuer: /^https:\/\/oidc\.eks\.us-west-2\.amazonaws\.com\/id\/\w+$/ } },
    });
    const issuer = cluster?.identity?.oidc?.issuer?.slice('https://'.length);
    const { OpenIDConnectProviderList: providers } = await iam.send(
      new ListOpenIDConnectProvidersCommand({}),
    );
    t.same(providers, [{ Arn: `arn:aws:iam::${accountId}:oidc-provider/${issuer}` }]);

    const names = await eks.send(new ListFargateProfilesCommand({ clusterName, maxResults: 1 }));
    t.same(names.fargateProfileNames, ['default']);
    const rest = await eks.send(new ListFargateProfilesCommand({ clusterName, nextToken: names.nextToken }));
    t.same(rest.fargateProfileNames, ['other']);
    for (const [fargateProfileName, roleName] of [
      ['default', 'AmazonEKSFargatePodExecutionRole'],
      ['other', 'Other'],
    ] as const) {
      const look = new DescribeFargateProfileCommand({ clusterName, fargateProfileName });
      t.match((await eks.send(look)).fargateProfile, {
        fargateProfileName,
        fargateProfileArn: new RegExp(
          `^arn:aws:eks:${region}:${accountId}:fargateprofile/${clusterName}/${fargateProfileName}/[\\da-f-]{36}$`,
        ),
        podExecutionRoleArn: arnOf(roleName),
        status: 'ACTIVE',
        createdAt: Date,
      });
    }
    t.same((await eks.send(new ListNodegroupsCommand({ clusterName }))).nodegroups, ['workers']);
    t.match(await eks.send(new DescribeNodegroupCommand({ clusterName, nodegroupName: 'workers' })), {
      nodegroup: { nodeRole: arnOf('Workers'), status: 'ACTIVE' },
    });
    const missing = [
      [() => eks.send(new DescribeClusterCommand({ name: 'gone' })), 'No cluster found for name: gone.'],
      [
        () => eks.send(new DescribeFargateProfileCommand({ clusterName, fargateProfileName: 'gone' })),
        'No Fargate Profile found with name: gone.',
      ],
      [
        () => eks.send(new DescribeNodegroupCommand({ clusterName, nodegroupName: 'gone' })),
        'No node group found for name: gone.',
      ],
    ] as const;
    for (const [call, message] of missing)
      await t.rejects(call(), {
        name: 'ResourceNotFoundException',
        message,
        $metadata: { httpStatusCode: 404 },
      });
    // moto answers 500 to a list of a cluster that is not there.
    const name = target.name === 'moto' ? /./ : 'ResourceNotFoundException';
    await t.rejects(eks.send(new ListFargateProfilesCommand({ clusterName: 'gone' })), { name });
  });
