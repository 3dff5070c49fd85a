import type { RoleState } from '../../../domain/role/role-state.ts';
import { Fault } from '../../../fault.ts';
import type { Intent } from '../../../ports/ledger.ts';
import type { Account } from '../../../schema/account.ts';
import type { Change } from '../../../schema/change.ts';
import type { Deps } from '../../call/deps.ts';
import { outcomeOf, outcomeUnwritten } from './outcome.ts';
import type { Prepared } from './plan-write.ts';
import type { Seen } from './read-back.ts';
import { recordOutcome } from './record-outcome.ts';
import type { Written } from './write-steps.ts';

/** A change with its outcome, and the role as it is then. */
interface Concluded {
  change: Change;
  role: RoleState | null;
}

/** The end of a write. `change` is null where nothing had to be done. */
export interface Done extends Omit<Concluded, 'change'> {
  account: Account;
  prepared: Prepared;
  change: Change | null;
}

/**
 * Records that a change was given up before its first write. Answers only if the role was edited outside,
 * because the change is then planned again. Faults: the obstacle, AUDIT_UNAVAILABLE.
 */
export async function concludeUnwritten(
  deps: Deps,
  intent: Intent,
  prepared: Prepared,
  obstacle: Fault,
): Promise<Concluded> {
  const change = await recordOutcome(
    deps,
    intent,
    outcomeUnwritten(prepared, obstacle),
    deps.recordPatienceMs,
  );
  // Another error than ours: while this process was paused, another one settled the change, and may have made
  // a change of its own.
  if (obstacle.code !== 'ROLE_CHANGED' || change.error?.code !== 'ROLE_CHANGED')
    throw withChange(obstacle, prepared, change);
  return { change, role: prepared.base.role };
}

/** Records the outcome of the writes. Faults: that of a write that failed; UNAVAILABLE, AUDIT_UNAVAILABLE. */
export async function concludeWritten(
  deps: Deps,
  intent: Intent,
  prepared: Prepared,
  written: Written,
  seen: Seen,
): Promise<Concluded> {
  const { failure, isUntouched } = written;
  const settlement = outcomeOf(prepared, written, seen);
  const patienceMs = isUntouched ? deps.untouchedPatienceMs : deps.recordPatienceMs;
  const change = await recordOutcome(deps, intent, settlement, patienceMs).catch((error: unknown) => {
    throw isUntouched && failure ? failure : error;
  });
  if (failure && change.outcome !== 'SUCCEEDED') throw withChange(failure, prepared, change);
  if (change.recovered && change.outcome !== 'SUCCEEDED') {
    // The first outcome stands. What this process knows better has no other place than the service's log.
    deps.log.error(
      { changeId: change.id, settlement },
      'a change was settled by another process than the one that made it',
    );
    const message =
      'This process was held up, and another one has settled the change by reading the role. Read the role and the change.';
    throw withChange(new Fault('UNAVAILABLE', message), prepared, change);
  }
  return { change, role: seen.role === undefined ? prepared.base.role : seen.role };
}

/** The fault with the change, its plan, and how much of it is done. */
export function withChange(
  { code, message, details, cause, retryable }: Fault,
  { plan, planned }: Prepared,
  change: Change,
): Fault {
  const done = change.steps.filter((step) => step.outcome === 'SUCCEEDED').length;
  const progress = `${message} ${done} of ${planned.steps.length} steps are done; change ${change.id} is ${change.outcome}.`;
  const remedy = change.outcome === 'FAILED' ? '' : ' Send the same request again to complete it.';
  return new Fault(code, progress + remedy, { ...details, plan, change }, { cause, retryable });
}
