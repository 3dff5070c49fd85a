import type { Planned } from '../domain/planned.ts';
import type { Observed, RoleState } from '../domain/role-state.ts';
import { Fault, type FaultDetails } from '../fault.ts';
import type { ClaimRecord } from '../ports.ts';
import type { Override } from '../schema/change.ts';
import type { Plan } from '../schema/plan.ts';
import { objectOfClaims } from './claim-guard.ts';
import type { Deps } from './operation.ts';
import { objectOfOwner } from './owner-guard.ts';

/** A planned change of a role that exists. */
export interface PlannedChange {
  observed: Observed & { role: RoleState };
  planned: Planned;
  plan: Plan;
  /** The claims that the plan disregards. */
  disregarded: ClaimRecord[];
}

/** Why a change is refused, unless its caller overrides that. */
interface Objection {
  message: string;
  details?: FaultDetails;
}

export type Guard = (deps: Deps, change: PlannedChange) => Promise<Objection | null> | Objection | null;

/** Each refusal that a caller may override, in the order in which they are reported. */
const guards: [Override, Guard][] = [
  ['CLUSTER_CLAIMED', objectOfClaims],
  ['MANAGED_ELSEWHERE', objectOfOwner],
];

/**
 * Asks every guard about a planned change. Fault: the first objection that `requested` does not override, with the plan. Answers
 * the overrides that were needed, in the caller's order. A role that this service is creating is its own: no guard is asked.
 */
export async function requireOverrides(
  deps: Deps,
  requested: Override[],
  { observed, ...planning }: Omit<PlannedChange, 'observed'> & { observed: Observed },
): Promise<Override[]> {
  const { role } = observed;
  const { planned, plan } = planning;
  if (!role || planned.steps.length === 0 || planned.kind === 'CREATE') return [];
  const change = { observed: { ...observed, role }, ...planning };
  const needed = new Set<Override>();
  for (const [code, guard] of guards) {
    const objection = await guard(deps, change);
    if (!objection) continue;
    if (!requested.includes(code)) throw new Fault(code, objection.message, { plan, ...objection.details });
    needed.add(code);
  }
  return [...new Set(requested)].filter((code) => needed.has(code));
}
