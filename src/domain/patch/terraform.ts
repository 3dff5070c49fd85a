import type { RoleKind } from '../kinds/role-kind.ts';
import type { RoleState } from '../role/role-state.ts';
import { type Changes, given, rest } from './changes.ts';
import { block, Jsonencode } from './hcl.ts';
import { comment } from './quoted.ts';

export function terraform(
  { codeNames }: RoleKind,
  { roleName }: RoleState,
  { trust, added, tags, description, permissionsBoundary }: Changes,
): string {
  const role = given({
    assume_role_policy: trust && new Jsonencode(trust),
    description,
    permissions_boundary: permissionsBoundary,
    tags,
  });
  const parts = added.map((arn, i) =>
    block('resource', ['aws_iam_role_policy_attachment', `${codeNames.snake}${i === 0 ? '' : `_${i + 1}`}`], {
      role: roleName,
      policy_arn: arn,
    }),
  );
  // Terraform reverts one with the other when both are used.
  if (parts.length > 0)
    parts[0] = comment('If the role has managed_policy_arns, add the policies there instead.') + parts[0];
  if (Object.keys(role).length > 0)
    parts.unshift(
      comment(`Set this in your aws_iam_role that is named ${roleName}.`, rest(tags)) +
        block('resource', ['aws_iam_role', codeNames.snake], { name: roleName, ...role }),
    );
  return parts.join('\n');
}
