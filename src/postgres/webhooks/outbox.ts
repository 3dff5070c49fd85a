import type { Outbox, OutgoingEvent } from '../../ports/webhooks.ts';
import type { DeadLetter, VerdictEvent } from '../../schema/webhook.ts';
import { columnsOf } from '../connection/columns-of.ts';
import { orUnavailable } from '../connection/or-unavailable.ts';
import { Prisma, type PrismaClient, type VerdictEvent as Row } from '../generated/client.ts';

/** The number of dead letters that are kept. */
const maxDead = 100_000;

const columns = Prisma.raw(columnsOf(Prisma.VerdictEventScalarFieldEnum, 'verdict_event'));

/** Events that are still to be delivered. `keep-posture.ts` writes them. */
export function openOutbox(prisma: PrismaClient): Outbox {
  return {
    // The attempt is counted before it is made. Otherwise an event that crashes its sender would be sent for
    // ever. A row that another replica has just taken is skipped. The later events of its role are skipped
    // too, because the first one still exists.
    claim: (limit, leaseMs) =>
      orUnavailable(
        prisma.$queryRaw<OutgoingEvent[]>`
          UPDATE verdict_event AS event SET attempts = attempts + 1, next_attempt_at = now() + ${leaseMs} * interval '1 millisecond'
          FROM (SELECT seq FROM verdict_event AS due WHERE dead_at IS NULL AND next_attempt_at <= now()
                  AND NOT EXISTS (SELECT FROM verdict_event AS earlier WHERE earlier.account_id = due.account_id
                    AND earlier.role_key = due.role_key AND earlier.seq < due.seq AND earlier.dead_at IS NULL)
                ORDER BY next_attempt_at, seq LIMIT ${limit} FOR UPDATE SKIP LOCKED) AS taken
          WHERE event.seq = taken.seq RETURNING event.id, event.body, event.attempts`,
      ),

    async delivered(id) {
      await orUnavailable(prisma.verdictEvent.deleteMany({ where: { id } }));
    },

    async failed({ id, attempts }, reason, delayMs) {
      const delay = delayMs === null ? null : Math.round(delayMs);
      await orUnavailable(
        prisma.$executeRaw`
          UPDATE verdict_event SET last_error = ${reason}, dead_at = CASE WHEN ${delay}::bigint IS NULL THEN now() END,
            next_attempt_at = now() + coalesce(${delay}::bigint, 0) * interval '1 millisecond'
          WHERE id = ${id} AND attempts = ${attempts} AND dead_at IS NULL`,
      );
    },

    async deadLetters({ after, limit }) {
      const [createdAt, id] = [after?.createdAt ?? null, after?.id ?? null];
      const rows = await orUnavailable(
        prisma.$queryRaw<Row[]>`
          SELECT ${columns} FROM verdict_event
          WHERE dead_at IS NOT NULL AND (${createdAt}::timestamptz IS NULL OR (created_at, id) > (${createdAt}::timestamptz, ${id}))
          ORDER BY created_at, id LIMIT ${limit}`,
      );
      return rows.map(toLetter);
    },

    purge: (before) =>
      orUnavailable(
        prisma.$executeRaw`
          DELETE FROM verdict_event WHERE dead_at IS NOT NULL AND (created_at < ${before} OR seq IN
            (SELECT seq FROM verdict_event WHERE dead_at IS NOT NULL ORDER BY created_at DESC, id DESC OFFSET ${maxDead}))`,
      ),

    async redeliver(id) {
      const [row] = await orUnavailable(
        prisma.$queryRaw<Row[]>`
          UPDATE verdict_event SET dead_at = NULL, attempts = 0, next_attempt_at = now()
          WHERE id = ${id} AND dead_at IS NOT NULL RETURNING ${columns}`,
      );
      return row ? toLetter(row) : null;
    },
  };
}

const toLetter = (row: Row): DeadLetter => ({
  id: row.id,
  attempts: row.attempts,
  lastError: row.lastError,
  createdAt: row.createdAt.toISOString(),
  deadAt: row.deadAt?.toISOString() ?? null,
  event: JSON.parse(row.body) as VerdictEvent,
});
