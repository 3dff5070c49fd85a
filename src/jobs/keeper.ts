import { Fault } from '../fault.ts';
import type { Deps } from '../operations/call/deps.ts';
import type { SweepOutcome, SweepRecord } from '../ports/sweeps.ts';
import { failedResult } from './failed-result.ts';
import { pause } from './pause.ts';

/** What came of an account, and who waits for it to be kept. */
interface Waiting {
  outcome: { accountId: string; results: SweepOutcome[] };
  kept: () => void;
  /** Aborted when the job is another's: that one brings results of its own. */
  signal: AbortSignal;
}

type SweepOf = Pick<SweepRecord, 'id' | 'roleName' | 'caller'>;

/** As often as a sweep's row is written, at the most: all results of that time share one transaction. */
const everyMs = 50;
/** While the database does not take them. */
const againMs = 1000;

/**
 * Keeps results in few transactions: what a sweep has while one is under way shares the next. Answers when they are committed;
 * while the database is away they wait for it, unless `signal` is aborted, which is no answer but the end of waiting. Results that
 * the database never takes are replaced by their failure, so that no sweep is without end.
 */
export function keeper({ sweeps, log }: Pick<Deps, 'sweeps' | 'log'>) {
  const bySweep = new Map<string, Waiting[]>();

  async function keepAll(sweep: SweepOf, waiting: Waiting[]): Promise<void> {
    for (await pause(everyMs); waiting.length > 0; await pause(everyMs)) {
      const now = waiting.splice(0);
      try {
        await keepNow(sweep, now);
      } catch (err) {
        log.error({ err, sweepId: sweep.id, accounts: now.length }, 'results of a sweep could not be kept; they wait');
        await pause(againMs);
        waiting.unshift(...now.filter(({ signal }) => !signal.aborted));
      }
    }
    bySweep.delete(sweep.id);
  }

  async function keepNow(sweep: SweepOf, waiting: Waiting[]): Promise<void> {
    try {
      await sweeps.keep(
        sweep.id,
        waiting.map(({ outcome }) => outcome),
      );
      for (const { kept } of waiting) kept();
    } catch (error) {
      if (!(error instanceof Fault && error.code === 'INTERNAL')) throw error;
      // Those of one account must not take the others with them, nor keep them waiting.
      if (waiting.length > 1) {
        const ends: PromiseSettledResult<void>[] = [];
        for (const one of waiting) ends.push(...(await Promise.allSettled([keepNow(sweep, [one])])));
        for (const end of ends) if (end.status === 'rejected') throw end.reason;
      } else for (const { outcome, ...one } of waiting) await keepRefused(sweep, outcome.accountId, one, error);
    }
  }

  async function keepRefused(sweep: SweepOf, accountId: string, { kept }: Pick<Waiting, 'kept'>, error: Fault): Promise<void> {
    log.error({ err: error.cause, sweepId: sweep.id, accountId }, 'the results of an account were refused');
    await sweeps.keep(sweep.id, [{ accountId, results: [failedResult(sweep, error, sweep.roleName)] }]);
    kept();
  }

  return (sweep: SweepOf, outcome: Waiting['outcome'], signal: AbortSignal): Promise<void> =>
    new Promise((kept) => {
      // Who waits no more is not told of what comes after.
      if (signal.aborted) kept();
      else signal.addEventListener('abort', () => kept(), { once: true });
      const waiting = bySweep.get(sweep.id) ?? [];
      waiting.push({ outcome, kept, signal });
      if (bySweep.has(sweep.id)) return;
      bySweep.set(sweep.id, waiting);
      // Not awaited: it never rejects. Callers wait for `kept`.
      void keepAll(sweep, waiting);
    });
}
