import type { Planned } from '../../../domain/plan/planned.ts';
import { Fault } from '../../../fault.ts';
import type { Intent } from '../../../ports/ledger.ts';
import type { RoleLock } from '../../../ports/locks.ts';
import type { Account } from '../../../schema/account.ts';
import type { Caller } from '../../../schema/caller.ts';
import type { Deps } from '../../call/deps.ts';
import { retryReadUntilFound } from './iam-consistency.ts';
import type { Prepared } from './plan-write.ts';

/**
 * Looks for an obstacle to writing, as late as possible. Null: there is none. An obstacle is a trust policy
 * that somebody else edited since it was read (ROLE_CHANGED), one that cannot be read, or, for a change that
 * writes nothing to AWS, a lock that was lost.
 */
export const lookAgain = async (
  deps: Deps,
  lock: RoleLock,
  intent: Intent,
  account: Account,
  prepared: Prepared,
  caller: Caller,
): Promise<Fault | null> =>
  (await findEdit(deps, intent, account, prepared, caller)) ?? (await findLostLock(lock, prepared.planned));

/** IAM would let us overwrite what somebody else wrote in the meantime. */
async function findEdit(
  deps: Deps,
  intent: Intent,
  account: Account,
  { planned, base, roleName, isYoung }: Prepared,
  caller: Caller,
): Promise<Fault | null> {
  if (!planned.steps.some(({ action }) => action === 'iam:UpdateAssumeRolePolicy')) return null;
  try {
    // Before the look, because nothing is to come between the look and the write.
    await deps.roles.openWriting(intent, account, caller);
    const text = await retryReadUntilFound(isYoung ? deps.readBackDelays : [], () =>
      deps.roles.readTrust(account, roleName, caller),
    );
    if (text !== null && base.isRecent(text)) return null;
    const message = `Somebody else edited the trust policy of ${roleName} after it was read, so nothing was written. Read the role again, and decide anew.`;
    return new Fault('ROLE_CHANGED', message, {}, { retryable: true });
  } catch (error) {
    if (error instanceof Fault) return error;
    return new Fault('INTERNAL', 'The service failed before it wrote the role.', {}, { cause: error });
  }
}

/**
 * A claim is committed without a write to AWS, and a write is what confirms the lock. A process that was
 * paused may have lost the lock, and another change may have been planned without the claim. A lock that is
 * held now was held when the intent was committed.
 */
async function findLostLock(lock: RoleLock, { steps }: Planned): Promise<Fault | null> {
  if (steps.length > 0) return null;
  return lock.confirm().then(
    () => null,
    (error: unknown) => {
      if (error instanceof Fault) return error;
      throw error;
    },
  );
}
