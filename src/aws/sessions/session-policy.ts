import type { LoggedStep } from '../../domain/plan/steps/step.ts';
import type { Intent } from '../../ports/ledger.ts';
import type { Account } from '../../schema/account.ts';

const policyOf = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

/** The policy of a session for reads: every read that this service makes, and no write. */
export const readPolicy = policyOf({
  Effect: 'Allow',
  Action: [
    'eks:DescribeAccessEntry',
    'eks:DescribeCluster',
    'eks:DescribeFargateProfile',
    'eks:DescribeNodegroup',
    'eks:ListAccessEntries',
    'eks:ListClusters',
    'eks:ListFargateProfiles',
    'eks:ListNodegroups',
    'iam:GetAccountAuthorizationDetails',
    'iam:GetAccountSummary',
    'iam:GetRole',
    'iam:ListAttachedRolePolicies',
    'iam:ListOpenIDConnectProviders',
    'iam:ListRolePolicies',
  ],
  Resource: '*',
});

/** The policy of a session for an import. */
export const organizationPolicy = policyOf({
  Effect: 'Allow',
  Action: ['organizations:ListAccounts', 'organizations:ListTagsForResource'],
  Resource: '*',
});

/** STS allows 2,048 characters, and a packed size of its own that it reports only when it is exceeded. */
const comfortable = 1600;

const policyKey = 'iam:PolicyARN';
const boundaryKey = 'iam:PermissionsBoundary';

interface Grant {
  action: string;
  /** The condition key that restricts the action, and its value; null when the action needs no condition. */
  only: { key: string; value: string } | null;
}

function grantsOf({ action, detail }: LoggedStep): Grant[] {
  if ('policyArn' in detail) return [{ action, only: { key: policyKey, value: detail.policyArn } }];
  if (!('permissionsBoundary' in detail)) return [{ action, only: null }];
  const { permissionsBoundary: value } = detail;
  const only = value === null ? null : { key: boundaryKey, value };
  // Creating a role with tags or a boundary needs the permissions to set them as well.
  const tagging =
    action === 'iam:CreateRole' && Object.keys(detail.tags).length > 0
      ? [{ action: 'iam:TagRole', only: null }]
      : [];
  const bounding =
    action === 'iam:CreateRole' && only ? [{ action: 'iam:PutRolePermissionsBoundary', only }] : [];
  return [{ action, only }, ...tagging, ...bounding];
}

/**
 * The policy of a session for the writes of one intent: the planned actions, with the planned policies, on
 * that role only, until then. If naming the policies takes too much room, all `attachable` policies may be
 * attached (patterns of ARNs, some 600 characters), and any may be detached. The boundary stays the planned
 * one.
 */
export function writePolicy(
  { partition, accountId }: Account,
  { roleName, planned }: Intent,
  until: Date,
  attachable: string[],
): string {
  // A role's ARN contains its path, which may be anything. Its name comes last and has no slash.
  const roles = `arn:${partition}:iam::${accountId}:role/`;
  const Resource = [`${roles}${roleName}`, `${roles}*/${roleName}`];
  const lease = { DateLessThan: { 'aws:CurrentTime': until.toISOString().replace(/\.\d+Z$/, 'Z') } };
  const allow = (Action: string[], condition: object = {}) => ({
    Effect: 'Allow',
    Action,
    Resource,
    Condition: { ...lease, ...condition },
  });

  const grants = planned.flatMap(grantsOf);
  const actions = [...new Set(grants.map(({ action }) => action))];
  const limitsOf = (action: string) => {
    const limits = grants.flatMap((grant) => (grant.action === action ? (grant.only ?? []) : []));
    const [first] = limits;
    return first ? { [first.key]: [...new Set(limits.map(({ value }) => value))] } : null;
  };
  const alike = [...Map.groupBy(actions, (action) => JSON.stringify(limitsOf(action)))].map(
    ([limits, some]) => [JSON.parse(limits) as Record<string, string[]> | null, some] as const,
  );
  const exact = policyOf(
    ...alike.map(([limits, some]) => allow(some, limits ? { StringEquals: limits } : {})),
  );
  if (exact.length <= comfortable) return exact;
  // Each Allow needs its resources and its expiry. A Deny of everything that was not planned needs neither,
  // so it is shorter. A request without the condition key is denied too: to AWS it is not equal.
  const deny = (Action: string[], Condition: object) => ({
    Effect: 'Deny',
    Action,
    Resource: '*',
    Condition,
  });
  const bounded = alike.flatMap(([limits, some]) =>
    limits?.[boundaryKey] ? [deny(some, { StringNotEquals: limits })] : [],
  );
  const attach = 'iam:AttachRolePolicy';
  const attached = actions.includes(attach)
    ? [deny([attach], { StringNotLike: { [policyKey]: attachable } })]
    : [];
  return policyOf(allow(actions), ...bounded, ...attached);
}
