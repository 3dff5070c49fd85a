import Type from 'typebox';
import { refuse } from './aws-error.ts';
import { parseJson } from './json.ts';
import { type Account, type ManagedPolicy, policyArn, uniqueId } from './model.ts';
import { writes } from './operation.ts';
import { Path, PolicyDescription, PolicyDocument, PolicyName, Tags } from './shapes.ts';
import { element, timestamp, value } from './xml.ts';

/** Some AWS managed policies, by the end of their ARNs. */
const awsManaged = new Set([
  'AdministratorAccess',
  'AmazonEC2ContainerRegistryPullOnly',
  'AmazonEC2ContainerRegistryReadOnly',
  'AmazonEKS_CNI_Policy',
  'AmazonEKSClusterPolicy',
  'AmazonEKSFargatePodExecutionRolePolicy',
  'AmazonEKSServicePolicy',
  'AmazonEKSVPCResourceController',
  'AmazonEKSWorkerNodePolicy',
  'AmazonS3ReadOnlyAccess',
  'AmazonSSMManagedInstanceCore',
  'AmazonSSMReadOnlyAccess',
  'CloudWatchAgentServerPolicy',
  'CloudWatchFullAccess',
  'CloudWatchLogsFullAccess',
  'CloudWatchReadOnlyAccess',
  'IAMFullAccess',
  'IAMReadOnlyAccess',
  'PowerUserAccess',
  'ReadOnlyAccess',
  'SecurityAudit',
  'aws-service-role/AmazonEKSForFargateServiceRolePolicy',
  'aws-service-role/AmazonEKSServiceRolePolicy',
  'job-function/ViewOnlyAccess',
  'service-role/AmazonECSTaskExecutionRolePolicy',
  'service-role/AWSLambdaBasicExecutionRole',
]);

/** The last part of a policy's ARN. */
export const policyNameOf = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);

/**
 * Finds a policy by its ARN, ignoring letter case as IAM does. Every partition has the AWS managed policies.
 */
const findPolicy = (account: Account, arn: string): string | undefined => {
  const own = [...awsManaged].map((name) => `arn:${account.partition}:iam::aws:policy/${name}`);
  return [...own, ...account.policies.keys()].find((one) => one.toLowerCase() === arn.toLowerCase());
};

/**
 * The policy's stored ARN. Throws AttachRolePolicy's errors for a policy that cannot be attached to a role.
 */
export const requireAttachable = (account: Account, arn: string): string => {
  if (!/^arn:[a-z-]+:iam::(aws|\d{12}):policy\/[!-~]+$/.test(arn))
    throw refuse('InvalidInput', `ARN ${arn} is not valid.`);
  const found = findPolicy(account, arn);
  if (found === undefined) throw refuse('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`);
  if (found.includes(':iam::aws:policy/aws-service-role/')) {
    throw refuse('PolicyNotAttachable', 'Cannot attach a Service Role Policy to a customer role.');
  }
  return found;
};

/** The policy's stored ARN. Throws NoSuchEntity for an ARN that cannot be a permissions boundary here. */
export const requireBoundary = (account: Account, arn: string): string => {
  const found = findPolicy(account, arn);
  if (found === undefined)
    throw refuse('NoSuchEntity', `Scope ARN: ${arn} does not exist or is not attachable.`);
  return found;
};

/**
 * Throws MalformedPolicyDocument for a text that is not a policy. Permissions policies are not validated
 * further.
 */
export const requirePolicyDocument = (text: string): void => {
  const document = parseJson(text);
  if (document === undefined)
    throw refuse('MalformedPolicyDocument', 'The policy is not in the valid JSON format.');
  if (document === null || typeof document !== 'object' || !('Statement' in document)) {
    throw refuse('MalformedPolicyDocument', 'Syntax errors in policy.');
  }
};

const policyXml = (account: Account, policy: ManagedPolicy) =>
  element(
    'Policy',
    value('PolicyName', policy.policyName) +
      value('PolicyId', policy.policyId) +
      value('Arn', policyArn(account, policy)) +
      value('Path', policy.path) +
      value('DefaultVersionId', 'v1') +
      value('AttachmentCount', 0) +
      value('PermissionsBoundaryUsageCount', 0) +
      value('IsAttachable', true) +
      value('CreateDate', timestamp(policy.createdAt)) +
      value('UpdateDate', timestamp(policy.createdAt)),
  );

export const policyOperations = {
  CreatePolicy: writes(
    Type.Object({
      PolicyName,
      PolicyDocument,
      Path: Type.Optional(Path),
      Description: Type.Optional(PolicyDescription),
      Tags: Type.Optional(Tags),
    }),
    ({ state, account }, input) => {
      requirePolicyDocument(input.PolicyDocument);
      const policy: ManagedPolicy = {
        policyName: input.PolicyName,
        policyId: uniqueId('ANPA', 17),
        path: input.Path ?? '/',
        createdAt: state.now(),
      };
      const name = policy.policyName.toLowerCase();
      if ([...account.policies.values()].some((other) => other.policyName.toLowerCase() === name)) {
        throw refuse(
          'EntityAlreadyExists',
          `A policy called ${policy.policyName} already exists. Duplicate names are not allowed.`,
        );
      }
      account.policies.set(policyArn(account, policy), policy);
      return policyXml(account, policy);
    },
  ),
};
