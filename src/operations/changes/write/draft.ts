import { loggedSteps } from '../../../domain/plan/steps/step.ts';
import type { ChangeDraft } from '../../../ports/ledger.ts';
import type { Caller } from '../../../schema/caller.ts';
import type { Deps } from '../../call/deps.ts';
import { createDraft, type RequestedChange } from '../../call/log-draft.ts';
import type { Prepared } from './plan-write.ts';

/** The log entry of a planned change. */
export function draftOfPlan(
  deps: Deps,
  request: RequestedChange,
  prepared: Prepared,
  caller: Caller,
): ChangeDraft {
  const { planned, plan, base, roleName, overrides } = prepared;
  return {
    ...createDraft(deps, request, caller),
    kind: planned.kind,
    clusters: planned.clusters ?? request.clusters,
    roleName,
    roleId: base.role?.roleId ?? null,
    overrides,
    planId: plan.id,
    planned: loggedSteps(planned.steps),
    effects: planned.effects,
    before: planned.before,
    after: planned.after,
    diff: plan.diff,
    editedOutside: base.editedOutside,
    lineKept: planned.lineKept ?? null,
  };
}
