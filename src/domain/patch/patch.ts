import type { JsonObject, Tags } from '../../schema/primitives.ts';
import type { OwningTool, Patch } from '../../schema/problem.ts';
import type { Planned } from '../plan/planned.ts';
import type { RoleState } from '../role/role-state.ts';
import { tagIn } from '../role/same.ts';
import { block, Jsonencode } from './hcl.ts';
import { comment } from './quoted.ts';
import { JsonText, yaml } from './yaml.ts';

/** What a plan changes of a role. A member that it leaves as it is, is undefined. */
interface Changes {
  trust: JsonObject | undefined;
  /** The same as IAM is to be sent it. */
  trustText: string | undefined;
  /** Every policy that is then attached, and those that are new. */
  attached: string[] | undefined;
  added: string[];
  /** The new ones, and those with another value. */
  tags: Tags | undefined;
  description: string | undefined;
  permissionsBoundary: string | undefined;
}

function changesOf({ steps, after }: Planned): Changes {
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

const writers: Record<OwningTool, { language: Patch['language']; write: (role: RoleState, changes: Changes) => string }> = {
  Terraform: { language: 'hcl', write: terraform },
  CloudFormation: { language: 'yaml', write: cloudFormation },
  CDK: { language: 'yaml', write: cdk },
  ACK: { language: 'yaml', write: ack },
  Crossplane: { language: 'yaml', write: crossplane },
};

/** The change of a plan in the words of the tool that owns the role: only what changes, and where it belongs. */
export function patchFor(tool: OwningTool, role: RoleState, planned: Planned): Patch {
  const { language, write } = writers[tool];
  return { tool, language, text: takenBy(planned) + write(role, changesOf(planned)) };
}

/** What goes can be said only in words: there is no place for it where the rest is written. */
function takenBy({ steps }: Planned): string {
  return steps
    .map(({ action, detail }) => {
      if (action === 'iam:DetachRolePolicy') return comment(`Detach the policy ${detail.policyArn}.`);
      return action === 'iam:UntagRole' ? comment(`Remove its tags ${detail.tagKeys.join(', ')}.`) : '';
    })
    .join('');
}

const rest = (tags: Tags | undefined) => `${tags ? 'Add to its tags, and leave' : 'Leave'} everything else of it as it is.`;

/** Without the members that are undefined. */
const given = (members: Record<string, unknown>) => Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
const tagList = (tags: Tags | undefined, key: string, value: string) =>
  tags && Object.entries(tags).map((entry) => ({ [key]: entry[0], [value]: entry[1] }));

function terraform({ roleName }: RoleState, { trust, added, tags, description, permissionsBoundary }: Changes): string {
  const role = given({
    assume_role_policy: trust && new Jsonencode(trust),
    description,
    permissions_boundary: permissionsBoundary,
    tags,
  });
  const parts = added.map((arn, i) =>
    block('resource', ['aws_iam_role_policy_attachment', `pod_execution${i === 0 ? '' : `_${i + 1}`}`], {
      role: roleName,
      policy_arn: arn,
    }),
  );
  // Both at once undo each other.
  if (parts.length > 0) parts[0] = comment('If the role has managed_policy_arns, add the policies there instead.') + parts[0];
  if (Object.keys(role).length > 0)
    parts.unshift(
      comment(`Set this in your aws_iam_role that is named ${roleName}.`, rest(tags)) +
        block('resource', ['aws_iam_role', 'pod_execution'], { name: roleName, ...role }),
    );
  return parts.join('\n');
}

/** No RoleName: giving one to a role that CloudFormation named would make it replace the role. */
function template({ tags: current }: RoleState, { trust, attached, tags, description, permissionsBoundary }: Changes): string {
  const logicalId = tagIn(current, 'aws:cloudformation:logical-id') ?? '';
  return yaml({
    Resources: {
      [/^[A-Za-z0-9]+$/.test(logicalId) ? logicalId : 'PodExecutionRole']: {
        Type: 'AWS::IAM::Role',
        Properties: given({
          AssumeRolePolicyDocument: trust,
          ManagedPolicyArns: attached,
          Description: description,
          PermissionsBoundary: permissionsBoundary,
          Tags: tagList(tags, 'Key', 'Value'),
        }),
      },
    },
  });
}

const stackOf = ({ tags }: RoleState) =>
  tagIn(tags, 'aws:cloudformation:stack-name') ? `stack ${tagIn(tags, 'aws:cloudformation:stack-name')}` : 'its stack';

function cloudFormation(role: RoleState, changes: Changes): string {
  const where = `In the template of ${stackOf(role)}, in the resource that is the role ${role.roleName}.`;
  return comment(where, rest(changes.tags)) + template(role, changes);
}

function cdk(role: RoleState, changes: Changes): string {
  const where = `In the CDK app, on the L1 construct of the role ${role.roleName} in ${stackOf(role)}: override each property, as in`;
  const how = "(role.node.defaultChild as iam.CfnRole).addPropertyOverride('AssumeRolePolicyDocument', …), so that the template has";
  return comment(where, how) + template(role, changes);
}

/** Kubernetes takes no capitals in names. */
const kubernetesName = (roleName: string) => roleName.toLowerCase().replaceAll(/[^a-z0-9.-]/g, '-');

function ack({ roleName, tags: current }: RoleState, { trustText, attached, tags, description, permissionsBoundary }: Changes): string {
  return (
    comment(`In the Role whose spec.name is ${roleName} (its metadata.name may be another).`, rest(tags)) +
    yaml({
      apiVersion: 'iam.services.k8s.aws/v1alpha1',
      kind: 'Role',
      metadata: given({ name: kubernetesName(roleName), namespace: tagIn(current, 'services.k8s.aws/namespace') }),
      spec: given({
        name: roleName,
        assumeRolePolicyDocument: trustText && new JsonText(trustText),
        policies: attached,
        description,
        permissionsBoundary,
        tags: tagList(tags, 'key', 'value'),
      }),
    })
  );
}

/** Two families of providers: Upbound's, made from Terraform's, and the older one of the community. */
function crossplane({ roleName, tags: current }: RoleState, { trustText, added, tags, description, permissionsBoundary }: Changes): string {
  const group = /^role\.(.+)$/i.exec(tagIn(current, 'crossplane-kind') ?? '')?.[1]?.toLowerCase() ?? 'iam.aws.upbound.io';
  const isCommunity = group === 'iam.aws.crossplane.io';
  const apiVersion = `${group}/v1beta1`;
  const name = tagIn(current, 'crossplane-name') ?? kubernetesName(roleName);
  const forProvider = given({
    [isCommunity ? 'assumeRolePolicyDocument' : 'assumeRolePolicy']: trustText && new JsonText(trustText),
    description,
    permissionsBoundary,
    tags: isCommunity ? tagList(tags, 'key', 'value') : tags,
  });
  const documents = added.map((policyArn, i) =>
    yaml({
      apiVersion,
      kind: 'RolePolicyAttachment',
      metadata: { name: `${name}-${i + 1}` },
      spec: { forProvider: { policyArn, [isCommunity ? 'roleName' : 'role']: roleName } },
    }),
  );
  if (Object.keys(forProvider).length > 0)
    documents.unshift(
      yaml({
        apiVersion,
        kind: 'Role',
        metadata: { name, annotations: { 'crossplane.io/external-name': roleName } },
        spec: { forProvider },
      }),
    );
  const where = `In the Role whose external name is ${roleName}, or in the composition that makes it.`;
  return comment(where, rest(tags)) + documents.join('---\n');
}
