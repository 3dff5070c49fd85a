import { Fault, type FaultCode } from '../../fault.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Deps } from './deps.ts';

/**
 * Refusals that decide nothing about a role: the same request is sent again until its turn comes. They stay out of the log of
 * changes, of which retries were up to two thirds. The service's log and a count tell of them.
 */
const undecided = new Set<FaultCode>(['ROLE_BUSY', 'IDEMPOTENCY_IN_FLIGHT', 'RATE_LIMITED']);

export const isUndecided = ({ code }: Fault): boolean => undecided.has(code);

/** As `work`, whose refusals that decide nothing are logged and counted. */
export async function noteUndecided<T>(deps: Deps, operation: string, input: object, caller: Caller, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    // With a change it was decided: the lock was lost, or AWS refused, after the intent.
    if (error instanceof Fault && isUndecided(error) && error.details.change === undefined) {
      const { accountId, roleName } = input as { accountId?: string; roleName?: string };
      const { actor, requestId } = caller;
      deps.refusals.add(error.code);
      deps.log.info({ code: error.code, operation, accountId, roleName, actor, requestId }, 'refused for now: nothing was decided');
    }
    throw error;
  }
}
