import type { JsonObject, Tags } from '../../schema/primitives.ts';
import type { Planned } from '../plan/planned.ts';

/** The changes of a plan to a role. Undefined: it stays the same. */
export interface Changes {
  trust: JsonObject | undefined;
  /** The trust policy as the text that is sent to IAM. */
  trustText: string | undefined;
  /** All policies that are attached after the change. `added` are the new ones. */
  attached: string[] | undefined;
  added: string[];
  /** The tags that are new or have a new value. */
  tags: Tags | undefined;
  description: string | undefined;
  permissionsBoundary: string | undefined;
}

export function changesOf({ steps, after }: Planned): Changes {
  const changes: Changes = {
    trust: undefined,
    trustText: undefined,
    attached: undefined,
    added: [],
    tags: undefined,
    description: undefined,
    permissionsBoundary: undefined,
  };
  for (const step of steps) {
    const { action, detail } = step;
    if ('text' in step) Object.assign(changes, { trust: after.trust, trustText: step.text });
    if (action === 'iam:AttachRolePolicy') {
      changes.attached = after.policies.attached;
      changes.added.push(detail.policyArn);
    }
    if (action === 'iam:DetachRolePolicy') changes.attached = after.policies.attached;
    if (action === 'iam:TagRole') changes.tags = detail.tags;
    if (action === 'iam:UpdateRoleDescription') changes.description = detail.description;
    if (action === 'iam:PutRolePermissionsBoundary') changes.permissionsBoundary = detail.permissionsBoundary;
  }
  return changes;
}

export const rest = (tags: Tags | undefined) =>
  `${tags ? 'Add to its tags, and leave' : 'Leave'} everything else of it as it is.`;

/** Omits undefined members. */
export const given = (members: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
export const tagList = (tags: Tags | undefined, key: string, value: string) =>
  tags && Object.entries(tags).map((entry) => ({ [key]: entry[0], [value]: entry[1] }));

/** Kubernetes names have no capital letters. */
export const kubernetesName = (roleName: string) => roleName.toLowerCase().replaceAll(/[^a-z0-9.-]/g, '-');
