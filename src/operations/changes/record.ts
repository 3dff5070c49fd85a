import { setTimeout as sleep } from 'node:timers/promises';
import { loggedSteps } from '../../domain/plan/step.ts';
import { Fault } from '../../fault.ts';
import type { Caller } from '../../ports/caller.ts';
import type { ChangeDraft, Intent, Settlement } from '../../ports/ledger.ts';
import type { Change } from '../../schema/change.ts';
import type { Deps } from '../call/operation.ts';
import { isUndecided } from '../call/undecided.ts';
import type { WriteRequest } from './apply.ts';
import type { Prepared } from './prepare.ts';

/** What the log says of a request by itself. */
export type Refused = Pick<
  WriteRequest,
  'kind' | 'accountId' | 'roleName' | 'clusters' | 'reason' | 'idempotencyKey' | 'reverts' | 'claim'
>;

/** A request as the log has it; `prepared` is null where it was refused before there was a plan. */
export function draft({ roles }: Deps, request: Refused, prepared: Prepared | null, caller: Caller): ChangeDraft {
  const { accountId, roleName, clusters, reason = null, idempotencyKey = null } = request;
  return {
    kind: prepared?.planned.kind ?? request.kind,
    accountId,
    roleName: prepared?.roleName ?? roleName,
    roleId: prepared?.base.role?.roleId ?? null,
    clusters,
    caller,
    reason,
    overrides: prepared?.overrides ?? [],
    idempotencyKey,
    sessionName: roles.sessionName(caller),
    reverts: request.reverts ?? null,
    planId: prepared?.plan.id ?? null,
    planned: loggedSteps(prepared?.planned.steps ?? []),
    effects: prepared?.planned.effects ?? null,
    before: prepared?.planned.before ?? null,
    after: prepared?.planned.after ?? null,
    diff: prepared?.plan.diff ?? '',
    editedOutside: prepared?.base.editedOutside ?? false,
    claimant: request.claim?.claimant ?? null,
    lineKept: prepared?.planned.lineKept ?? null,
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
  deps.underway.add(recording);
  const forget = () => deps.underway.delete(recording);
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

/** What a write rests on: without a database nothing could be logged. Fault: AUDIT_UNAVAILABLE in the place of UNAVAILABLE. */
export async function loggable<T>(looking: Promise<T>): Promise<T> {
  try {
    return await looking;
  } catch (error) {
    if (!(error instanceof Fault && error.code === 'UNAVAILABLE')) throw error;
    throw new Fault('AUDIT_UNAVAILABLE', error.message, {}, { cause: error.cause });
  }
}

/** Puts an attempt that never reached AWS into the log, and answers the fault that its caller is to get. */
export async function logged(deps: Deps, request: WriteRequest, prepared: Prepared | null, error: unknown, caller: Caller): Promise<Fault> {
  const fault = error instanceof Fault ? error : new Fault('INTERNAL', 'The service failed.', {}, { cause: error });
  // Wrong input is no attempt, and without a log there is nowhere to put it.
  if (fault.code === 'INVALID_INPUT' || fault.code === 'AUDIT_UNAVAILABLE' || isUndecided(fault)) return fault;
  const change = await deps.ledger.refuse(draft(deps, request, prepared, caller), { code: fault.code, detail: fault.message });
  return new Fault(
    fault.code,
    fault.message,
    { ...fault.details, changeId: change.id },
    { cause: fault.cause, retryable: fault.retryable },
  );
}
