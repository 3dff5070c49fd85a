import { hasTakenEffect } from '../../domain/plan/effect.ts';
import type { Planned } from '../../domain/plan/planned.ts';
import type { RoleState } from '../../domain/role/role-state.ts';
import { Fault } from '../../fault.ts';
import type { RoleLock } from '../../ports/locks.ts';
import type { Account } from '../../schema/account.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Change } from '../../schema/change.ts';
import type { Plan } from '../../schema/plan.ts';
import type { WriteResult } from '../../schema/write-result.ts';
import { registered } from '../accounts/accounts.ts';
import type { Deps } from '../call/deps.ts';
import { report } from '../roles/report.ts';
import { asAws, lookAgain, nothingWritten, outcomeOf, readBack, untilShown, writeAll } from './outcome.ts';
import { expectGood, type Prepared, prepare } from './prepare.ts';
import { draftOfPlan, logged, recorded } from './record.ts';
import { expectSettled } from './recover.ts';
import type { WriteRequest } from './write-request.ts';

/**
 * The one way in which a role is changed: lock, read, plan, intent, look again, AWS, read back, outcome. A dry run ends at
 * the plan. Whatever goes wrong after the input was found good is in the log before the caller hears of it.
 */
export function apply(deps: Deps, request: WriteRequest, caller: Caller): Promise<WriteResult> {
  const running = request.dryRun ? rehearse(deps, request, caller) : perform(deps, request, caller);
  deps.inFlight.add(running);
  const forget = () => deps.inFlight.delete(running);
  running.then(forget, forget);
  return running;
}

async function rehearse(deps: Deps, request: WriteRequest, caller: Caller): Promise<WriteResult> {
  const account = await registered(deps, request.accountId);
  const { observed, clusters, plan, planned } = await prepare(deps, account, request, caller);
  return { plan, change: null, lineKept: planned.lineKept ?? null, report: report(observed, clusters, deps.now(), caller) };
}

/** So often is a change planned anew, as somebody else edited the role between our reading and our writing. */
const maxAttempts = 3;

async function perform(deps: Deps, request: WriteRequest, caller: Caller): Promise<WriteResult> {
  let attempt: { prepared: Prepared | null; isOpen: boolean } = { prepared: null, isOpen: false };
  try {
    await deps.clock.requireAccurate();
    await expectGood(deps, await registered(deps, request.accountId), request);
    const done = await deps.locks.whileHolding(request.accountId, request.roleName, async (lock) => {
      await expectSettled(deps, request.accountId, request.roleName);
      let isEdited = false;
      for (let round = 1; ; round += 1) {
        // Read again: the wait may have been long, and the member role another since.
        const account = await registered(deps, request.accountId);
        attempt = { prepared: null, isOpen: false };
        const prepared = await prepare(deps, account, request, caller);
        prepared.base.editedOutside ||= isEdited;
        attempt.prepared = prepared;
        if (isNothing(prepared.planned)) return { account, prepared, change: null, role: prepared.observed.role };
        const done = await carryOut(deps, lock, account, request, attempt, prepared, caller);
        if (done.change.error?.code !== 'ROLE_CHANGED' || done.change.outcome !== 'FAILED') return { account, prepared, ...done };
        isEdited = true;
        if (round === maxAttempts)
          throw failed(new Fault('ROLE_CHANGED', done.change.error.detail, {}, { retryable: true }), prepared, done.change);
      }
    });
    return await answered(deps, done, caller);
  } catch (error) {
    // What comes after the intent belongs to that change, and is in it.
    throw attempt.isOpen ? error : await logged(deps, request, attempt.prepared, error, caller);
  }
}

/** Nothing is written to AWS, and no claim is kept or ended. */
const isNothing = ({ steps, kind }: Planned) => steps.length === 0 && kind !== 'CLAIM' && kind !== 'RELEASE';

/**
 * A claim is committed without a write to AWS, so nothing else asks for the lock. A process that was paused may have lost it, and
 * another change may have been planned without the claim. A lock that is held now was held when the intent was committed.
 */
