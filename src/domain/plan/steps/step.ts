import type { JsonObject, Tags } from '../../../schema/primitives.ts';

/**
 * One AWS write, with the API's own parameters in lower camel case. `text` is the trust policy as it is sent,
 * and the document in `detail` is its content.
 */
export type PlannedStep =
  | {
      action: 'iam:CreateRole';
      text: string;
      detail: {
        roleName: string;
        path: string;
        assumeRolePolicyDocument: JsonObject;
        description: string | null;
        tags: Tags;
        permissionsBoundary: string | null;
      };
    }
  | {
      action: 'iam:UpdateAssumeRolePolicy';
      text: string;
      detail: { roleName: string; policyDocument: JsonObject };
    }
  | { action: 'iam:AttachRolePolicy'; detail: { roleName: string; policyArn: string } }
  | { action: 'iam:DetachRolePolicy'; detail: { roleName: string; policyArn: string } }
  | { action: 'iam:TagRole'; detail: { roleName: string; tags: Tags } }
  | { action: 'iam:UntagRole'; detail: { roleName: string; tagKeys: string[] } }
  | { action: 'iam:PutRolePermissionsBoundary'; detail: { roleName: string; permissionsBoundary: string } }
  | { action: 'iam:UpdateRoleDescription'; detail: { roleName: string; description: string } };

type WithoutText<S> = S extends PlannedStep ? Omit<S, 'text'> : never;
/** A step as callers and the log see it. */
export type LoggedStep = WithoutText<PlannedStep>;

export const loggedSteps = (steps: readonly PlannedStep[]): LoggedStep[] =>
  steps.map(({ action, detail }) => ({ action, detail }) as LoggedStep);
