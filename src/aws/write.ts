import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DetachRolePolicyCommand,
  type IAMClient,
  PutRolePermissionsBoundaryCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleDescriptionCommand,
} from '@aws-sdk/client-iam';
import type { PlannedStep } from '../domain/step.ts';
import type { Tags } from '../schema/primitives.ts';

const tagList = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** Sends the one AWS call that a planned step stands for. Throws the SDK's own errors. */
export const sendStep = (iam: IAMClient, { action, detail }: PlannedStep): Promise<{ $metadata: { requestId?: string } }> => {
  const RoleName = detail.roleName;
  switch (action) {
    case 'iam:CreateRole':
      return iam.send(
        new CreateRoleCommand({
          RoleName,
          Path: detail.path,
          AssumeRolePolicyDocument: JSON.stringify(detail.assumeRolePolicyDocument),
          Description: detail.description || undefined,
          Tags: Object.keys(detail.tags).length > 0 ? tagList(detail.tags) : undefined,
          PermissionsBoundary: detail.permissionsBoundary ?? undefined,
        }),
      );
    case 'iam:UpdateAssumeRolePolicy':
      return iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: JSON.stringify(detail.policyDocument) }));
    case 'iam:AttachRolePolicy':
      return iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: detail.policyArn }));
    case 'iam:DetachRolePolicy':
      return iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: detail.policyArn }));
    case 'iam:TagRole':
      return iam.send(new TagRoleCommand({ RoleName, Tags: tagList(detail.tags) }));
    case 'iam:UntagRole':
      return iam.send(new UntagRoleCommand({ RoleName, TagKeys: detail.tagKeys }));
    case 'iam:PutRolePermissionsBoundary':
      return iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: detail.permissionsBoundary }));
    case 'iam:UpdateRoleDescription':
      return iam.send(new UpdateRoleDescriptionCommand({ RoleName, Description: detail.description }));
  }
};
