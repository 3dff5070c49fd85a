import Type from 'typebox';
import { EksError } from './error.ts';
import { type Cluster, eksArn, type Nodegroup } from './model.ts';
import { type Call, clusterOf, clusterResource, findCluster, reads, seconds } from './operation.ts';
import { Page, pageOf } from './page.ts';

const arnOf = ({ account, region }: Call, clusterName: string, name: string, uuid: string) =>
  eksArn(account, region, 'nodegroup', clusterName, name, uuid);

const shown = (call: Call, cluster: Cluster, nodegroup: Nodegroup) => ({
  nodegroupName: nodegroup.name,
  nodegroupArn: arnOf(call, cluster.name, nodegroup.name, nodegroup.uuid),
  clusterName: cluster.name,
  version: cluster.version,
  createdAt: seconds(nodegroup.createdAt),
  modifiedAt: seconds(nodegroup.createdAt),
  status: 'ACTIVE',
  capacityType: 'ON_DEMAND',
  scalingConfig: { minSize: 1, maxSize: 3, desiredSize: 2 },
  instanceTypes: ['m7g.large'],
  subnets: [],
  amiType: 'AL2023_ARM_64_STANDARD',
  nodeRole: nodegroup.roleArn,
  labels: {},
  health: { issues: [] },
  tags: {},
});

const path = '/clusters/{clusterName}/node-groups';

export const nodegroupOperations = [
  reads(
    { action: 'ListNodegroups', method: 'GET', path },
    Type.Object({ clusterName: Type.String(), ...Page }),
    clusterResource,
    (call, input) => {
      const { nodegroups } = clusterOf(call, input.clusterName);
      const { page, nextToken } = pageOf(
        nodegroups.map(({ name }) => name),
        input,
      );
      return { nodegroups: page, nextToken };
    },
  ),

  reads(
    { action: 'DescribeNodegroup', method: 'GET', path: `${path}/{nodegroupName}` },
    Type.Object({ clusterName: Type.String(), nodegroupName: Type.String() }),
    (call, { clusterName, nodegroupName }) => {
      const nodegroups = findCluster(call, clusterName)?.nodegroups ?? [];
      const uuid = nodegroups.find(({ name }) => name === nodegroupName)?.uuid ?? '*';
      return arnOf(call, String(clusterName), String(nodegroupName), uuid);
    },
    (call, { clusterName, nodegroupName }) => {
      const cluster = clusterOf(call, clusterName);
      const nodegroup = cluster.nodegroups.find(({ name }) => name === nodegroupName);
      if (!nodegroup)
        throw new EksError('ResourceNotFoundException', `No node group found for name: ${nodegroupName}.`, {
          clusterName,
          nodegroupName,
        });
      return { nodegroup: shown(call, cluster, nodegroup) };
    },
  ),
];
