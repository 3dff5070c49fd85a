import { Fault } from '../fault.ts';
import type { Deps } from '../operations/call/deps.ts';
import type { SweepOutcome, SweepRecord } from '../ports/sweeps.ts';
import { createFailedResult } from './failed-result.ts';
import { pause } from './pause.ts';

/** The results of an account, and the caller that waits until they are kept. */
interface Waiting {
  outcome: { accountId: string; results: SweepOutcome[] };
  kept: () => void;
  /** Aborted when another process has taken the job: it brings results of its own. */
  signal: AbortSignal;
}

type SweepOf = Pick<SweepRecord, 'id' | 'roleName' | 'caller'>;

/** Minimum time in ms between two writes of a sweep's row. All results of that time share one transaction. */
const everyMs = 50;
/** Delay in ms before a retry while the database is unavailable. */
const retryMs = 1000;

/**
 * Creates a keeper of results, which commits them in few transactions: the results that come while one runs
 * share the next. A call answers when its results are committed, or when `signal` is aborted. Results wait
 * while the database is unavailable. Those that the database refuses for good are replaced by a failure, so
 * that every sweep ends.
 */
export function createResultKeeper({ sweeps, log }: Pick<Deps, 'sweeps' | 'log'>) {
  const bySweep = new Map<string, Waiting[]>();

  async function keepAll(sweep: SweepOf, waiting: Waiting[]): Promise<void> {
    for (await pause(everyMs); waiting.length > 0; await pause(everyMs)) {
      const now = waiting.splice(0);
      try {
        await keepNow(sweep, now);
      } catch (err) {
        log.error(
          { err, sweepId: sweep.id, accounts: now.length },
          'results of a sweep could not be kept; they wait',
        );
        await pause(retryMs);
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
      // The results of one account must not fail those of others, or keep them waiting.
      if (waiting.length > 1) {
        const settled: PromiseSettledResult<void>[] = [];
        for (const one of waiting) settled.push(...(await Promise.allSettled([keepNow(sweep, [one])])));
        for (const one of settled) if (one.status === 'rejected') throw one.reason;
      } else
        for (const { outcome, ...one } of waiting) await keepRefused(sweep, outcome.accountId, one, error);
    }
  }

  async function keepRefused(
    sweep: SweepOf,
    accountId: string,
    { kept }: Pick<Waiting, 'kept'>,
    error: Fault,
  ): Promise<void> {
    log.error({ err: error.cause, sweepId: sweep.id, accountId }, 'the results of an account were refused');
    await sweeps.keep(sweep.id, [
      { accountId, results: [createFailedResult(sweep, error, { roleName: sweep.roleName })] },
    ]);
    kept();
  }

  return (sweep: SweepOf, outcome: Waiting['outcome'], signal: AbortSignal): Promise<void> =>
    new Promise((kept) => {
      // An aborted caller does not wait for the commit.
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
