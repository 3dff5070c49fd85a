import { Fault } from '../../fault.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Deps } from './deps.ts';
import { isUndecided } from './refusal-counts.ts';

/** Runs `work` and answers its result. Logs its refusals that decide nothing. */
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
    if (error instanceof Fault && isUndecided(error)) {
      const { accountId, roleName } = input as { accountId?: string; roleName?: string };
      const { actor, requestId } = caller;
      deps.log.info(
        { code: error.code, operation, accountId, roleName, actor, requestId },
        'refused for now: nothing was decided',
      );
    }
    throw error;
  }
}
