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
import type { PlannedStep } from '../../domain/plan/steps/step.ts';
import type { Tags } from '../../schema/primitives.ts';

const tagList = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/**
 * Sends the one AWS call of a planned step. Throws the SDK's own errors. `confirm` runs last before the
 * request is sent, at every attempt: after signing and after the wait of a retry.
 */
export const sendStep = (
  iam: IAMClient,
  step: PlannedStep,
  confirm: () => Promise<void>,
): Promise<{ $metadata: { requestId?: string } }> => {
  const RoleName = step.detail.roleName;
  const confirmed = <C extends { middlewareStack: unknown }>(command: C): C => {
    // The stacks differ only in the types of input and output, which are not used here.
    (command.middlewareStack as CreateRoleCommand['middlewareStack']).add(
      (next) => async (args) => {
        await confirm();
        return next(args);
      },
      { step: 'deserialize', priority: 'low', name: 'confirm' },
    );
    return command;
  };
  switch (step.action) {
    case 'iam:CreateRole':
      return iam.send(
        confirmed(
          new CreateRoleCommand({
            RoleName,
            Path: step.detail.path,
            AssumeRolePolicyDocument: step.text,
            Description: step.detail.description || undefined,
            Tags: Object.keys(step.detail.tags).length > 0 ? tagList(step.detail.tags) : undefined,
            PermissionsBoundary: step.detail.permissionsBoundary ?? undefined,
          }),
        ),
      );
    case 'iam:UpdateAssumeRolePolicy':
      return iam.send(confirmed(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: step.text })));
    case 'iam:AttachRolePolicy':
      return iam.send(confirmed(new AttachRolePolicyCommand({ RoleName, PolicyArn: step.detail.policyArn })));
    case 'iam:DetachRolePolicy':
      return iam.send(confirmed(new DetachRolePolicyCommand({ RoleName, PolicyArn: step.detail.policyArn })));
    case 'iam:TagRole':
      return iam.send(confirmed(new TagRoleCommand({ RoleName, Tags: tagList(step.detail.tags) })));
    case 'iam:UntagRole':
      return iam.send(confirmed(new UntagRoleCommand({ RoleName, TagKeys: step.detail.tagKeys })));
    case 'iam:PutRolePermissionsBoundary':
      return iam.send(
        confirmed(
          new PutRolePermissionsBoundaryCommand({
            RoleName,
            PermissionsBoundary: step.detail.permissionsBoundary,
          }),
        ),
      );
    case 'iam:UpdateRoleDescription':
      return iam.send(
        confirmed(new UpdateRoleDescriptionCommand({ RoleName, Description: step.detail.description })),
      );
  }
};
