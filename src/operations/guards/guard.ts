import type { Planned } from '../../domain/plan/planned.ts';
import type { Observed, RoleState } from '../../domain/role/role-state.ts';
import type { FaultDetails } from '../../fault.ts';
import type { ClaimRecord } from '../../ports/claims.ts';
import type { Plan } from '../../schema/plan.ts';
import type { Deps } from '../call/deps.ts';
import type { Face } from '../call/remedy-text.ts';

/** A planned change of a role that exists. */
export interface PlannedChange {
  observed: Observed & { role: RoleState };
  planned: Planned;
  plan: Plan;
  /** The face whose words the message uses. */
  face: Face;
  /** The claims that the plan disregards. */
  disregarded: ClaimRecord[];
}

/** The reason why a change is refused, unless the caller overrides it. */
interface Objection {
  message: string;
  details?: FaultDetails;
}

export type Guard = (deps: Deps, change: PlannedChange) => Promise<Objection | null> | Objection | null;
