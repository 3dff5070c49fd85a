import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { Planned } from '../../domain/plan/planned.ts';
import { loggedSteps } from '../../domain/plan/steps/step.ts';
import { canonical } from '../../domain/policy/document.ts';
import type { Plan, RoleSnapshot } from '../../schema/plan.ts';

/** A unified diff of two trust policies; empty where they mean the same. */
export function diffOf(roleName: string, before: RoleSnapshot | null, after: RoleSnapshot | null): string {
  const text = (snapshot: RoleSnapshot | null) =>
    snapshot ? `${JSON.stringify(snapshot.trust, null, 2)}\n` : '';
  if (canonical(before?.trust ?? null) === canonical(after?.trust ?? null)) return '';
  return createTwoFilesPatch(
    `${roleName}/trust-policy.json`,
    `${roleName}/trust-policy.json`,
    text(before),
    text(after),
    'before',
    'after',
    { context: 3, headerOptions: FILE_HEADERS_ONLY },
  );
}

/** A plan as callers see it. */
export const presentPlan = (planned: Planned, roleName: string, id: string): Plan => ({
  id: `plan_${id}`,
  steps: loggedSteps(planned.steps),
  before: planned.before,
  after: planned.after,
  diff: diffOf(roleName, planned.before, planned.after),
  effects: planned.effects,
});
