import type { RoleKind } from '../kinds/role-kind.ts';
import type { RoleState } from '../role/role-state.ts';
import { tagIn } from '../role/same.ts';
import { type Changes, given, kubernetesName, rest, tagList } from './changes.ts';
import { comment } from './quoted.ts';
import { JsonText, yaml } from './yaml.ts';

/**
 * There are two families of providers: Upbound's, generated from Terraform's, and the older community
 * provider.
 */
export function crossplane(
  _: RoleKind,
  { roleName, tags: current }: RoleState,
  { trustText, added, tags, description, permissionsBoundary }: Changes,
): string {
  const group =
    /^role\.(.+)$/i.exec(tagIn(current, 'crossplane-kind') ?? '')?.[1]?.toLowerCase() ?? 'iam.aws.upbound.io';
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
