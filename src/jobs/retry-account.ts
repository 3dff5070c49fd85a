import pLimit from 'p-limit';
import { ClockOff, type Fault, type FaultCode } from '../fault.ts';
import type { Deps } from '../operations/call/deps.ts';
import type { SweepOutcome, SweepRecord } from '../ports/sweeps.ts';
import { pause } from './pause.ts';
import { type AccountOfSweep, RetryLater, sweepAccount } from './sweep-account.ts';

/** Delays in ms before the retries of an account that is throttled or busy: half a minute in all. */
export const defaultDelays = [500, 1000, 2000, 4000, 8000, 16_000];
/**
 * Delay in ms where the account is not the cause: the database is unavailable, or another replica has the
 * account.
 */
const elsewhereDelayMs = 1000;
/**
 * The part of a retry that such a delay uses up. None while the database is unavailable. Another replica has
 * the account's answer soon, or it dies and its changes are settled within two minutes.
 */
const costs: Partial<Record<FaultCode, number>> = {
  UNAVAILABLE: 0,
  AUDIT_UNAVAILABLE: 0,
  IDEMPOTENCY_IN_FLIGHT: 1 / 20,
};

/** The batch that the account belongs to, and the events of the account's work that its handler needs. */
interface Batch {
  sweep: SweepRecord;
  /** Aborted when the work is to stop. */
  stop: AbortSignal;
  /** Called when the account is tried for the first time. */
  onStart: (accountId: string) => void;
  /** Called when this machine's clock is off: the job is given back. */
  giveBack: (fault: Fault) => void;
}

/**
 * Creates a function that sweeps an account until it has results. At most `concurrency` accounts are tried at
 * once. Answers null where the work was stopped, or the job given back.
 */
export function createAccountRunner(
  deps: Deps,
  concurrency: number,
  delays: readonly number[],
): (account: AccountOfSweep, batch: Batch) => Promise<SweepOutcome[] | null> {
  const inSlot = pLimit(concurrency);
  return async (account, { sweep, stop, onStart, giveBack }) => {
    for (let tries = 0; !stop.aborted; ) {
      const isLast = tries >= delays.length;
      const answer = await inSlot(async () => {
        if (tries === 0) onStart(account.accountId);
        return stop.aborted ? null : await sweepAccount(deps, sweep, account, isLast).catch(returnRetry);
      });
      if (!(answer instanceof RetryLater)) return answer;
      const { fault } = answer;
      if (fault.cause instanceof ClockOff) {
        giveBack(fault);
        return null;
      }
      // The account waits without its slot, so that others go on.
      const cost = costs[fault.code] ?? 1;
      await pause(
        cost === 1 ? (delays[Math.floor(tries)] ?? 0) * (0.5 + Math.random()) : elsewhereDelayMs,
        stop,
      );
      tries += cost;
    }
    return null;
  };
}

function returnRetry(error: unknown): RetryLater {
  if (error instanceof RetryLater) return error;
  throw error;
}
