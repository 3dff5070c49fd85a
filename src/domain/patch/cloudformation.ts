import type { RoleKind } from '../kinds/role-kind.ts';
import type { RoleState } from '../role/role-state.ts';
import { tagIn } from '../role/same.ts';
import { type Changes, given, rest, tagList } from './changes.ts';
import { comment } from './quoted.ts';
import { yaml } from './yaml.ts';

/** Without RoleName: if CloudFormation generated the name, adding it would replace the role. */
function template(
  { codeNames }: RoleKind,
  { tags: current }: RoleState,
  { trust, attached, tags, description, permissionsBoundary }: Changes,
): string {
  const logicalId = tagIn(current, 'aws:cloudformation:logical-id') ?? '';
  return yaml({
    Resources: {
      [/^[A-Za-z0-9]+$/.test(logicalId) ? logicalId : codeNames.pascal]: {
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
  tagIn(tags, 'aws:cloudformation:stack-name')
    ? `stack ${tagIn(tags, 'aws:cloudformation:stack-name')}`
    : 'its stack';

export function cloudFormation(kind: RoleKind, role: RoleState, changes: Changes): string {
  const where = `In the template of ${stackOf(role)}, in the resource that is the role ${role.roleName}.`;
  return comment(where, rest(changes.tags)) + template(kind, role, changes);
}

export function cdk(kind: RoleKind, role: RoleState, changes: Changes): string {
  const where = `In the CDK app, on the L1 construct of the role ${role.roleName} in ${stackOf(role)}: override each property, as in`;
  const how =
    "(role.node.defaultChild as iam.CfnRole).addPropertyOverride('AssumeRolePolicyDocument', …), so that the template has";
  return comment(where, how) + template(kind, role, changes);
}
