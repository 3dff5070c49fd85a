import { ownerOf } from '../domain/owner.ts';
import { patchFor } from '../domain/patch.ts';
import type { Planned } from '../domain/planned.ts';
import type { RoleState } from '../domain/role-state.ts';
import { Fault } from '../fault.ts';
import type { Override } from '../schema/change.ts';
import type { Plan } from '../schema/plan.ts';

/**
 * A tool that owns a role undoes at its next run what others changed, so it is told there: Fault MANAGED_ELSEWHERE with the
 * patch. Answers the override where the caller went past that. A role that this service is creating is its own.
 */
export function overridden(override: Override | undefined, role: RoleState | null, planned: Planned, plan: Plan): Override | null {
  const owner = role && planned.steps.length > 0 && planned.kind !== 'CREATE' ? ownerOf(role.tags) : null;
  if (!role || !owner) return null;
  if (override === 'MANAGED_ELSEWHERE') return override;
  const message = `The tag ${owner.tag} shows that ${owner.tool} owns ${role.roleName}, and would undo the change. Make it there, with the patch shown here; or send override=MANAGED_ELSEWHERE to make it here all the same.`;
  throw new Fault('MANAGED_ELSEWHERE', message, { plan, patch: patchFor(owner.tool, role, planned) });
}
