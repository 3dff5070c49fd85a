import type pg from 'pg';
import { Fault } from '../../fault.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Health } from '../../ports/health.ts';
import { orUnavailable } from './or-unavailable.ts';
import { rights } from './rights.ts';

/** How long a successful test write is valid, in ms. Anyone may ask, and each write flushes the disk. */
const writeCountsMs = 1000;

const unready = (why: string) =>
  new Fault(
    'UNAVAILABLE',
    'The database takes no writes now. Try again in a moment.',
    {},
    { cause: new Error(why) },
  );

/**
 * Checks what a write needs: a primary that accepts writes, the tables with their rights on the search path,
 * disk space, a commit and an accurate clock.
 */
export function openHealth({
  pool,
  clock,
}: {
  pool: pg.Pool;
  clock: Pick<Clock, 'requireAccurate'>;
}): Health {
  let wroteAt = Number.NEGATIVE_INFINITY;

  async function requirePrimary(): Promise<void> {
    const { rows } = await orUnavailable(
      pool.query<{ standby: boolean; readOnly: boolean; lacking: string | null }>(
        `SELECT pg_is_in_recovery() AS standby, current_setting('transaction_read_only') = 'on' AS "readOnly",
           (SELECT min(name || ' ' || granted) FROM unnest($1::text[], $2::text[]) AS needed (name, granted)
            WHERE to_regclass(name) IS NULL OR NOT has_table_privilege(to_regclass(name), granted)) AS lacking`,
        [needed.map(([table]) => table), needed.map(([, right]) => right)],
      ),
    );
    const [found] = rows;
    if (found?.standby) throw unready('the database is a standby');
    if (found?.readOnly) throw unready('the database is read-only');
    if (found?.lacking)
      throw unready(`a table cannot be found by the search_path, or a right is missing: ${found.lacking}`);
  }

  return {
    async check() {
      await clock.requireAccurate();
      await requirePrimary();
      if (performance.now() - wroteAt < writeCountsMs) return;
      await orUnavailable(tryToWrite(pool));
      wroteAt = performance.now();
    },
  };
}

const needed = Object.entries(rights).flatMap(([table, granted]) =>
  granted.map((right) => [table, right] as const),
);

/**
 * Writes that leave nothing behind: a sort that spills to disk, and a message in the WAL that is committed as
 * an entry is.
 */
const spill =
  'SELECT count(*) FROM (SELECT md5(i::text) AS word FROM generate_series(1, 8000) AS i ORDER BY word OFFSET 0) AS sorted';
async function tryToWrite(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query(
      `BEGIN; SET LOCAL work_mem = '64kB'; ${spill}; SELECT pg_logical_emit_message(TRUE, 'rolewright', ''); COMMIT`,
    );
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    client.release(failure);
  }
}
