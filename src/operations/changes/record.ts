import { setTimeout as sleep } from 'node:timers/promises';
import { loggedSteps } from '../../domain/plan/step.ts';
import { Fault } from '../../fault.ts';
import type { ChangeDraft, Intent, Settlement } from '../../ports/ledger.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Change } from '../../schema/change.ts';
import type { Deps } from '../call/deps.ts';
import { draftOf, type RequestedChange } from '../call/refusal.ts';
import { isUndecided } from '../call/undecided.ts';
import type { Prepared } from './prepare.ts';
import type { WriteRequest } from './write-request.ts';

/** The log entry of a planned change. */
export function draftOfPlan(deps: Deps, request: RequestedChange, prepared: Prepared, caller: Caller): ChangeDraft {
  const { planned, plan, base, roleName, overrides } = prepared;
  return {
    ...draftOf(deps, request, caller),
    kind: planned.kind,
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

/**
 * The outcome has to reach the log: a settlement may be repeated, so it is. A caller waits for it for `patienceMs`; the attempts
 * go on, and in the end recovery finds the outcome by itself. Fault: AUDIT_UNAVAILABLE.
 */
export async function recorded(deps: Deps, intent: Intent, settlement: Settlement, patienceMs: number): Promise<Change> {
  const { changeId } = intent;
  const late = Promise.withResolvers<never>();
  const patience = setTimeout(() => late.reject(unrecorded(changeId)), patienceMs);
  const recording = record(deps, intent, settlement);
  deps.inFlight.add(recording);
  const forget = () => deps.inFlight.delete(recording);
  recording.then(forget, forget);
  try {
    return await Promise.race([recording, late.promise]);
  } finally {
    clearTimeout(patience);
  }
}

async function record(deps: Deps, intent: Intent, settlement: Settlement): Promise<Change> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await deps.ledger.settle(intent, settlement);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const delay = deps.recordDelays[attempt];
      if (delay === undefined) {
        const { changeId } = intent;
        deps.log.error({ changeId, settlement, err: error.cause ?? error }, 'the outcome of a change could not be recorded');
        throw unrecorded(changeId, error.cause);
      }
      await sleep(delay);
    }
  }
}

const unrecorded = (changeId: string, cause?: unknown) =>
  new Fault(
    'AUDIT_UNAVAILABLE',
    `The outcome of change ${changeId} could not be recorded. It stands as PENDING until the service finds out by reading the role: read the change before you repeat it.`,
    { changeId },
    { cause, retryable: false },
  );

/** Puts an attempt that never reached AWS into the log, and answers the fault that its caller is to get. */
export async function logged(deps: Deps, request: WriteRequest, prepared: Prepared | null, error: unknown, caller: Caller): Promise<Fault> {
  const fault = error instanceof Fault ? error : new Fault('INTERNAL', 'The service failed.', {}, { cause: error });
  // Wrong input is no attempt, and without a log there is nowhere to put it.
  if (fault.code === 'INVALID_INPUT' || fault.code === 'AUDIT_UNAVAILABLE' || isUndecided(fault)) return fault;
  const draft = prepared ? draftOfPlan(deps, request, prepared, caller) : draftOf(deps, request, caller);
  const change = await deps.ledger.refuse(draft, { code: fault.code, detail: fault.message });
  return new Fault(
    fault.code,
    fault.message,
    { ...fault.details, changeId: change.id },
    { cause: fault.cause, retryable: fault.retryable },
  );
}
