import type { RoleSnapshot } from '../schema/plan.ts';
import type { Tags } from '../schema/primitives.ts';
import { canonical, canonicalOf } from './document.ts';
import type { RoleState } from './role-state.ts';
import type { LoggedStep } from './step.ts';

/** Does the role, as it is read, show that the write took effect? IAM's reads may be older than its writes. */
export function shows(role: RoleState | null, { action, detail }: LoggedStep): boolean {
  if (!role) return false;
  const trustIs = (document: unknown) => canonicalOf(role.trustText) === canonical(document);
  const hasTags = (tags: Tags) => Object.entries(tags).every(([key, value]) => role.tags[key] === value);
  switch (action) {
    case 'iam:CreateRole':
      // All of it, or a role that somebody else made at the same moment would pass for ours.
      return (
        trustIs(detail.assumeRolePolicyDocument) &&
        role.path === detail.path &&
        (role.description ?? '') === (detail.description ?? '') &&
        role.permissionsBoundary === detail.permissionsBoundary &&
        hasTags(detail.tags)
      );
    case 'iam:UpdateAssumeRolePolicy':
      return trustIs(detail.policyDocument);
    case 'iam:AttachRolePolicy':
      return role.attached.includes(detail.policyArn);
    case 'iam:DetachRolePolicy':
      return !role.attached.includes(detail.policyArn);
    case 'iam:TagRole':
      return hasTags(detail.tags);
    case 'iam:UntagRole':
      return detail.tagKeys.every((key) => !Object.hasOwn(role.tags, key));
    case 'iam:PutRolePermissionsBoundary':
      return role.permissionsBoundary === detail.permissionsBoundary;
    case 'iam:UpdateRoleDescription':
      return (role.description ?? '') === detail.description;
  }
}

/** What the snapshot of a role becomes by a write that AWS has taken. */
export function taken(before: RoleSnapshot | null, { action, detail }: LoggedStep): RoleSnapshot | null {
  if (action === 'iam:CreateRole')
    return { trust: detail.assumeRolePolicyDocument, policies: { attached: [], inline: null }, tags: detail.tags };
  if (!before) return null;
  const { trust, policies, tags } = before;
  const withPolicies = (attached: string[]): RoleSnapshot => ({ trust, tags, policies: { ...policies, attached } });
  switch (action) {
    case 'iam:UpdateAssumeRolePolicy':
      return { ...before, trust: detail.policyDocument };
    case 'iam:AttachRolePolicy':
      return withPolicies([...new Set([...policies.attached, detail.policyArn])].sort());
    case 'iam:DetachRolePolicy':
      return withPolicies(policies.attached.filter((arn) => arn !== detail.policyArn));
    case 'iam:TagRole':
      return { ...before, tags: { ...tags, ...detail.tags } };
    case 'iam:UntagRole':
      return { ...before, tags: Object.fromEntries(Object.entries(tags).filter(([key]) => !detail.tagKeys.includes(key))) };
    case 'iam:PutRolePermissionsBoundary':
    case 'iam:UpdateRoleDescription':
      return before;
  }
}
