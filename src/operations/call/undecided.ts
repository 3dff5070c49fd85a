import { Fault, type FaultCode } from '../../fault.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Deps } from './deps.ts';

/**
 * Refusals that decide nothing about a role: the caller sends the same request again until its turn comes.
 * They are kept out of the log of changes, where they made up to two thirds of the entries. The service's own
 * log and a metric report them.
 */
const undecided = new Set<FaultCode>(['ROLE_BUSY', 'IDEMPOTENCY_IN_FLIGHT', 'RATE_LIMITED']);

export const isUndecided = ({ code }: Fault): boolean => undecided.has(code);

/** Runs `work` and answers its result. Logs and counts its refusals that decide nothing. */
export async function reportUndecided<T>(
  deps: Deps,
  operation: string,
  input: object,
  caller: Caller,
  work: Promise<T>,
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    // With a change the request was decided: the lock was lost, or AWS refused, after the intent.
    if (error instanceof Fault && isUndecided(error) && error.details.change === undefined) {
      const { accountId, roleName } = input as { accountId?: string; roleName?: string };
      const { actor, requestId } = caller;
      deps.refusals.add(error.code);
      deps.log.info(
        { code: error.code, operation, accountId, roleName, actor, requestId },
        'refused for now: nothing was decided',
      );
    }
    throw error;
  }
}
