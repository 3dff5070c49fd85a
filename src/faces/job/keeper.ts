import type { Deps } from '../../usecases/operation.ts';
import type { SweepOutcome } from '../../usecases/sweeps.ts';
import { pause } from './pause.ts';

/** What came of an account, and who waits for it to be kept. */
interface Waiting {
  outcome: { accountId: string; results: SweepOutcome[] };
  kept: () => void;
  /** Aborted when the job is another's: that one brings results of its own. */
  signal: AbortSignal;
}

/** As often as a sweep's row is written, at the most: all results of that time share one transaction. */
const everyMs = 50;
/** While the database does not take them. */
const againMs = 1000;

/**
 * Keeps results in few transactions: what a sweep has while one is under way shares the next. Answers when they are committed;
 * while the database is away they wait for it, unless `signal` is aborted, which is no answer but the end of waiting.
 */
export function keeper({ sweeps, log }: Pick<Deps, 'sweeps' | 'log'>) {
  const bySweep = new Map<string, Waiting[]>();

  async function keepAll(id: string, waiting: Waiting[]): Promise<void> {
    for (await pause(everyMs); waiting.length > 0; await pause(everyMs)) {
      const now = waiting.splice(0);
      try {
        await sweeps.keep(
          id,
          now.map(({ outcome }) => outcome),
        );
        for (const { kept } of now) kept();
      } catch (err) {
        log.error({ err, sweepId: id, accounts: now.length }, 'results of a sweep could not be kept; they wait');
        await pause(againMs);
        waiting.unshift(...now.filter(({ signal }) => !signal.aborted));
      }
    }
    bySweep.delete(id);
  }

  return (id: string, outcome: Waiting['outcome'], signal: AbortSignal): Promise<void> =>
    new Promise((kept) => {
      signal.addEventListener('abort', () => kept(), { once: true });
      const waiting = bySweep.get(id) ?? [];
      waiting.push({ outcome, kept, signal });
      if (bySweep.has(id)) return;
      bySweep.set(id, waiting);
      void keepAll(id, waiting);
    });
}
