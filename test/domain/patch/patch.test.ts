import t from 'tap';
import { patchFor } from '#src/domain/patch/patch.ts';
import { planEnsure } from '#src/domain/plan/plan-ensure.ts';
import { planExtend } from '#src/domain/plan/plan-extend.ts';
import { planRevert } from '#src/domain/plan/plan-revert.ts';
import type { OwningTool } from '#src/schema/problem.ts';
import { parseBlockYaml } from '#test/support/block-yaml.ts';
import { cluster, lineOf, observed, other, policy, requirePlanned, statement } from '../fixtures/observed.ts';

const executionPolicy = 'arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy';
const logging = 'arn:aws:iam::aws:policy/CloudWatchLogsFullAccess';
const boundary = 'arn:aws:iam::aws:policy/PowerUserAccess';
const trust = policy(
  { Sid: 'Fargate', ...statement(lineOf('other')) },
  { Effect: 'Deny', Principal: '*', Action: 'sts:TagSession' },
);
const after = policy(
  { Sid: 'Fargate', ...statement([lineOf('other'), lineOf('my-cluster')]) },
  { Effect: 'Deny', Principal: '*', Action: 'sts:TagSession' },
);
const described = { description: 'd', permissionsBoundary: boundary, tags: { team: 'payments' } };

/** The patch that adds a line, or all that a write can change, for a role with these tags. */
function patch(tool: OwningTool, what: 'a line' | 'all' | 'a policy', tags: Record<string, string> = {}) {
  const state = observed(trust, {
    attached: what === 'a line' ? [executionPolicy] : [logging],
    tags: { old: '1', ...tags },
  });
  const plan =
    what === 'all'
      ? planEnsure(state, { clusters: [cluster], ...described })
      : planExtend(state, [what === 'a policy' ? other : cluster], 'REFUSE', false);
  return patchFor(tool, state.kind, state.role, requirePlanned(plan));
}

const all = [executionPolicy, logging].sort();
const resource = (properties: object, id = 'PodExecutionRole') => [
  { Resources: { [id]: { Type: 'AWS::IAM::Role', Properties: properties } } },
];
const document = (text: unknown) => JSON.parse(String(text)) as unknown;

t.test('Terraform: the role, and each new policy as a resource of its own', (t) => {
  t.match(patch('Terraform', 'a line'), { tool: 'Terraform', language: 'hcl' });
  t.equal(
    patch('Terraform', 'all').text,
    `# Set this in your aws_iam_role that is named PodExecution.
# Add to its tags, and leave everything else of it as it is.
resource "aws_iam_role" "pod_execution" {
  name = "PodExecution"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "Fargate"
        Effect = "Allow"
        Condition = {
          ArnLike = {
            "aws:SourceArn" = [
              "${lineOf('other')}",
              "${lineOf('my-cluster')}",
            ]
          }
        }
        Principal = {
          Service = "eks-fargate-pods.amazonaws.com"
        }
        Action = "sts:AssumeRole"
      },
      {
        Effect    = "Deny"
        Principal = "*"
        Action    = "sts:TagSession"
      },
    ]
  })
  description          = "d"
  permissions_boundary = "${boundary}"
  tags = {
    "team" = "payments"
  }
}

# If the role has managed_policy_arns, add the policies there instead.
resource "aws_iam_role_policy_attachment" "pod_execution" {
  role       = "PodExecution"
  policy_arn = "${executionPolicy}"
}
`,
  );
  t.notMatch(patch('Terraform', 'a policy').text, /"aws_iam_role"/, 'no role when it stays unchanged');
  t.end();
});

t.test('CloudFormation', (t) => {
  const { text, ...rest } = patch('CloudFormation', 'a line');
  t.same(rest, { tool: 'CloudFormation', language: 'yaml' });
  t.same(parseBlockYaml(text), resource({ AssumeRolePolicyDocument: after }));
  t.same(
    parseBlockYaml(patch('CloudFormation', 'all').text),
    resource({
      AssumeRolePolicyDocument: after,
      ManagedPolicyArns: all,
      Description: 'd',
      PermissionsBoundary: boundary,
      Tags: [{ Key: 'team', Value: 'payments' }],
    }),
    'a list of policies is the whole list',
  );
  const tags = {
    'aws:cloudformation:stack-name': 'eks-prod',
    'aws:cloudformation:logical-id': 'FargateRole',
  };
  const placed = patch('CloudFormation', 'a policy', tags).text;
  t.same(
    parseBlockYaml(placed),
    resource({ ManagedPolicyArns: all }, 'FargateRole'),
    'under its own logical ID',
  );
  t.match(placed, /stack eks-prod/);
  t.notMatch(placed, /^ *RoleName:/m, 'a RoleName would replace a role that has a generated one');
  t.end();
});

