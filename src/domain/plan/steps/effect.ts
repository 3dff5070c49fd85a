import type { RoleSnapshot } from '../../../schema/plan.ts';
import type { Tags } from '../../../schema/primitives.ts';
import { canonical, canonicalOf } from '../../policy/document.ts';
import type { RoleState } from '../../role/role-state.ts';
import {
  distinctPolicies,
  hasPolicy,
  hasTags,
  isSamePolicy,
  tagIn,
  withoutPolicies,
  withoutTags,
  withTags,
} from '../../role/same.ts';
import type { LoggedStep } from './step.ts';

/**
 * Does the role, as it was read, show the effect of the step? A read from IAM may be older than the write.
 */
export function hasTakenEffect(role: RoleState | null, { action, detail }: LoggedStep): boolean {
  if (!role) return false;
  const trustIs = (document: unknown) => canonicalOf(role.trustText) === canonical(document);
  switch (action) {
    case 'iam:CreateRole':
      // Compare everything, or a role that somebody else created at the same time could pass for ours.
      return (
        trustIs(detail.assumeRolePolicyDocument) &&
        role.path === detail.path &&
        (role.description ?? '') === (detail.description ?? '') &&
        isSamePolicy(role.permissionsBoundary, detail.permissionsBoundary) &&
        hasTags(role.tags, detail.tags)
      );
    case 'iam:UpdateAssumeRolePolicy':
      return trustIs(detail.policyDocument);
    case 'iam:AttachRolePolicy':
      return hasPolicy(role.attached, detail.policyArn);
    case 'iam:DetachRolePolicy':
      return !hasPolicy(role.attached, detail.policyArn);
    case 'iam:TagRole':
      return hasTags(role.tags, detail.tags);
    case 'iam:UntagRole':
      return detail.tagKeys.every((key) => tagIn(role.tags, key) === undefined);
    case 'iam:PutRolePermissionsBoundary':
      return isSamePolicy(role.permissionsBoundary, detail.permissionsBoundary);
    case 'iam:UpdateRoleDescription':
      return (role.description ?? '') === detail.description;
  }
}

/** The snapshot of a role after a step that AWS accepted. */
export function applyStep(before: RoleSnapshot | null, { action, detail }: LoggedStep): RoleSnapshot | null {
  if (action === 'iam:CreateRole')
    return {
      trust: detail.assumeRolePolicyDocument,
      policies: { attached: [], inline: null },
      tags: detail.tags,
    };
  if (!before) return null;
  const { trust, policies, tags } = before;
  const withPolicies = (attached: string[]): RoleSnapshot => ({
    trust,
    tags,
    policies: { ...policies, attached },
  });
  switch (action) {
    case 'iam:UpdateAssumeRolePolicy':
      return { ...before, trust: detail.policyDocument };
    case 'iam:AttachRolePolicy':
      return withPolicies(distinctPolicies([...policies.attached, detail.policyArn]).sort());
    case 'iam:DetachRolePolicy':
      return withPolicies(withoutPolicies(policies.attached, [detail.policyArn]));
    case 'iam:TagRole':
      return { ...before, tags: withTags(tags as Tags, detail.tags) };
    case 'iam:UntagRole':
      return { ...before, tags: withoutTags(tags as Tags, detail.tagKeys) };
    case 'iam:PutRolePermissionsBoundary':
    case 'iam:UpdateRoleDescription':
      return before;
  }
}
