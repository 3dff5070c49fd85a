import type { Observed } from '../../domain/role/role-state.ts';
import { Fault } from '../../fault.ts';
import type { Override } from '../../schema/override.ts';
import type { Deps } from '../call/deps.ts';
import { guardClaims } from './claim-guard.ts';
import type { Guard, PlannedChange } from './guard.ts';
import { guardOwner } from './owner-guard.ts';
import { guardPrincipals } from './principals-guard.ts';
import { guardProfiles } from './profile-guard.ts';
import { guardRoleKind } from './role-kind-guard.ts';

const signs: [Override, Guard] = ['NOT_AN_EXECUTION_ROLE', guardRoleKind];

/** The refusals that a caller may override, in order: the code of the first that applies is reported. */
const guards: [Override, Guard][] = [
  signs,
  ['MANAGED_ELSEWHERE', guardOwner],
  ['PRINCIPALS_LOST', guardPrincipals],
  ['CLUSTER_CLAIMED', guardClaims],
  ['PROFILE_ACTIVE', guardProfiles],
];

type Change = Omit<PlannedChange, 'observed'> & { observed: Observed };

/**
 * Asks every guard about a planned change, unless the change creates the role. Answers the overrides that
 * were needed, in the caller's order. Fault: the objections that `requested` does not override, with the
 * plan, under the code of the first.
 */
export const requireOverrides = (deps: Deps, requested: Override[], change: Change) =>
  askGuards(deps, requested, change, guards);

/**
 * As `requireOverrides`, for a plan that is only proposed. It must not suggest changing a role that is not an
 * execution role.
 */
export const requireRoleKind = (deps: Deps, requested: Override[], change: Change) =>
  askGuards(deps, requested, change, [signs]);

async function askGuards(
  deps: Deps,
  requested: Override[],
  { observed, ...planning }: Change,
  asked: typeof guards,
): Promise<Override[]> {
  const { role } = observed;
  const { planned, plan } = planning;
  if (!role || planned.steps.length === 0 || planned.kind === 'CREATE') return [];
  const change = { observed: { ...observed, role }, ...planning };
  const answers = await Promise.all(
    asked.map(async ([code, guard]) => ({ code, objection: await guard(deps, change) })),
  );
  const objections = answers.flatMap(({ code, objection }) => (objection ? [{ code, ...objection }] : []));
  const [first, ...others] = objections.filter(({ code }) => !requested.includes(code));
  if (first) {
    const message = [first, ...others].map((one) => one.message).join(' ');
    throw new Fault(
      first.code,
      message,
      Object.assign({ plan }, first.details, ...others.map(({ details }) => details)),
    );
  }
  return [...new Set(requested)].filter((code) => objections.some((one) => one.code === code));
}
