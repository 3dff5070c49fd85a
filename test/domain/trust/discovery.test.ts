import t from 'tap';
import type { RoleState } from '#src/domain/role/role-state.ts';
import { looksLikeExecutionRole } from '#src/domain/trust/discovery.ts';
import { context } from '../fixtures/observed.ts';

const service = 'eks-fargate-pods.amazonaws.com';
const allow = (more: object = {}) => ({
  Effect: 'Allow',
  Principal: { Service: service },
  Action: 'sts:AssumeRole',
  ...more,
});
const nodes = allow({ Principal: { Service: 'ec2.amazonaws.com' } });
const trusting = (...statements: object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const policy = (partition: string, name = 'AmazonEKSFargatePodExecutionRolePolicy') =>
  `arn:${partition}:iam::aws:policy/${name}`;

const role = (differences: Partial<RoleState>): RoleState => ({
  roleName: 'app',
  roleArn: 'arn:aws:iam::111122223333:role/app',
  roleId: 'AROA1',
  createdAt: null,
  path: '/',
  description: null,
  permissionsBoundary: null,
  trustText: trusting(nodes),
  attached: [],
  inline: [],
  tags: {},
  ...differences,
});

const cases: [found: boolean, what: string, differences: Partial<RoleState>][] = [
  [false, 'a role of something else', {}],

  [true, 'trusts the service', { trustText: trusting(allow()) }],
  [true, 'one statement, not in an array', { trustText: JSON.stringify({ Statement: allow() }) }],
  [true, 'in the second statement', { trustText: trusting(nodes, allow()) }],
  [
    true,
    'beside other services, as old eksctl wrote',
    { trustText: trusting(allow({ Principal: { Service: ['eks.amazonaws.com', service] } })) },
  ],
  [true, 'for another action', { trustText: trusting(allow({ Action: 'sts:TagSession' })) }],
  [
    true,
    'under a condition that never holds',
    { trustText: trusting(allow({ Condition: { Bool: { 'aws:SecureTransport': 'x' } } })) },
  ],
  [
    true,
    'in a key that a repeated one hides',
    {
      trustText: `{"Statement":{"Effect":"Allow","Principal":{"Service":"${service}","Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}`,
    },
  ],
  [true, 'in a text with escapes', { trustText: trusting(allow()).replace('eks-', 'eks\\u002d') }],
  [false, 'denies the service', { trustText: trusting(allow({ Effect: 'Deny' })) }],
  [
    false,
    'trusts everyone but another',
    { trustText: trusting(allow({ Principal: undefined, NotPrincipal: { AWS: '111122223333' } })) },
  ],
  [
    false,
    'names the service in a condition alone',
    {
      trustText: trusting(
        allow({
          Principal: { AWS: '*' },
          Condition: { StringEquals: { 'aws:PrincipalServiceName': service } },
        }),
      ),
    },
  ],
  [
    false,
    'names the service as an AWS principal',
    { trustText: trusting(allow({ Principal: { AWS: service } })) },
  ],
  [
    false,
    "EKS's own service-linked role",
    {
      roleName: 'AWSServiceRoleForAmazonEKSForFargate',
      trustText: trusting(allow({ Principal: { Service: 'eks-fargate.amazonaws.com' } })),
    },
  ],
  [false, 'a trust policy that is none', { trustText: 'not json' }],
  [
    false,
    'statements that are none',
    { trustText: `{"Statement":[null,"${service}",7,{"Effect":"Allow"}]}` },
  ],

  [true, 'has the managed policy', { attached: [policy('aws', 'ReadOnlyAccess'), policy('aws')] }],
  [
    false,
    'has a policy of that name, but not of AWS',
    { attached: ['arn:aws:iam::111122223333:policy/AmazonEKSFargatePodExecutionRolePolicy'] },
  ],
  [false, 'has another policy', { attached: [policy('aws', 'AmazonEKSWorkerNodePolicy')] }],
  [false, 'has an inline policy of that name', { inline: ['AmazonEKSFargatePodExecutionRolePolicy'] }],

  [true, "the guide's name", { roleName: 'AmazonEKSFargatePodExecutionRole' }],
  [true, "eksctl's name", { roleName: 'eksctl-prod-cluster-FargatePodExecutionRole-1A2B3C4D5E6F' }],
  [
    true,
    "eksctl's name, where it was cut to fit",
    { roleName: 'eksctl-a-cluster-with-a-long-name-c-FargatePodExecutionRole-XYZ' },
  ],
  [true, 'as Terraform has it', { roleName: 'prod-fargate-pod-execution-role' }],
  [true, 'with words between', { roleName: 'eks_fargate_profile.pods-execution' }],
  [true, 'in another letter case', { roleName: 'EKS-FARGATE-POD-EXECUTION' }],
  [false, 'without pods', { roleName: 'fargate-task-execution-role' }],
  [false, 'in another order', { roleName: 'pod-execution-fargate' }],
];

for (const [found, what, differences] of cases)
  t.equal(looksLikeExecutionRole(role(differences), context), found, what);

t.test("the managed policy's ARN is the partition's own", async (t) => {
  const has = (partition: string) => role({ attached: [policy(partition)] });
  t.equal(looksLikeExecutionRole(has('aws-cn'), { ...context, partition: 'aws-cn' }), true);
  t.equal(looksLikeExecutionRole(has('aws'), { ...context, partition: 'aws-cn' }), false);
});
