// What a member role allows, as deploy/member-role.cfn.yaml has it without its options.

const reads = [
  'iam:GetAccountAuthorizationDetails',
  'iam:GetAccountSummary',
  'iam:GetRole',
  'iam:ListAttachedRolePolicies',
  'iam:ListRolePolicies',
];

const readiness = [
  'eks:ListClusters',
  'eks:DescribeCluster',
  'eks:ListFargateProfiles',
  'eks:DescribeFargateProfile',
  'eks:ListNodegroups',
  'eks:DescribeNodegroup',
  'eks:ListAccessEntries',
  'eks:DescribeAccessEntry',
  'iam:ListOpenIDConnectProviders',
];

const writes = [
  'iam:AttachRolePolicy',
  'iam:CreateRole',
  'iam:DetachRolePolicy',
  'iam:PutRolePermissionsBoundary',
  'iam:TagRole',
  'iam:UntagRole',
  'iam:UpdateAssumeRolePolicy',
  'iam:UpdateRoleDescription',
];

const policy = (actions: string[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: actions, Resource: '*' },
  });

export const memberPolicy = policy([...reads, ...readiness, ...writes]);

/** A member role of before readiness. */
export const oldMemberPolicy = policy([...reads, ...writes]);
