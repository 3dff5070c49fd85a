import type pg from 'pg';
import type { Outbox } from '../../ports/webhooks.ts';
import type { DeadLetter, VerdictEvent } from '../../schema/webhook.ts';
import { reading } from '../connection/reading.ts';

interface Row {
  id: string;
  body: string;
  attempts: number;
  last_error: string | null;
  created_at: Date;
  dead_at: Date | null;
}

/** How many dead letters are kept. */
const mostDead = 100_000;

/** The events that are on their way. `posture-keep.ts` writes them. */
export function openOutbox({ pool }: { pool: pg.Pool }): Outbox {
  const query = async (text: string, ...values: unknown[]) => (await reading(pool.query<Row>(text, values))).rows;
  return {
    // The attempt counts before it is made, so that an event which ends the process that sends it is not sent for ever. Who comes
    // to a row that another has just taken passes it over, and finds no later one of its role either: the first is still there.
    claim: (limit, leaseMs) =>
      query(
        `UPDATE verdict_event AS event SET attempts = attempts + 1, next_attempt_at = now() + $2 * interval '1 millisecond'
         FROM (SELECT seq FROM verdict_event AS due WHERE dead_at IS NULL AND next_attempt_at <= now()
                 AND NOT EXISTS (SELECT FROM verdict_event AS earlier WHERE earlier.account_id = due.account_id
                   AND earlier.role_key = due.role_key AND earlier.seq < due.seq AND earlier.dead_at IS NULL)
               ORDER BY next_attempt_at, seq LIMIT $1 FOR UPDATE SKIP LOCKED) AS taken
         WHERE event.seq = taken.seq RETURNING event.id, event.body, event.attempts`,
        limit,
        leaseMs,
      ),

    async delivered(id) {
      await query('DELETE FROM verdict_event WHERE id = $1', id);
    },

    async failed({ id, attempts }, reason, delayMs) {
      await query(
        `UPDATE verdict_event SET last_error = $3, dead_at = CASE WHEN $4::bigint IS NULL THEN now() END,
           next_attempt_at = now() + coalesce($4, 0) * interval '1 millisecond'
         WHERE id = $1 AND attempts = $2 AND dead_at IS NULL`,
        id,
        attempts,
        reason,
        delayMs === null ? null : Math.round(delayMs),
      );
    },

    async deadLetters({ after, limit }) {
      const found = await query(
        `SELECT * FROM verdict_event WHERE dead_at IS NOT NULL AND ($1::timestamptz IS NULL OR (created_at, id) > ($1, $2))
         ORDER BY created_at, id LIMIT $3`,
        after?.createdAt ?? null,
        after?.id ?? null,
        limit,
      );
      return found.map(toLetter);
    },

    async purge(before) {
      const { rowCount } = await reading(
        pool.query(
          `DELETE FROM verdict_event WHERE dead_at IS NOT NULL AND (created_at < $1 OR seq IN
             (SELECT seq FROM verdict_event WHERE dead_at IS NOT NULL ORDER BY created_at DESC, id DESC OFFSET $2))`,
          [before, mostDead],
        ),
      );
      return rowCount ?? 0;
    },

    async redeliver(id) {
      const [found] = await query(
        `UPDATE verdict_event SET dead_at = NULL, attempts = 0, next_attempt_at = now()
         WHERE id = $1 AND dead_at IS NOT NULL RETURNING *`,
        id,
      );
      return found ? toLetter(found) : null;
    },
  };
}

const toLetter = (row: Row): DeadLetter => ({
  id: row.id,
  attempts: row.attempts,
  lastError: row.last_error,
  createdAt: row.created_at.toISOString(),
  deadAt: row.dead_at?.toISOString() ?? null,
  event: JSON.parse(row.body) as VerdictEvent,
});
