import type pg from 'pg';
import { Fault } from '../../fault.ts';
import type { Sweeps } from '../../ports/sweeps.ts';
import type { SweepResult } from '../../schema/sweep.ts';
import { reading, refusesData, unanswered } from '../connection/reading.ts';
import { transaction } from '../connection/transaction.ts';
import type { JobQueue } from '../queue/queue.ts';
import { cancelSweep } from './cancel.ts';
import { insertResults } from './keep-results.ts';
import { type SweepRow, toRecord } from './rows.ts';
import { insertSweep } from './start.ts';
import { readTallies } from './tallies.ts';
import { createSweepWatch } from './watch.ts';

/** Sweeps and their results; `announces`: a verdict that changed leaves an event. Fault of every method: UNAVAILABLE. */
export function openSweeps({
  pool,
  queue,
  announces,
}: {
  pool: pg.Pool;
  queue: Pick<JobQueue, 'add' | 'drop'>;
  announces: boolean;
}): Sweeps {
  const rows = async (text: string, ...values: unknown[]) => (await reading(pool.query<SweepRow>(`${text}`, values))).rows.map(toRecord);

  async function get(id: string) {
    const [found] = await rows('SELECT * FROM sweep WHERE id = $1', id);
    return found ?? null;
  }

  return {
    get,

    start: (draft, select, idempotencyKey, most, among = null) =>
      reading(
        transaction(pool, (client) =>
          insertSweep(client, { draft, select, idempotencyKey, most, among }, (jobs) => queue.add(client, jobs)),
        ),
      ),

    list: ({ after, limit }) =>
      rows(
        `SELECT * FROM sweep WHERE $1::timestamptz IS NULL OR (created_at, id) < ($1, $2)
         ORDER BY created_at DESC, id DESC LIMIT $3`,
        after?.createdAt ?? null,
        after?.id ?? null,
        limit,
      ),

    async results({ id, after, limit }) {
      const found = await reading(
        pool.query<{ seq: number; account_id: string; body: string }>(
          'SELECT seq, account_id, body FROM sweep_result WHERE sweep_id = $1 AND seq > $2 ORDER BY seq LIMIT $3',
          [id, after, limit],
        ),
      );
      return found.rows.map(
        ({ seq, account_id, body }) => ({ seq, accountId: account_id, ...(JSON.parse(body) as object) }) as SweepResult,
      );
    },

    async cancel(id) {
      const cancelled = await reading(transaction(pool, (client) => cancelSweep(client, id, () => queue.drop(client, id))));
      return cancelled ?? get(id);
    },

    async leave({ sweepId, from, to }) {
      await reading(
        pool.query(
          `DELETE FROM sweep_pending WHERE sweep_id = $1 AND account_id BETWEEN $2 AND $3
             AND EXISTS (SELECT FROM sweep WHERE id = $1 AND ended_at IS NOT NULL)`,
          [sweepId, from, to],
        ),
      );
    },

    async begin({ sweepId, from, to }) {
      const [sweep] = await rows(
        `UPDATE sweep SET state = 'RUNNING', started_at = now(), version = version + 1
         WHERE id = $1 AND state = 'QUEUED' RETURNING *`,
        sweepId,
      );
      const current = sweep ?? (await get(sweepId));
      if (!current || current.endedAt) return null;
      const pending = await reading(
        pool.query<{ account_id: string }>('SELECT account_id FROM sweep_pending WHERE sweep_id = $1 AND account_id BETWEEN $2 AND $3', [
          sweepId,
          from,
          to,
        ]),
      );
      return { sweep: current, accountIds: pending.rows.map(({ account_id }) => account_id) };
    },

    async keep(id, outcomes) {
      // Of two that worked on one account in this process the first counts, as everywhere.
      const once = outcomes.filter(({ accountId }, i) => outcomes.findIndex((other) => other.accountId === accountId) === i);
      try {
        await transaction(pool, (client) => insertResults(client, id, once, announces));
      } catch (cause) {
        throw refusesData(cause) ? new Fault('INTERNAL', 'The results cannot be kept as they are.', {}, { cause }) : unanswered(cause);
      }
    },

    tallies: (ids, accountIds) => reading(readTallies(pool, ids, accountIds)),

    changed: createSweepWatch((ids) => rows('SELECT * FROM sweep WHERE id = ANY ($1)', ids)),

    async purge(before) {
      // What nobody took away: of sweeps that were cancelled before cancelling did so, or whose worker died.
      for (let left = true; left; ) left = (await reading(pool.query(purgeLeftovers))).rowCount !== 0;
      // One at a time: each may have results by the ten thousand.
      for (let purged = 0; ; purged += 1) {
        const { rowCount } = await reading(pool.query(purgeOne, [before, kept.sweeps, kept.results]));
        if (rowCount === 0) return purged;
      }
    },
  };
}

/** So many sweeps of a caller that have ended are kept, the newest, and together so many results. */
const kept = { sweeps: 2500, results: 1_000_000 };

/** The accounts that still wait in one sweep that has ended an hour ago. */
const purgeLeftovers = `DELETE FROM sweep_pending WHERE sweep_id = (
  SELECT id FROM sweep WHERE ended_at < now() - interval '1 hour' AND EXISTS (SELECT FROM sweep_pending WHERE sweep_id = id) LIMIT 1)`;

/** The newest of a caller stays, however many results it has. */
const purgeOne = `WITH ended AS (
    SELECT id, ended_at, row_number() OVER of_caller AS place, sum(results) OVER of_caller AS held FROM sweep WHERE ended_at IS NOT NULL
    WINDOW of_caller AS (PARTITION BY subject, issuer ORDER BY ended_at DESC, id)),
  gone AS (DELETE FROM sweep WHERE id = (
    SELECT id FROM ended WHERE ended_at < $1 OR place > $2 OR (held > $3 AND place > 1) ORDER BY ended_at LIMIT 1) RETURNING id),
  results AS (DELETE FROM sweep_result USING gone WHERE sweep_id = id),
  pending AS (DELETE FROM sweep_pending USING gone WHERE sweep_id = id)
  SELECT FROM gone`;