async function lostLock(lock: RoleLock, { steps }: Planned): Promise<Fault | null> {
  if (steps.length > 0) return null;
  return lock.confirm().then(
    () => null,
    (error: unknown) => {
      if (error instanceof Fault) return error;
      throw error;
    },
  );
}

async function carryOut(
  deps: Deps,
  lock: RoleLock,
  account: Account,
  request: WriteRequest,
  attempt: { isOpen: boolean },
  prepared: Prepared,
  caller: Caller,
): Promise<{ change: Change; role: RoleState | null }> {
  const { planned, base } = prepared;
  const intent = await deps.ledger.open(draftOfPlan(deps, request, prepared, caller));
  attempt.isOpen = true;
  const obstacle = (await lookAgain(deps, intent, account, prepared, caller)) ?? (await lostLock(lock, planned));
  if (obstacle) {
    const settlement = nothingWritten(prepared, obstacle);
    const change = await recorded(deps, intent, settlement, deps.recordPatienceMs);
    // Another error than ours: while this process slept another settled the change, and may have made one of its own.
    if (obstacle.code !== 'ROLE_CHANGED' || change.error?.code !== 'ROLE_CHANGED') throw failed(obstacle, prepared, change);
    return { change, role: base.role };
  }
  const { steps, failure } = await writeAll(deps, lock, intent, account, prepared, caller);
  const isUntouched = steps.length > 0 && steps.every(({ step }) => step.outcome === 'FAILED');
  const seen = isUntouched ? { role: undefined, fault: null } : await readBack(deps, account, prepared.roleName, steps, caller);
  const patienceMs = isUntouched ? deps.untouchedPatienceMs : deps.recordPatienceMs;
  const settlement = outcomeOf(prepared, steps, seen, failure);
  const change = await recorded(deps, intent, settlement, patienceMs).catch((error: unknown) => {
    throw isUntouched && failure ? failure : error;
  });
  if (failure && change.outcome !== 'SUCCEEDED') throw failed(failure, prepared, change);
  if (change.recovered && change.outcome !== 'SUCCEEDED') {
    // The first outcome stands, and what this process knows better has no other place.
    deps.log.error({ changeId: change.id, settlement }, 'a change was settled by another process than the one that made it');
    const message = 'This process was held up, and another has settled the change by what the role showed. Read the role and the change.';
    throw failed(new Fault('UNAVAILABLE', message), prepared, change);
  }
  return { change, role: seen.role === undefined ? base.role : seen.role };
}

interface Done {
  account: Account;
  prepared: Prepared;
  change: Change | null;
  role: RoleState | null;
}

/** The answer, once the role shows the change; or as AWS has taken it, when it does not for so long. */
async function answered(deps: Deps, { account, prepared, change, role }: Done, caller: Caller): Promise<WriteResult> {
  const { observed, clusters, plan, planned } = prepared;
  const isAwaited = change?.outcome === 'SUCCEEDED' && !change.editedOutside && !planned.steps.every((step) => hasTakenEffect(role, step));
  const shown = isAwaited ? await untilShown(deps, account, prepared, caller) : null;
  const current = isAwaited ? (shown ?? asAws(role, change.after)) : role;
  const { lineKept = null } = planned;
  return { plan, change, lineKept, report: report({ ...observed, role: current }, clusters, deps.now(), caller) };
}

function failed(failure: Fault, { plan, planned }: { plan: Plan; planned: { steps: unknown[] } }, change: Change): Fault {
  const done = change.steps.filter((step) => step.outcome === 'SUCCEEDED').length;
  const what = `${failure.message} ${done} of ${planned.steps.length} steps are done; change ${change.id} is ${change.outcome}.`;
  const remedy = change.outcome === 'FAILED' ? '' : ' Send the same request again to finish it.';
  return new Fault(
    failure.code,
    what + remedy,
    { ...failure.details, plan, change },
    { cause: failure.cause, retryable: failure.retryable },
  );
}
