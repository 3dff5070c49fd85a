import type pg from 'pg';
import type { TrustedKeys } from '../../audit/checkpoint.ts';
import { Fault } from '../../fault.ts';
import { unobserved } from '../../observe.ts';
import type { Audit, CheckpointSink } from '../../ports/audit.ts';
import type { Observer } from '../../ports/observer.ts';
import type { Verification } from '../../schema/audit.ts';
import { prove } from './prove.ts';
import { verifyDatabase } from './verification.ts';

/** Maximum number of verifications that wait or run. */
const maxRuns = 10;

/**
 * Verification and proofs, from the database and the sink. `keys` and `sink` are null when no checkpoints are
 * made.
 */
export function openAudit({
  url,
  pool,
  keys,
  sink,
  observer = unobserved,
}: {
  url: string;
  pool: pg.Pool;
  keys: TrustedKeys | null;
  sink: CheckpointSink | null;
  observer?: Pick<Observer, 'note'>;
}): Audit {
  /** Verifications that wait or run, by their first entry. */
  const running = new Map<number, Promise<Verification>>();
  let last: Promise<unknown> = Promise.resolve();

  async function afterOthers(from: number): Promise<Verification> {
    const before = last;
    const run = Promise.withResolvers<void>();
    last = run.promise;
    await before;
    const began = performance.now();
    try {
      const found = await orUnavailable(verifyDatabase({ url, keys, sink, from }));
      observer.note({ of: 'VERIFICATION', ok: found.ok, seconds: (performance.now() - began) / 1000 });
      return found;
    } finally {
      running.delete(from);
      run.resolve();
    }
  }

  return {
    verify(from = 0) {
      // One at a time, because each uses two cores. Concurrent requests for the same range share one answer.
      const known = running.get(from);
      if (!known && running.size >= maxRuns)
        return Promise.reject(
          new Fault('RATE_LIMITED', `${maxRuns} verifications are waiting. Try again when one has finished.`),
        );
      const run = known ?? afterOthers(from);
      running.set(from, run);
      return run;
    },
    prove: (changeId) => orUnavailable(prove(pool, changeId, keys)),
  };
}

async function orUnavailable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(
      'UNAVAILABLE',
      'The log or its checkpoints cannot be read now. Try again in a moment.',
      {},
      { cause: error },
    );
  }
}