t.test('CDK: the required template, and where to write it', (t) => {
  const { text, ...rest } = patch('CDK', 'a line');
  t.same(rest, { tool: 'CDK', language: 'yaml' });
  t.match(text, 'addPropertyOverride');
  t.same(parseBlockYaml(text), resource({ AssumeRolePolicyDocument: after }));
  t.end();
});

t.test('ACK', (t) => {
  const { text, ...rest } = patch('ACK', 'all', { 'services.k8s.aws/namespace': 'infra' });
  t.same(rest, { tool: 'ACK', language: 'yaml' });
  const [role] = parseBlockYaml(text) as [{ spec: Record<string, unknown> }];
  t.match(role, {
    apiVersion: 'iam.services.k8s.aws/v1alpha1',
    kind: 'Role',
    metadata: { name: 'podexecution', namespace: 'infra' },
  });
  const { assumeRolePolicyDocument, ...spec } = role.spec;
  t.same(document(assumeRolePolicyDocument), after);
  t.same(spec, {
    name: 'PodExecution',
    policies: all,
    description: 'd',
    permissionsBoundary: boundary,
    tags: [{ key: 'team', value: 'payments' }],
  });
  t.end();
});

t.test('Crossplane, of both families', (t) => {
  const families = [
    [{}, 'iam.aws.upbound.io/v1beta1', 'assumeRolePolicy', 'role', { team: 'payments' }, 'podexecution'],
    [
      { 'crossplane-kind': 'role.iam.aws.m.upbound.io' },
      'iam.aws.m.upbound.io/v1beta1',
      'assumeRolePolicy',
      'role',
      { team: 'payments' },
    ],
    [
      { 'crossplane-kind': 'role.iam.aws.crossplane.io', 'crossplane-name': 'fargate' },
      'iam.aws.crossplane.io/v1beta1',
      'assumeRolePolicyDocument',
      'roleName',
      [{ key: 'team', value: 'payments' }],
      'fargate',
    ],
  ] as const;
  for (const [tags, apiVersion, field, roleField, newTags, name = 'podexecution'] of families) {
    const [role, attachment, ...more] = parseBlockYaml(patch('Crossplane', 'all', tags).text) as [
      { spec: { forProvider: Record<string, unknown> } },
      object,
    ];
    t.same(document(role.spec.forProvider[field]), after, apiVersion);
    t.match(role, {
      apiVersion,
      kind: 'Role',
      metadata: { name, annotations: { 'crossplane.io/external-name': 'PodExecution' } },
      spec: { forProvider: { tags: newTags, description: 'd', permissionsBoundary: boundary } },
    });
    t.same(attachment, {
      apiVersion,
      kind: 'RolePolicyAttachment',
      metadata: { name: `${name}-1` },
      spec: { forProvider: { policyArn: executionPolicy, [roleField]: 'PodExecution' } },
    });
    t.same(more, []);
  }
  t.match(
    parseBlockYaml(patch('Crossplane', 'a policy').text),
    [{ kind: 'RolePolicyAttachment' }],
    'no role when it stays unchanged',
  );
  t.end();
});

t.test('a tag cannot end the comment that names it', (t) => {
  const { text } = patch('CloudFormation', 'a line', {
    'aws:cloudformation:stack-name': 'x\nEvil: 1\u2028Evil: 2',
  });
  t.same(parseBlockYaml(text), resource({ AssumeRolePolicyDocument: after }));
  t.notMatch(text, /\u2028/);
  t.end();
});

t.test('removals of a revert are named, and only the rest is declared', (t) => {
  const state = observed(trust, {
    attached: [executionPolicy, logging],
    tags: { team: 'payments', cost: '1' },
  });
  const before = { trust, policies: { attached: [executionPolicy], inline: null }, tags: {} };
  const said = `# Detach the policy ${logging}.\n# Remove its tags team, cost.\n`;
  for (const tool of ['Terraform', 'CloudFormation', 'CDK', 'ACK', 'Crossplane'] as const) {
    const { text } = patchFor(tool, state.kind, state.role, requirePlanned(planRevert(state, before)));
    t.ok(text.startsWith(said), tool);
    t.equal(text.split(logging).length, 2, `${tool}: the removed policy is not declared`);
  }
  t.end();
});
