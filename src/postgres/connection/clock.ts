import type pg from 'pg';
import { ClockOff, Fault } from '../../fault.ts';
import type { Clock } from '../../ports/clock.ts';
import { unavailable } from './or-unavailable.ts';

/** A larger difference is logged, in ms. */
const noticeableMs = 3000;
/** With a larger difference a replica makes no changes, in ms. */
const toleratedMs = 60_000;
/** How long a comparison is valid, in ms: twice the interval. */
const validMs = 60_000;
/** The system's clock was set if it moved this much more than the monotonic clock, in ms. */
const steppedMs = 1000;

/** The three clocks at one moment. `uncertaintyMs` is half the round trip. */
interface Reading {
  database: number;
  system: number;
  monotonic: number;
  uncertaintyMs: number;
}

interface ClockLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export interface DatabaseClock extends Clock {
  /**
   * Compares this machine's clock with the database's, and logs when the accuracy changes. Throws the errors
   * of pg.
   */
  compare(log: ClockLog): Promise<void>;
}

type Accuracy = 'ACCURATE' | 'NOTICEABLE' | 'OFF';

/**
 * PostgreSQL's clock, which all replicas share. Between two readings this process's monotonic clock advances
 * it. So a system clock that is wrong, or is set meanwhile, affects no time that the service writes or
 * compares.
 */
export function openClock(
  pool: Pick<pg.Pool, 'connect'>,
  { systemNow, monotonicNow }: { systemNow: () => number; monotonicNow: () => number } = {
    systemNow: Date.now,
    monotonicNow: () => performance.now(),
  },
): DatabaseClock {
  /** The most exact reading, from which the time is computed. */
  let best: Reading | null = null;
  let last: Reading | null = null;
  let accuracy: Accuracy = 'ACCURATE';
  let reading: Promise<Reading> | null = null;

  const databaseAt = ({ database, monotonic }: Reading, at: number) => database + at - monotonic;

  async function read(): Promise<Reading> {
    const client = await pool.connect();
    let failure: Error | undefined;
    try {
      const before = { system: systemNow(), monotonic: monotonicNow() };
      const { rows } = await client.query<{ ms: string }>(
        'SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms',
      );
      const after = { system: systemNow(), monotonic: monotonicNow() };
      return {
        database: Number(rows[0]?.ms),
        system: (before.system + after.system) / 2,
        monotonic: (before.monotonic + after.monotonic) / 2,
        uncertaintyMs: (after.monotonic - before.monotonic) / 2,
      };
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      client.release(failure);
    }
  }

  /** Concurrent callers share one reading. */
  async function readAgain(): Promise<Reading> {
    reading ??= read().finally(() => {
      reading = null;
    });
    last = await reading;
    const difference = best && Math.abs(databaseAt(best, last.monotonic) - last.database);
    // A less exact reading is used only when it contradicts the best one: the database's clock was set, or it
    // is another database.
    const isBetter = !best || last.uncertaintyMs <= best.uncertaintyMs;
    if (isBetter || (difference ?? 0) > (best?.uncertaintyMs ?? 0) + last.uncertaintyMs) best = last;
    return last;
  }

  const isValid = ({ system, monotonic }: Reading): boolean => {
    const elapsed = monotonicNow() - monotonic;
    return elapsed < validMs && Math.abs(systemNow() - system - elapsed) < steppedMs;
  };

  return {
    now: () => new Date(best ? databaseAt(best, monotonicNow()) : systemNow()),

    async compare(log) {
      const offMs = differenceOf(await readAgain());
      const before = accuracy;
      accuracy =
        Math.abs(offMs) > toleratedMs ? 'OFF' : Math.abs(offMs) > noticeableMs ? 'NOTICEABLE' : 'ACCURATE';
      if (accuracy === before) return;
      const details = { offMs: Math.round(offMs) };
      if (accuracy === 'OFF')
        log.error(
          details,
          "this machine's clock differs from the database's by more than a minute: this replica makes no changes",
        );
      else if (accuracy === 'NOTICEABLE')
        log.warn(details, "this machine's clock differs from the database's: check its time service");
      else log.info(details, "this machine's clock agrees with the database's again");
    },

    async requireAccurate() {
      const current =
        last && isValid(last)
          ? last
          : await readAgain().catch((error: unknown) => {
              throw unavailable(error, 'AUDIT_UNAVAILABLE');
            });
      const offMs = differenceOf(current);
      if (Math.abs(offMs) <= toleratedMs) return;
      const message =
        'The clock of this replica is wrong, so it makes no changes. Try again in a moment: another replica may answer.';
      throw new Fault('AUDIT_UNAVAILABLE', message, {}, { cause: new ClockOff(offMs) });
    },
  };
}

/**
 * The least possible difference of the system's clock from the database's, in ms; negative when it is behind.
 */
function differenceOf({ system, database, uncertaintyMs }: Reading): number {
  const difference = system - database;
  return Math.sign(difference) * Math.max(0, Math.abs(difference) - uncertaintyMs);
}
