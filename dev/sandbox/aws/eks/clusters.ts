import { randomBytes } from 'node:crypto';
import Type from 'typebox';
import type { Account } from '../model.ts';
import { storeCluster } from '../state.ts';
import { EksError } from './error.ts';
import { authenticationModes, type Cluster, clusterKey, eksArn } from './model.ts';
import { type Call, clusterOf, clusterResource, reads, seconds, writes } from './operation.ts';
import { Page, pageOf } from './page.ts';
import { ClusterName, RoleArn, Subnets } from './shapes.ts';

export const latestVersion = '1.35';

/** A new issuer's URL, as EKS makes them. */
export const newIssuer = (account: Account, region: string) => {
  const domain = account.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `https://oidc.eks.${region}.${domain}/id/${randomBytes(16).toString('hex').toUpperCase()}`;
};

const shown = ({ account, region }: Call, cluster: Cluster) => ({
  name: cluster.name,
  arn: eksArn(account, region, 'cluster', cluster.name),
  createdAt: seconds(cluster.createdAt),
  version: cluster.version,
  endpoint:
    cluster.issuer === null
      ? null
      : `https://${cluster.issuer.split('/').at(-1)}.gr7.${region}.eks.amazonaws.com`,
  roleArn: cluster.roleArn,
  resourcesVpcConfig: { subnetIds: [], securityGroupIds: [] },
  identity: cluster.issuer === null ? null : { oidc: { issuer: cluster.issuer } },
  status: cluster.status,
  platformVersion: 'eks.1',
  tags: {},
  health: { issues: [] },
  accessConfig: { authenticationMode: cluster.authenticationMode },
});

export const clusterOperations = [
  reads(
    { action: 'ListClusters', method: 'GET', path: '/clusters' },
    Type.Object(Page),
    ({ account, region }) => eksArn(account, region, 'cluster', '*'),
    ({ account, region }, input) => {
      const here = [...account.clusters.values()].filter((cluster) => cluster.region === region);
      const { page, nextToken } = pageOf(
        here.map(({ name }) => name),
        input,
      );
      return { clusters: page, nextToken };
    },
  ),

  reads(
    { action: 'DescribeCluster', method: 'GET', path: '/clusters/{name}' },
    Type.Object({ name: Type.String() }),
    clusterResource,
    (call, { name }) => ({ cluster: shown(call, clusterOf(call, name)) }),
  ),

  // The answer says CREATING. In the sandbox the cluster is ready at the next look.
  writes(
    { action: 'CreateCluster', method: 'POST', path: '/clusters' },
    Type.Object({
      name: ClusterName,
      roleArn: RoleArn,
      resourcesVpcConfig: Type.Object({ subnetIds: Subnets }),
      version: Type.Optional(Type.String()),
      accessConfig: Type.Optional(
        Type.Object({ authenticationMode: Type.Optional(Type.Enum([...authenticationModes])) }),
      ),
    }),
    clusterResource,
    (call, { name, roleArn, version = latestVersion, accessConfig }) => {
      const { state, account, region } = call;
      if (account.clusters.has(clusterKey({ region, name })))
        throw new EksError('ResourceInUseException', `Cluster already exists with name: ${name}`, {
          clusterName: name,
        });
      const cluster: Cluster = {
        region,
        name,
        status: 'ACTIVE',
        version,
        roleArn,
        authenticationMode: accessConfig?.authenticationMode ?? 'CONFIG_MAP',
        issuer: newIssuer(account, region),
        createdAt: state.now(),
        profiles: [],
        nodegroups: [],
        accessEntries: [],
      };
      storeCluster(state, account, cluster);
      return { cluster: shown(call, { ...cluster, status: 'CREATING', issuer: null }) };
    },
  ),
];
