import type { LoggedStep } from '../../domain/plan/step.ts';
import type { Intent } from '../../ports/ledger.ts';
import type { Account } from '../../schema/account.ts';

const policyOf = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

/** What a session for reads may do: every read that this service makes, and no write. */
export const readPolicy = policyOf({
  Effect: 'Allow',
  Action: [
    'iam:GetAccountAuthorizationDetails',
    'iam:GetAccountSummary',
    'iam:GetRole',
    'iam:ListAttachedRolePolicies',
    'iam:ListRolePolicies',
  ],
  Resource: '*',
});

/** What a session for an import may do. */
export const organizationPolicy = policyOf({
  Effect: 'Allow',
  Action: ['organizations:ListAccounts', 'organizations:ListTagsForResource'],
  Resource: '*',
});

/** STS takes 2,048 characters at most, and packs them into a space of its own, of which it tells only when it is full. */
const comfortable = 1600;

const policyKey = 'iam:PolicyARN';
const boundaryKey = 'iam:PermissionsBoundary';

interface Grant {
  action: string;
  /** The condition key that confines it, and its one value: null where the action alone says it all. */
  only: { key: string; value: string } | null;
}

function grantsOf({ action, detail }: LoggedStep): Grant[] {
  if ('policyArn' in detail) return [{ action, only: { key: policyKey, value: detail.policyArn } }];
  if (!('permissionsBoundary' in detail)) return [{ action, only: null }];
  const { permissionsBoundary: value } = detail;
  const only = value === null ? null : { key: boundaryKey, value };
  // A role that is created with tags, or with a boundary, takes the right to put them there as well.
  const tagging = action === 'iam:CreateRole' && Object.keys(detail.tags).length > 0 ? [{ action: 'iam:TagRole', only: null }] : [];
  const bounding = action === 'iam:CreateRole' && only ? [{ action: 'iam:PutRolePermissionsBoundary', only }] : [];
  return [{ action, only }, ...tagging, ...bounding];
}

/**
 * What a session for the writes of one intent may do: the planned actions, with the planned policies, to that role
 * alone, until then. Where naming the policies would take too much room, any of the `attachable` may be attached, patterns of ARNs, some
 * 600 characters at most, and any be detached; the boundary stays the planned one.
 */
export function writePolicy({ partition, accountId }: Account, { roleName, planned }: Intent, until: Date, attachable: string[]): string {
  // A role's ARN has its path in it, and a path may be anything; its name comes last, and has no slash.
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
  const exact = policyOf(...alike.map(([limits, some]) => allow(some, limits ? { StringEquals: limits } : {})));
  if (exact.length <= comfortable) return exact;
  // What allows has its resources and its end in each statement; what denies all but what was planned needs neither, and so has room.
  // A request without the key is no exception: to AWS it is not equal.
  const deny = (Action: string[], Condition: object) => ({ Effect: 'Deny', Action, Resource: '*', Condition });
  const bounded = alike.flatMap(([limits, some]) => (limits?.[boundaryKey] ? [deny(some, { StringNotEquals: limits })] : []));
  const attach = 'iam:AttachRolePolicy';
  const attached = actions.includes(attach) ? [deny([attach], { StringNotLike: { [policyKey]: attachable } })] : [];
  return policyOf(allow(actions), ...bounded, ...attached);
}
