import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../../fault.ts';
import type { Intent, Settlement } from '../../../ports/ledger.ts';
import type { Change } from '../../../schema/change.ts';
import { within } from '../../../within.ts';
import type { Deps } from '../../call/deps.ts';

/**
 * Records the outcome of a change, and retries because the outcome has to reach the log. The caller waits for
 * `patienceMs`; the attempts go on without it. If they all fail, recovery finds the outcome by reading the
 * role. Fault: AUDIT_UNAVAILABLE.
 */
export async function recordOutcome(
  deps: Deps,
  intent: Intent,
  settlement: Settlement,
  patienceMs: number,
): Promise<Change> {
  const { changeId } = intent;
  const recording = settlePatiently(deps, intent, settlement);
  deps.inFlight.add(recording);
  const forget = () => deps.inFlight.delete(recording);
  recording.then(forget, forget);
  return await within(patienceMs, recording, () => {
    throw unrecorded(changeId);
  });
}

async function settlePatiently(deps: Deps, intent: Intent, settlement: Settlement): Promise<Change> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await deps.ledger.settle(intent, settlement);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const delay = deps.recordDelays[attempt];
      if (delay === undefined) {
        const { changeId } = intent;
        deps.log.error(
          { changeId, settlement, err: error.cause ?? error },
          'the outcome of a change could not be recorded',
        );
        throw unrecorded(changeId, error.cause);
      }
      await sleep(delay);
    }
  }
}

const unrecorded = (changeId: string, cause?: unknown) =>
  new Fault(
    'AUDIT_UNAVAILABLE',
    `The outcome of change ${changeId} could not be recorded. The change stays PENDING until the service has read the role again. Read the change before you repeat the request.`,
    { changeId },
    { cause, retryable: false },
  );
