import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../fault.ts';

// IAM is eventually consistent: it may not find for some seconds what this service has just created.

/** Looks again, after each of the delays (ms), while there is nothing to be seen. */
export async function lookWhileSettling<T>(delays: readonly number[], look: () => Promise<T | null>): Promise<T | null> {
  let seen = await look();
  for (const delay of delays) {
    if (seen !== null) break;
    await sleep(delay);
    seen = await look();
  }
  return seen;
}

/**
 * Sends a write to a young role again, after each of the delays (ms), while IAM does not find the role. Every such write has the
 * same effect once or twice. Fault: AWS_FAILED, `retryable`, where IAM still does not find it.
 */
export async function writeWhileSettling<T>(delays: readonly number[], roleName: string, write: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof Fault && error.lags)) throw error;
      const delay = delays[attempt];
      if (delay === undefined) throw error.code === 'ROLE_BUSY' ? error : unsettled(roleName, error);
      await sleep(delay);
    }
  }
}

const unsettled = (roleName: string, { details, cause }: Fault) =>
  new Fault(
    'AWS_FAILED',
    `IAM does not find the role ${roleName} everywhere yet, which this service has created moments ago. Wait a minute.`,
    details,
    { cause, retryable: true },
  );
