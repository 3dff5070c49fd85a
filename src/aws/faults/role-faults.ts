import { type Call, onRole, quoteAws, type Translation } from './call.ts';
import type { WireError } from './wire-error.ts';

// Faults of roles, policies and quotas.

export const roleGone: Translation = ({ roleName, account }) => [
  'ROLE_NOT_FOUND',
  `There is no role ${roleName} in account ${account.accountId}.`,
];
/**
 * Does AWS's message say that a policy, or the role, is missing? It only affects our message and whether to
 * wait. What a code means does not depend on the message.
 */
const names = (what: RegExp, { roleName }: Call, { message }: WireError) =>
  message.split(/[\s'"]+/).some((word) => word !== roleName && what.test(word));
export const namesPolicy = (call: Call, error: WireError) => names(/^(policy|ARN)$/i, call, error);
const namesRole = (call: Call, error: WireError) =>
  !namesPolicy(call, error) && names(/^role$/i, call, error);
export const boundaryMissing: Translation = ({ policyArn, roleName, account }, error) => [
  'AWS_FAILED',
  `The role ${roleName} was not created: account ${account.accountId} has no policy ${policyArn} for its permissions boundary.${quoteAws(error)}`,
];
export const policyMissing: Translation = (call, error) => {
  const { policyArn, roleName, account } = call;
  if (namesRole(call, error)) return roleGone(call, error);
  const doubt = namesPolicy(call, error) ? '' : `, or else the role ${roleName},`;
  return [
    'AWS_FAILED',
    `AWS does not find the policy ${policyArn}${doubt} in account ${account.accountId}.${quoteAws(error)} Check the policy's ARN; its partition must be ${account.partition}.`,
  ];
};
/** The policy was detached, or the role deleted, since the role was read. */
export const detachedElsewhere: Translation = ({ policyArn, roleName }, error) => [
  'ROLE_CHANGED',
  `The policy ${policyArn} is no longer attached to the role ${roleName}, or the role is gone.${quoteAws(error)} Read the role again.`,
];

/**
 * AWS's names of the quotas that a role can exceed, and what they count. The number in its message is the
 * account's quota.
 */
const quotas: Record<string, (limit: string) => string> = {
  ACLSizePerRole: (limit) => `${limit} characters (white space not counted) for a trust policy`,
  PoliciesPerRole: (limit) => `${limit} attached policies for a role`,
  RolesPerAccount: (limit) => `${limit} roles`,
  TagsPerRole: (limit) => `${limit} tags for a role`,
};
export const quotaFull: Translation = (call, error) => {
  const [, name = '', limit = ''] = /quota for (\w+): (\d+)/.exec(error.message) ?? [];
  const of = quotas[name]?.(limit) ?? (limit && `${limit} (${name})`);
  const remedy = 'Request less, or ask AWS to raise the quota (Service Quotas).';
  return of
    ? [
        'QUOTA_EXCEEDED',
        `${call.action} ${onRole(call)} would exceed the account's quota of ${of}. ${remedy}`,
        { quota: Number(limit) },
      ]
    : [
        'QUOTA_EXCEEDED',
        `${call.action} ${onRole(call)} would exceed a quota of account ${call.account.accountId}.${quoteAws(error)} ${remedy}`,
      ];
};
