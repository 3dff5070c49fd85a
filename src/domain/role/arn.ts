import type { Cluster, Partition } from '../../schema/primitives.ts';

export const fargateService = 'eks-fargate-pods.amazonaws.com';
export const executionPolicyArn = (partition: Partition) => `arn:${partition}:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy`;

/** The line that covers one cluster, as the EKS user guide writes it. */
export const lineFor = (partition: Partition, accountId: string, { region, name }: Cluster) =>
  `arn:${partition}:eks:${region}:${accountId}:fargateprofile/${name}/*`;

/** How an operator compares: by ARN components, as one string with wildcards, or to the letter. */
export type Comparison = 'ARN' | 'STRING' | 'EXACT' | 'EXACT_IGNORING_CASE';

const sixParts = /^([^:]*):([^:]*):([^:]*):([^:]*):([^:]*):(.*)$/s;
/** The six components of an ARN: partition, service, Region and account stand second to fifth, the sixth is all the rest. */
export type Components = [arn: string, partition: string, service: string, region: string, account: string, resource: string];
export const componentsOf = (value: string) => (sixParts.exec(value)?.slice(1) as Components | undefined) ?? null;

/** The clusters that a line can be about at most, as it is written: `*` where it does not say. */
export const reachOf = (value: string): { region: string; name: string } => ({
  region: value.split(':')[3]?.match(/^[^/]+$/)?.[0] ?? '*',
  name: value.match(/:fargateprofile\/([^/]+)/)?.[1] ?? '*',
});

/** The cluster that a line is for, as it is written, where the line has the shape of a Fargate profile's ARN. */
export function clusterOf(value: string): { region: string; name: string } | null {
  const parts = componentsOf(value);
  const name = parts?.[5]?.match(/^fargateprofile\/([^/]+)(\/.*)?$/)?.[1];
  return parts && name !== undefined ? { region: parts[3] as string, name } : null;
}
