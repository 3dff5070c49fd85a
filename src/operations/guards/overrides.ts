import type { Observed } from '../../domain/role/role-state.ts';
import { Fault } from '../../fault.ts';
import type { Override } from '../../schema/override.ts';
import type { Deps } from '../call/deps.ts';
import { objectOfClaims } from './claim-guard.ts';
import type { Guard, PlannedChange } from './guard.ts';
import { objectOfOwner } from './owner-guard.ts';
import { objectForPrincipals } from './principals-guard.ts';
import { objectWithoutSigns } from './signs-guard.ts';

const signs: [Override, Guard] = ['NOT_AN_EXECUTION_ROLE', objectWithoutSigns];

/** Each refusal that a caller may override. The code of the first that applies is reported. */
const guards: [Override, Guard][] = [
  signs,
  ['MANAGED_ELSEWHERE', objectOfOwner],
  ['PRINCIPALS_LOST', objectForPrincipals],
  ['CLUSTER_CLAIMED', objectOfClaims],
];

type Change = Omit<PlannedChange, 'observed'> & { observed: Observed };

/**
 * Asks every guard about a planned change. Fault: the objections that `requested` does not override, under the code of the
 * first, with the plan. Answers the overrides that were needed, in the caller's order. No guard is asked about a role that this
 * service is creating.
 */
export const requireOverrides = (deps: Deps, requested: Override[], change: Change) => ask(deps, requested, change, guards);

/** The same for a plan that is only proposed: nobody is to be led to change a role that is not meant for Fargate. */
export const requireSigns = (deps: Deps, requested: Override[], change: Change) => ask(deps, requested, change, [signs]);

async function ask(deps: Deps, requested: Override[], { observed, ...planning }: Change, asked: typeof guards): Promise<Override[]> {
  const { role } = observed;
  const { planned, plan } = planning;
  if (!role || planned.steps.length === 0 || planned.kind === 'CREATE') return [];
  const change = { observed: { ...observed, role }, ...planning };
  const answers = await Promise.all(asked.map(async ([code, guard]) => ({ code, objection: await guard(deps, change) })));
  const objections = answers.flatMap(({ code, objection }) => (objection ? [{ code, ...objection }] : []));
  const [first, ...others] = objections.filter(({ code }) => !requested.includes(code));
  if (first) {
    const message = [first, ...others].map((one) => one.message).join(' ');
    throw new Fault(first.code, message, Object.assign({ plan }, first.details, ...others.map(({ details }) => details)));
  }
  return [...new Set(requested)].filter((code) => objections.some((one) => one.code === code));
}
