import type { OwningTool, Patch } from '../../schema/problem.ts';
import type { RoleKind } from '../kinds/role-kind.ts';
import type { Planned } from '../plan/planned.ts';
import type { RoleState } from '../role/role-state.ts';
import { ack } from './ack.ts';
import { type Changes, changesOf } from './changes.ts';
import { cdk, cloudFormation } from './cloudformation.ts';
import { crossplane } from './crossplane.ts';
import { comment } from './quoted.ts';
import { terraform } from './terraform.ts';

const writers: Record<
  OwningTool,
  { language: Patch['language']; write: (kind: RoleKind, role: RoleState, changes: Changes) => string }
> = {
  Terraform: { language: 'hcl', write: terraform },
  CloudFormation: { language: 'yaml', write: cloudFormation },
  CDK: { language: 'yaml', write: cdk },
  ACK: { language: 'yaml', write: ack },
  Crossplane: { language: 'yaml', write: crossplane },
};

/**
 * The changes of a plan as a patch for the tool that owns the role. It has only what changes, with the place
 * where it belongs.
 */
export function patchFor(tool: OwningTool, kind: RoleKind, role: RoleState, planned: Planned): Patch {
  const { language, write } = writers[tool];
  return { tool, language, text: takenBy(planned) + write(kind, role, changesOf(planned)) };
}

/** Removals are written as comments, because the patch has no place for them. */
function takenBy({ steps }: Planned): string {
  return steps
    .map(({ action, detail }) => {
      if (action === 'iam:DetachRolePolicy') return comment(`Detach the policy ${detail.policyArn}.`);
      return action === 'iam:UntagRole' ? comment(`Remove its tags ${detail.tagKeys.join(', ')}.`) : '';
    })
    .join('');
}
