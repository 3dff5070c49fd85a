import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../../fault.ts';

// IAM is eventually consistent: for some seconds it may not find what this service has just created.

/** Looks again after each of the delays, in ms, while there is nothing to see. */
export async function retryReadUntilFound<T>(
  delays: readonly number[],
  look: () => Promise<T | null>,
): Promise<T | null> {
  let seen = await look();
  for (const delay of delays) {
    if (seen !== null) break;
    await sleep(delay);
    seen = await look();
  }
  return seen;
}

/**
 * Sends a write to a young role again after each of the delays, in ms, while IAM does not find the role. Such
 * a write has the same effect once or twice. Fault: AWS_FAILED, retryable, where IAM still does not find the
 * role.
 */
export async function retryWriteUntilFound<T>(
  delays: readonly number[],
  roleName: string,
  write: () => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof Fault && error.isFromLag)) throw error;
      const delay = delays[attempt];
      if (delay === undefined) throw error.code === 'ROLE_BUSY' ? error : unsettled(roleName, error);
      await sleep(delay);
    }
  }
}

const unsettled = (roleName: string, { details, cause }: Fault) =>
  new Fault(
    'AWS_FAILED',
    `This service has just created the role ${roleName}, and IAM does not find it everywhere yet. Try again in a minute.`,
    details,
    { cause, retryable: true },
  );
