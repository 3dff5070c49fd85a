import {
  CreateClusterCommand,
  CreateFargateProfileCommand,
  CreateNodegroupCommand,
  DescribeClusterCommand,
  EKSClient,
} from '@aws-sdk/client-eks';
import {
  AttachRolePolicyCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import type { World } from '#dev/sandbox/aws/world.ts';
import { assumeRole } from './assume-role.ts';

type RoleSeed = Parameters<World['putRole']>[0];
type ClusterSeed = Parameters<World['putCluster']>[0];

/** The roles and clusters of an emulator, from the seeds of the AWS sandbox. */
export interface ClusterWorld {
  /** Why the emulator cannot have such a cluster. Null where it can. */
  lacks(seed: ClusterSeed): string | null;
  putRole(seed: RoleSeed): Promise<void>;
  /** Throws for a cluster that the emulator lacks. */
  putCluster(seed: ClusterSeed): Promise<void>;
}

export const sandboxWorld = (world: World): ClusterWorld => ({
  lacks: () => null,
  putRole: async (seed) => void world.putRole(seed),
  putCluster: async (seed) => void world.putCluster(seed),
});

/** A new role or cluster in moto, made through the SDK. moto creates accounts on demand. */
export const motoWorld = (url: string, partition = 'aws'): ClusterWorld => {
  /** Calls `run` with clients of the account, and closes them. */
  const within = async (
    accountId: string,
    region: string,
    run: (clients: { iam: IAMClient; eks: EKSClient }) => Promise<void>,
  ) => {
    const settings = { region, endpoint: url, maxAttempts: 1 };
    const sts = new STSClient(settings);
    const RoleArn = `arn:${partition}:iam::${accountId}:role/Seeder`;
    const credentials = await assumeRole(sts, { RoleArn }).finally(() => sts.destroy());
    const iam = new IAMClient({ ...settings, credentials });
    const eks = new EKSClient({ ...settings, credentials });
    try {
      await run({ iam, eks });
    } finally {
      iam.destroy();
      eks.destroy();
    }
  };
  const lacks = ({ authenticationMode, accessEntries, status, issuer, profiles = [] }: ClusterSeed) => {
    if (authenticationMode !== 'CONFIG_MAP' || accessEntries) return 'moto has no access entries';
    if (status || issuer !== undefined) return 'in moto each cluster is ACTIVE, with an issuer of its Region';
    return profiles.some(({ status, issues }) => status || issues)
      ? 'in moto each profile is ACTIVE, without issues'
      : null;
  };
  const region = partition === 'aws-cn' ? 'cn-north-1' : 'us-west-2';

  return {
    lacks,

    putRole: ({ accountId, roleName, trustText = '', path = '/', attached = [] }) =>
      within(accountId, region, async ({ iam }) => {
        await iam.send(
          new CreateRoleCommand({ RoleName: roleName, Path: path, AssumeRolePolicyDocument: trustText }),
        );
        for (const PolicyArn of attached)
          await iam.send(new AttachRolePolicyCommand({ RoleName: roleName, PolicyArn }));
      }),

    putCluster: (seed) =>
      within(seed.accountId, seed.region, async ({ iam, eks }) => {
        const why = lacks(seed);
        if (why !== null) throw new Error(why);
        const { accountId, name, profiles = [], nodegroups = [], oidcProvider = true } = seed;
        const arnOf = (roleName: string) => `arn:${partition}:iam::${accountId}:role/${roleName}`;
        const subnets = ['subnet-1', 'subnet-2'];
        await eks.send(
          new CreateClusterCommand({
            name,
            roleArn: arnOf('AmazonEKSClusterRole'),
            resourcesVpcConfig: { subnetIds: subnets },
          }),
        );
        for (const {
          name: fargateProfileName,
          roleName = 'AmazonEKSFargatePodExecutionRole',
          ...given
        } of profiles)
          await eks.send(
            new CreateFargateProfileCommand({
              clusterName: name,
              fargateProfileName,
              podExecutionRoleArn: given.roleArn ?? arnOf(roleName),
              selectors: (given.namespaces ?? ['default']).map((namespace) => ({ namespace })),
            }),
          );
        for (const { name: nodegroupName, roleName = 'AmazonEKSNodeRole', roleArn } of nodegroups)
          await eks.send(
            new CreateNodegroupCommand({
              clusterName: name,
              nodegroupName,
              nodeRole: roleArn ?? arnOf(roleName),
              subnets,
            }),
          );
        if (!oidcProvider) return;
        const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
        const Url = cluster?.identity?.oidc?.issuer;
        // moto's issuer is that of the Region, so another cluster may have registered it.
        await iam
          .send(new CreateOpenIDConnectProviderCommand({ Url, ThumbprintList: ['0'.repeat(40)] }))
          .catch((error: { Code?: string }) => {
            if (error.Code !== 'EntityAlreadyExists') throw error;
          });
      }),
  };
};
