import type { Planned } from '../../domain/plan/planned.ts';
import { Fault } from '../../fault.ts';
import type { RoleLock } from '../../ports/locks.ts';
import type { Caller } from '../../schema/caller.ts';
import type { WriteResult } from '../../schema/write-result.ts';
import { readActiveAccount } from '../accounts/account.ts';
import type { Deps } from '../call/deps.ts';
import { preview, surveyPlan } from './profiles/preview.ts';
import type { Survey } from './profiles/survey.ts';
import { requireSettled } from './recover.ts';
import { presentPlanned } from './write/answer.ts';
import { createAttempt, type WriteAttempt } from './write/attempt.ts';
import { concludeUnwritten, concludeWritten, type Done, withChange } from './write/conclude.ts';
import { lookAgain } from './write/look-again.ts';
import { observe } from './write/observe.ts';
import { planWithKnown } from './write/plan-with-known.ts';
import { planWrite } from './write/plan-write.ts';
import { readBack } from './write/read-back.ts';
import { validateRequest } from './write/validate-request.ts';
import { writeSteps } from './write/write-steps.ts';
import type { WriteRequest } from './write-request.ts';

/**
 * Changes a role. Every write goes through these steps: preview, lock, read, plan, intent, look again, write,
 * read back, outcome. A dry run ends after the plan. Once the input is valid, a failure is logged before the
 * caller gets it. Faults: those of each step.
 */
export function apply(deps: Deps, request: WriteRequest, caller: Caller): Promise<WriteResult> {
  const running = request.dryRun ? rehearse(deps, request, caller) : perform(deps, request, caller);
  // The change comes to its end even if the caller has hung up.
  deps.inFlight.add(running);
  const forget = () => deps.inFlight.delete(running);
  running.then(forget, forget);
  return running;
}

async function rehearse(deps: Deps, request: WriteRequest, caller: Caller): Promise<WriteResult> {
  const account = await readActiveAccount(deps, request.accountId);
  await request.prepare?.(account);
  const observation = await observe(deps, account, request, caller);
  const planning = await planWithKnown(deps, observation, request, caller);
  const survey = await surveyPlan(deps, observation, planning, request, caller);
  const prepared = await planWrite(deps, observation, planning, request, survey, caller);
  return presentPlanned(deps, prepared, caller);
}

async function perform(deps: Deps, request: WriteRequest, caller: Caller): Promise<WriteResult> {
  const attempt = createAttempt(deps, request, caller);
  try {
    await deps.clock.requireAccurate();
    const account = await readActiveAccount(deps, request.accountId);
    await validateRequest(deps, account, request);
    await request.prepare?.(account);
    const survey = await preview(deps, account, request, caller);
    const done = await deps.locks.whileHolding(request.accountId, request.roleName, async (lock) => {
      await requireSettled(deps, request.accountId, request.roleName);
      return await changeUntilUnedited(deps, lock, request, survey, attempt, caller);
    });
    return await attempt.succeeded(done);
  } catch (error) {
    throw await attempt.failed(error);
  }
}

/** Maximum number of attempts when the role is edited between our read and our write. */
const maxRounds = 3;

async function changeUntilUnedited(
  deps: Deps,
  lock: RoleLock,
  request: WriteRequest,
  survey: Survey,
  attempt: WriteAttempt,
  caller: Caller,
): Promise<Done> {
  for (let round = 1; ; round += 1) {
    const done = await changeOnce(deps, lock, request, survey, attempt, caller, round > 1);
    const { change, prepared } = done;
    if (change?.error?.code !== 'ROLE_CHANGED' || change.outcome !== 'FAILED') return done;
    if (round === maxRounds)
      throw withChange(
        new Fault('ROLE_CHANGED', change.error.detail, {}, { retryable: true }),
        prepared,
        change,
      );
  }
}

async function changeOnce(
  deps: Deps,
  lock: RoleLock,
  request: WriteRequest,
  survey: Survey,
  attempt: WriteAttempt,
  caller: Caller,
  isEdited: boolean,
): Promise<Done> {
  // Read again: the wait for the lock may have been long, and the member role may have been replaced.
  const account = await readActiveAccount(deps, request.accountId);
  attempt.restart();
  const observation = await observe(deps, account, request, caller);
  const planning = await planWithKnown(deps, observation, request, caller);
  const prepared = await planWrite(deps, observation, planning, request, survey, caller);
  prepared.base.editedOutside ||= isEdited;
  attempt.planned(prepared);
  if (isNothing(prepared.planned)) return { account, prepared, change: null, role: prepared.observed.role };
  const intent = await attempt.open(prepared);
  const obstacle = await lookAgain(deps, lock, intent, account, prepared, caller);
  if (obstacle) return { account, prepared, ...(await concludeUnwritten(deps, intent, prepared, obstacle)) };
  const written = await writeSteps(deps, lock, intent, account, prepared, caller);
  const seen = await readBack(deps, account, prepared.roleName, written, caller);
  return { account, prepared, ...(await concludeWritten(deps, intent, prepared, written, seen)) };
}

/** Nothing is written to AWS, and no claim is made or ended. */
const isNothing = ({ steps, kind }: Planned) => steps.length === 0 && kind !== 'CLAIM' && kind !== 'RELEASE';
