import type { World } from './aws/world.ts';
import {
  fieldAccountId,
  fleetClusters,
  nodesCluster,
  retailAccountId,
  retailRegion,
  sharedRoleName,
  unseenCluster,
} from './fleet-clusters.ts';
import { memberPolicy, oldMemberPolicy } from './member-policy.ts';

/** The account that the sandbox's service runs in. The service gets its keys from the environment. */
export const hub = {
  accountId: '999999999999',
  accessKeyId: 'AKIASANDBOXHUB000000',
  secretAccessKey: 'sandbox',
};
export const externalId = 'rolewright-sandbox';

/** The management account of the company's organization, and the role in it that reads the organization. */
export const managementAccountId = '000011112222';
export const organizationsRoleArn = `arn:aws:iam::${managementAccountId}:role/RolewrightOrganizations`;

const roleName = 'AmazonEKSFargatePodExecutionRole';
const service = 'eks-fargate-pods.amazonaws.com';

interface Member {
  accountId: string;
  name: string;
  partition: 'aws' | 'aws-cn';
  labels: Record<string, string>;
  /** The state that the account demonstrates. */
  trust?: (line: (region: string, cluster: string) => string) => unknown;
  text?: string;
  attached?: string[];
  tags?: Record<string, string>;
  /** The member role expects another external ID, so the account cannot be reached. */
  unreachable?: boolean;
  /** The member role lacks the actions of EKS. */
  hasOldMemberRole?: boolean;
}

const fargatePolicy = (partition: string) =>
  `arn:${partition}:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy`;
const allow = (more: object, principal: object = { Service: service }) => ({
  Effect: 'Allow',
  Principal: principal,
  Action: 'sts:AssumeRole',
  ...more,
});
const document = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });
const confined = (...lines: string[]) =>
  allow({ Condition: { ArnLike: { 'aws:SourceArn': lines.length === 1 ? lines[0] : lines } } });

/** The clusters that the retail account's role covers. */
const retailClusters = [
  ...fleetClusters(0)
    .filter(({ accountId, name }) => accountId === retailAccountId && name !== nodesCluster)
    .map(({ name }) => name),
  unseenCluster,
];

