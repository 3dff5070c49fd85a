import { createSource, type RoleKind } from './role-kind.ts';

/** The role that EKS assumes to start pods on Fargate. */
export const fargate: RoleKind = {
  noun: 'pod execution role',
  documentation: 'https://docs.aws.amazon.com/eks/latest/userguide/pod-execution-role.html',
  // The same in every partition.
  principal: () => 'eks-fargate-pods.amazonaws.com',
  caller: 'EKS',
  actions: ['sts:AssumeRole'],
  source: createSource({
    noun: 'Fargate profile',
    service: 'eks',
    beforeName: 'fargateprofile/',
    afterName: '/',
    rest: ['NAME', '/', 'UUID'],
    restInLine: '*',
    shown: 'fargateprofile/CLUSTER/PROFILE/UUID',
    mistakes: [
      { begins: 'cluster/', explanation: "it is the cluster's own ARN, and EKS sends the Fargate profile's" },
    ],
  }),
  requiredPolicies: (partition) => [
    `arn:${partition}:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy`,
  ],
  usualExtras: 'Fargate logging',
  usualName: 'AmazonEKSFargatePodExecutionRole',
  // The EKS guide's name, the names of eksctl and CDK as CloudFormation completes them, and those of
  // Terraform configurations.
  usualNames: /fargate.*pod.*execution/i,
  codeNames: { snake: 'pod_execution', pascal: 'PodExecutionRole' },
  trial: 'Start a pod on Fargate',
};
