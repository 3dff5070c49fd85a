import type pg from 'pg';
import { Fault } from '../../fault.ts';
import type { ScheduleRecord, Schedules } from '../../ports/schedules.ts';
import type { Caller, Person } from '../../schema/caller.ts';
import type { ScheduledSweep } from '../../schema/schedule.ts';
import { columnsOf } from '../connection/columns-of.ts';
import { orUnavailable } from '../connection/or-unavailable.ts';
import { inTransaction } from '../connection/transaction.ts';
import { Prisma, type PrismaClient, type Schedule as Row } from '../generated/client.ts';
import type { JobQueue } from '../queue/queue.ts';

const columns = columnsOf(Prisma.ScheduleScalarFieldEnum, 'schedule');

/**
 * Schedules. pg-boss's own rows for them are written in the same transaction, so `put` and `delete` use
 * `pool`.
 */
export function openSchedules({
  prisma,
  pool,
  queue,
}: {
  prisma: PrismaClient;
  pool: pg.Pool;
  queue: Pick<JobQueue, 'schedule' | 'unschedule' | 'next'>;
}): Schedules {
  return {
    next: async (cron, timezone) =>
      // Any error but a fault means that the queue could not reach the database.
      queue
        .next(cron, timezone)
        .catch((error: unknown) =>
          error instanceof Fault ? Promise.reject(error) : orUnavailable(Promise.reject(error)),
        ),

    async get(name) {
      const row = await orUnavailable(prisma.schedule.findUnique({ where: { name } }));
      return row && toRecord(row);
    },

    async list({ after, limit }) {
      const rows = await orUnavailable(
        prisma.$queryRaw<Row[]>`
          SELECT ${Prisma.raw(columns)} FROM schedule WHERE ${after}::text IS NULL OR name COLLATE "C" > ${after}
          ORDER BY name COLLATE "C" LIMIT ${limit}`,
      );
      return rows.map(toRecord);
    },

    put: (
      { name, cron, timezone, sweep, caller: { actor, groups, scope, onBehalfOf, requestId } },
      now,
      most,
    ) =>
      orUnavailable(
        inTransaction(pool, async (client) => {
          const others = await client.query(
            'SELECT FROM schedule WHERE subject = $1 AND issuer IS NOT DISTINCT FROM $2 AND name <> $3 LIMIT $4',
            [actor.subject, actor.issuer, name, most],
          );
          if (others.rowCount === most) return null;
          const { rows } = await client.query<Row>(
            `INSERT INTO schedule (name, cron, timezone, sweep, issuer, subject, groups, scope, request_id, created_at, updated_at, on_behalf_of)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11)
             ON CONFLICT (name) DO UPDATE SET cron = $2, timezone = $3, sweep = $4, issuer = $5, subject = $6, groups = $7,
               scope = $8, request_id = $9, on_behalf_of = $11, updated_at = greatest($10, schedule.created_at + interval '1 millisecond')
             RETURNING ${columns}`,
            [
              name,
              cron,
              timezone,
              JSON.stringify(sweep),
              actor.issuer,
              actor.subject,
              groups,
              scope && JSON.stringify(scope),
              requestId,
              now,
              onBehalfOf ? JSON.stringify(onBehalfOf) : null,
            ],
          );
          await queue.schedule(client, { name, cron, timezone });
          const [kept] = rows.map(toRecord);
          if (!kept) throw new Error('the schedule was not kept');
          return kept;
        }),
      ),

    delete: (name) =>
      orUnavailable(
        inTransaction(pool, async (client) => {
          const { rowCount } = await client.query('DELETE FROM schedule WHERE name = $1', [name]);
          await queue.unschedule(client, name);
          return rowCount !== 0;
        }),
      ),

    async started(name, lastSweepId, lastStartedAt) {
      await orUnavailable(
        prisma.schedule.updateMany({ where: { name }, data: { lastSweepId, lastStartedAt } }),
      );
    },

    async skipped(name, lastSkipReason, lastSkippedAt) {
      await orUnavailable(
        prisma.schedule.updateMany({ where: { name }, data: { lastSkipReason, lastSkippedAt } }),
      );
    },
  };
}

/** The columns hold what `put` was given, and its types are the port's. */
const toRecord = ({
  sweep,
  issuer,
  subject,
  groups,
  scope,
  onBehalfOf,
  requestId,
  ...row
}: Row): ScheduleRecord => ({
  ...row,
  sweep: JSON.parse(sweep) as ScheduledSweep,
  caller: {
    actor: { subject, issuer },
    groups,
    scope: scope === null ? null : (JSON.parse(scope) as Caller['scope']),
    onBehalfOf: onBehalfOf === null ? null : (JSON.parse(onBehalfOf) as Person),
    requestId,
  },
});