/** A small company, with one account for each typical state of an execution role. */
export const fleet: Member[] = [
  {
    accountId: '111122223333',
    name: 'payments-prod',
    partition: 'aws',
    labels: { team: 'payments', stage: 'prod' },
    trust: (line) => document(confined(line('us-west-2', 'checkout'))),
    tags: { team: 'payments' },
  },
  {
    accountId: '222233334444',
    name: 'search-prod (as CDK writes it: no condition)',
    partition: 'aws',
    labels: { team: 'search', stage: 'prod' },
    trust: () => document(allow({})),
  },
  {
    accountId: '333344445555',
    name: 'data-dev (no role yet)',
    partition: 'aws',
    labels: { team: 'data', stage: 'dev' },
  },
  {
    accountId: '444455556666',
    name: 'shop-cn (as old eksctl wrote it: arn:aws in China)',
    partition: 'aws-cn',
    labels: { team: 'shop', stage: 'prod' },
    trust: (line) => document(confined(line('cn-north-1', 'shop').replace('arn:aws-cn:', 'arn:aws:'))),
  },
  {
    accountId: '555566667777',
    name: 'platform-prod (the policy is not attached)',
    partition: 'aws',
    labels: { team: 'platform', stage: 'prod' },
    trust: (line) => document(confined(line('eu-west-1', 'core'))),
    attached: [],
  },
  {
    accountId: '666677778888',
    name: 'media-prod (shared with nodes, and with another account)',
    partition: 'aws',
    labels: { team: 'media', stage: 'prod' },
    trust: (line) =>
      document(
        confined(line('us-east-1', 'video'), 'arn:aws:eks:us-east-1:123456789012:fargateprofile/video/*'),
        allow({ Sid: 'Nodes' }, { Service: 'ec2.amazonaws.com' }),
      ),
  },
  {
    accountId: '777788889999',
    name: 'iot-prod (the member role expects another external ID)',
    partition: 'aws',
    labels: { team: 'iot', stage: 'prod' },
    unreachable: true,
  },
  {
    accountId: '888899990000',
    name: 'legacy-prod (a repeated key, and Terraform owns it)',
    partition: 'aws',
    labels: { team: 'legacy', stage: 'prod' },
    text: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:eks:us-west-2:888899990000:fargateprofile/new/*","aws:SourceArn":"arn:aws:eks:us-west-2:888899990000:fargateprofile/old/*"}},"Principal":{"Service":"${service}"},"Action":"sts:AssumeRole"}]}`,
    tags: { ManagedBy: 'Terraform' },
  },
  {
    accountId: retailAccountId,
    name: 'retail-prod (clusters in every state)',
    partition: 'aws',
    labels: { team: 'retail', stage: 'prod' },
    trust: (line) => document(confined(...retailClusters.map((name) => line(retailRegion, name)))),
  },
  {
    accountId: fieldAccountId,
    name: 'field-prod (an old member role: EKS may not be asked)',
    partition: 'aws',
    labels: { team: 'field', stage: 'prod' },
    trust: (line) => document(confined(line('us-east-1', 'sensors'))),
    hasOldMemberRole: true,
  },
];

/**
 * Its role names a cluster's ARN instead of a Fargate profile's. The account is not registered: the tutorial
 * registers it.
 */
const unregisteredMember: Member = {
  accountId: '101010101010',
  name: 'analytics-prod',
  partition: 'aws',
  labels: { team: 'data', stage: 'prod' },
  trust: (line) =>
    document(confined(line('eu-west-1', 'reports').replace('fargateprofile/reports/*', 'cluster/reports'))),
};

/** Other accounts of the organization. They are not registered: an import finds them. */
const unregistered: Parameters<World['putOrganization']>[0]['members'] = [
  { accountId: managementAccountId, name: 'management' },
  { accountId: hub.accountId, name: 'platform-tools', tags: { team: 'platform' } },
  { accountId: unregisteredMember.accountId, name: unregisteredMember.name, tags: unregisteredMember.labels },
  { accountId: '121212121212', name: 'trial-2024 (suspended)', state: 'SUSPENDED', tags: { team: 'search' } },
  { accountId: '131313131313', name: 'shop-old (closed)', state: 'CLOSED' },
];

/**
 * Creates the company's organization in the AWS sandbox. Accounts in China are not in it: they need another
 * organization.
 */
export function seedOrganization(world: World): void {
  world.putAccount({ accountId: managementAccountId });
  const trust = document({
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${hub.accountId}:root` },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'sts:ExternalId': externalId } },
  });
  world.putRole({
    accountId: managementAccountId,
    roleName: 'RolewrightOrganizations',
    trustText: JSON.stringify(trust),
  });
  const members = fleet
    .filter(({ partition }) => partition === 'aws')
    .map(({ accountId, name, labels }) => ({
      accountId,
      name,
      tags: { ...labels, 'cost-center': accountId.slice(0, 4) },
    }));
  world.putOrganization({
    organizationId: 'o-rolewright1',
    managementAccountId,
    members: [...members, ...unregistered],
  });
}

/** Creates the company in the AWS sandbox. */
export function seedAws(world: World): void {
  const { accountId: hubId, ...keys } = hub;
  world.putAccount({ accountId: hubId, accessKeys: [{ ...keys, userName: 'rolewright' }] });
  for (const { accountId, partition, trust, text, attached, tags = {}, ...member } of [
    ...fleet,
    unregisteredMember,
  ]) {
    world.putAccount({ accountId, partition });
    const expected = member.unreachable ? 'somebody-elses' : externalId;
    const memberTrust = document({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${hubId}:root` },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': expected } },
    });
    world.putRole({
      accountId,
      roleName: 'RolewrightMember',
      trustText: JSON.stringify(memberTrust),
      inline: { rolewright: member.hasOldMemberRole ? oldMemberPolicy : memberPolicy },
    });
    const line = (region: string, cluster: string) =>
      `arn:${partition}:eks:${region}:${accountId}:fargateprofile/${cluster}/*`;
    const trustText = text ?? (trust && JSON.stringify(trust(line)));
    if (trustText !== undefined)
      world.putRole({
        accountId,
        roleName,
        trustText,
        tags,
        attached: attached ?? [fargatePolicy(partition)],
      });
  }
  seedClusters(world);
}

/** Creates the clusters of the fleet, and the role that one of them shares with its nodes. */
function seedClusters(world: World): void {
  const shared = world.putRole({
    accountId: retailAccountId,
    roleName: sharedRoleName,
    trustText: JSON.stringify(
      document(
        confined(`arn:aws:eks:${retailRegion}:${retailAccountId}:fargateprofile/${nodesCluster}/*`),
        allow({ Sid: 'Nodes' }, { Service: 'ec2.amazonaws.com' }),
      ),
    ),
    attached: [fargatePolicy('aws'), 'arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy'],
  });
  for (const { finding: _, ...cluster } of fleetClusters(shared.createdAt)) world.putCluster(cluster);
}
