import type pg from 'pg';
import { Fault } from '../../fault.ts';
import type { ScheduleRecord, Schedules } from '../../ports/schedules.ts';
import type { Caller } from '../../schema/caller.ts';
import type { ScheduledSweep } from '../../schema/schedule.ts';
import { reading } from '../connection/reading.ts';
import { transaction } from '../connection/transaction.ts';
import type { JobQueue } from '../queue/queue.ts';

interface Row {
  name: string;
  cron: string;
  timezone: string;
  sweep: string;
  issuer: string | null;
  subject: string;
  groups: string[];
  scope: string | null;
  request_id: string;
  created_at: Date;
  updated_at: Date;
  last_sweep_id: string | null;
  last_started_at: Date | null;
  last_skipped_at: Date | null;
  last_skip_reason: string | null;
}

/** Schedules; pg-boss's own rows for them come and go in the same transaction. */
export function openSchedules({ pool, queue }: { pool: pg.Pool; queue: Pick<JobQueue, 'schedule' | 'unschedule' | 'next'> }): Schedules {
  const query = async (text: string, ...values: unknown[]) => (await reading(pool.query<Row>(text, values))).rows.map(toRecord);
  return {
    next: async (cron, timezone) =>
      // What is no fault of the expression is the database's, which the queue could not reach.
      queue
        .next(cron, timezone)
        .catch((error: unknown) => (error instanceof Fault ? Promise.reject(error) : reading(Promise.reject(error)))),

    async get(name) {
      const [found] = await query('SELECT * FROM schedule WHERE name = $1', name);
      return found ?? null;
    },

    list: ({ after, limit }) =>
      query('SELECT * FROM schedule WHERE $1::text IS NULL OR name COLLATE "C" > $1 ORDER BY name COLLATE "C" LIMIT $2', after, limit),

    put: ({ name, cron, timezone, sweep, caller: { actor, groups, scope, requestId } }, now, most) =>
      reading(
        transaction(pool, async (client) => {
          const others = await client.query(
            'SELECT FROM schedule WHERE subject = $1 AND issuer IS NOT DISTINCT FROM $2 AND name <> $3 LIMIT $4',
            [actor.subject, actor.issuer, name, most],
          );
          if (others.rowCount === most) return null;
          const { rows } = await client.query<Row>(
            `INSERT INTO schedule (name, cron, timezone, sweep, issuer, subject, groups, scope, request_id, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
             ON CONFLICT (name) DO UPDATE SET cron = $2, timezone = $3, sweep = $4, issuer = $5, subject = $6, groups = $7,
               scope = $8, request_id = $9, updated_at = greatest($10, schedule.created_at + interval '1 millisecond') RETURNING *`,
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
            ],
          );
          await queue.schedule(client, { name, cron, timezone });
          const [kept] = rows.map(toRecord);
          if (!kept) throw new Error('the schedule was not kept');
          return kept;
        }),
      ),

    delete: (name) =>
      reading(
        transaction(pool, async (client) => {
          const { rowCount } = await client.query('DELETE FROM schedule WHERE name = $1', [name]);
          await queue.unschedule(client, name);
          return rowCount !== 0;
        }),
      ),

    async started(name, sweepId, at) {
      await query('UPDATE schedule SET last_sweep_id = $2, last_started_at = $3 WHERE name = $1', name, sweepId, at);
    },

    async skipped(name, reason, at) {
      await query('UPDATE schedule SET last_skipped_at = $3, last_skip_reason = $2 WHERE name = $1', name, reason, at);
    },
  };
}

/** The columns hold what `put` was given, and its types are the port's. */
const toRecord = (row: Row): ScheduleRecord => ({
  name: row.name,
  cron: row.cron,
  timezone: row.timezone,
  sweep: JSON.parse(row.sweep) as ScheduledSweep,
  caller: {
    actor: { subject: row.subject, issuer: row.issuer },
    groups: row.groups,
    scope: row.scope === null ? null : (JSON.parse(row.scope) as Caller['scope']),
    requestId: row.request_id,
  },
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  lastSweepId: row.last_sweep_id,
  lastStartedAt: row.last_started_at,
  lastSkippedAt: row.last_skipped_at,
  lastSkipReason: row.last_skip_reason,
});
