import type { RoleKind } from '../kinds/role-kind.ts';
import type { RoleState } from '../role/role-state.ts';
import { tagIn } from '../role/same.ts';
import { type Changes, given, kubernetesName, rest, tagList } from './changes.ts';
import { comment } from './quoted.ts';
import { JsonText, yaml } from './yaml.ts';

export function ack(
  _: RoleKind,
  { roleName, tags: current }: RoleState,
  { trustText, attached, tags, description, permissionsBoundary }: Changes,
): string {
  return (
    comment(`In the Role whose spec.name is ${roleName} (its metadata.name may be another).`, rest(tags)) +
    yaml({
      apiVersion: 'iam.services.k8s.aws/v1alpha1',
      kind: 'Role',
      metadata: given({
        name: kubernetesName(roleName),
        namespace: tagIn(current, 'services.k8s.aws/namespace'),
      }),
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
