import type pg from 'pg';
import { Fault } from '../fault.ts';
import type { Sweeps } from '../ports.ts';
import type { SweepResult } from '../schema/sweep.ts';
import type { JobQueue } from './queue.ts';
import { reading, refusesData, unanswered } from './reading.ts';
import { insertResults } from './sweep-keep.ts';
import { type SweepRow, toRecord } from './sweep-rows.ts';
import { insertSweep } from './sweep-start.ts';
import { createSweepWatch } from './sweep-watch.ts';
import { transaction } from './transaction.ts';

/** Sweeps and their results; `announces`: a verdict that changed leaves an event. Fault of every method: UNAVAILABLE. */
export function openSweeps({ pool, queue, announces }: { pool: pg.Pool; queue: Pick<JobQueue, 'add'>; announces: boolean }): Sweeps {
  const rows = async (text: string, ...values: unknown[]) => (await reading(pool.query<SweepRow>(`${text}`, values))).rows.map(toRecord);

  async function get(id: string) {
    const [found] = await rows('SELECT * FROM sweep WHERE id = $1', id);
    return found ?? null;
  }

  return {
    get,

    start: (draft, select, idempotencyKey, most) =>
      reading(
        transaction(pool, (client) => insertSweep(client, { draft, select, idempotencyKey, most }, (jobs) => queue.add(client, jobs))),
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
      const [cancelled] = await rows(
        `UPDATE sweep SET state = 'CANCELLED', ended_at = now(), version = version + 1
         WHERE id = $1 AND ended_at IS NULL RETURNING *`,
        id,
      );
      return cancelled ?? get(id);
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

    changed: createSweepWatch((ids) => rows('SELECT * FROM sweep WHERE id = ANY ($1)', ids)),

    async purge(before) {
      // One at a time: each may have results by the ten thousand.
      for (let purged = 0; ; purged += 1) {
        const { rowCount } = await reading(
          pool.query(
            `WITH gone AS (DELETE FROM sweep WHERE id = (SELECT id FROM sweep WHERE ended_at < $1 ORDER BY ended_at LIMIT 1) RETURNING id),
             results AS (DELETE FROM sweep_result USING gone WHERE sweep_id = id),
             pending AS (DELETE FROM sweep_pending USING gone WHERE sweep_id = id)
             SELECT FROM gone`,
            [before],
          ),
        );
        if (rowCount === 0) return purged;
      }
    },
  };
}
