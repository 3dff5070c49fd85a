import { patchFor } from '../../domain/patch/patch.ts';
import { findOwner } from '../../domain/role/ownership.ts';
import { formatOverride } from '../call/remedy-text.ts';
import type { Guard } from './guard.ts';

/**
 * MANAGED_ELSEWHERE: the tool that owns the role would undo the change at its next run. The details hold a
 * patch for that tool.
 */
export const guardOwner: Guard = (_, { observed, planned, face }) => {
  const { role } = observed;
  const owner = findOwner(role.tags);
  return (
    owner && {
      message: `The tag ${owner.tag} shows that ${owner.tool} owns ${role.roleName}, and would undo the change. Apply the patch in this answer there, or ${formatOverride('MANAGED_ELSEWHERE', face)} to change the role here anyway.`,
      details: { patch: patchFor(owner.tool, observed.kind, role, planned) },
    }
  );
};
