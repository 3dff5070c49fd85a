import type pg from 'pg';
import type { Figures, JobQueueName, PoolFigures } from '../../ports/figures.ts';
import type { Verdict } from '../../schema/report.ts';
import { orUnavailable } from '../connection/or-unavailable.ts';
import { queueSchema } from '../connection/rights.ts';
import { countReplicas } from '../queue/queue.ts';

/** Prometheus keeps a series for each value, so there must be no end of them. */
const maxLabelValues = 50;

/** The age of a time in seconds, by the database's clock. 0: there is none. */
const ageOf = (time: string) => `coalesce(greatest(0, extract(epoch FROM now() - ${time})), 0)::float8`;

/**
 * Figures for metrics, each in one statement that reads no more than what waits, or counts one small table.
 * `signs`: checkpoints are made. `postureLabel`: see `postureByLabel`. Null: no label.
 */
export function openFigures({
  pool,
  signs,
  postureLabel,
}: {
  pool: pg.Pool;
  signs: boolean;
  postureLabel: string | null;
}): Figures {
  const rowsOf = async <T extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<T[]> =>
    (await orUnavailable(pool.query<T>(sql, values))).rows;
  const rowOf = async <T extends pg.QueryResultRow>(sql: string): Promise<T> => {
    const [row] = await rowsOf<T>(sql);
    if (!row) throw new Error('the statement answers one row');
    return row;
  };

  return {
    async posture() {
      const rows = await rowsOf<{ verdict: Verdict; roles: number }>(
        'SELECT verdict, count(*)::int AS roles FROM posture JOIN account USING (account_id) GROUP BY verdict',
      );
      const none = { COMPLIANT: 0, NEEDS_EXTENSION: 0, NEEDS_REPAIR: 0, MISSING: 0 };
      return { ...none, ...Object.fromEntries(rows.map(({ verdict, roles }) => [verdict, roles])) };
    },

    async postureByLabel() {
      if (postureLabel === null) return [];
      return await rowsOf<{ verdict: Verdict; value: string; roles: number }>(
        `WITH labelled AS (
           SELECT verdict, coalesce(left(labels ->> $1, 64), '(none)') AS value
           FROM posture JOIN account USING (account_id)),
         largest AS (SELECT value FROM labelled GROUP BY value ORDER BY count(*) DESC, value LIMIT ${maxLabelValues})
         SELECT verdict, CASE WHEN largest.value IS NULL THEN '(other)' ELSE largest.value END AS value, count(*)::int AS roles
         FROM labelled LEFT JOIN largest USING (value) GROUP BY 1, 2`,
        [postureLabel],
      );
    },

    pendingChanges: () =>
      rowOf(`SELECT count(*)::int AS count, ${ageOf('min(at::timestamptz)')} AS age
        FROM open_change JOIN ledger_entry USING (seq)`),

    async audit() {
      const { head, seq, at, unsignedAge } = await rowOf<{
        head: number;
        seq: number;
        at: Date | null;
        unsignedAge: number;
      }>(`WITH signed AS (
          SELECT seq, (body::json ->> 'at')::timestamptz AS at FROM ledger_checkpoint ORDER BY seq DESC LIMIT 1)
        SELECT coalesce((SELECT max(seq) FROM ledger_entry), 0)::float8 AS head,
          coalesce((SELECT seq FROM signed), 0)::float8 AS seq, (SELECT at FROM signed) AS at,
          (SELECT ${ageOf('min(at::timestamptz)')} FROM ledger_entry
           WHERE seq = coalesce((SELECT seq FROM signed), 0) + 1) AS "unsignedAge"`);
      return { head, signed: signs ? { seq, at, unsignedAge } : null };
    },

    async sweeps() {
      const { queued, running, total, done, failed } = await rowOf<Record<string, number>>(`
        SELECT count(*) FILTER (WHERE state = 'QUEUED')::int AS queued, count(*) FILTER (WHERE state = 'RUNNING')::int AS running,
          coalesce(sum(total), 0)::int AS total, coalesce(sum(done), 0)::int AS done, coalesce(sum(failed), 0)::int AS failed
        FROM sweep WHERE ended_at IS NULL`);
      return {
        sweeps: { QUEUED: queued ?? 0, RUNNING: running ?? 0 },
        // An account that failed is done, too.
        accounts: {
          PENDING: (total ?? 0) - (done ?? 0),
          DONE: (done ?? 0) - (failed ?? 0),
          FAILED: failed ?? 0,
        },
      };
    },

    async jobs() {
      const rows = await rowsOf<{
        queue: JobQueueName;
        count: number;
        age: number;
        active: number;
        failed: number;
      }>(`
        SELECT queue, count(*) FILTER (WHERE waits)::int AS count, ${ageOf('min(start_after) FILTER (WHERE waits)')} AS age,
          count(*) FILTER (WHERE state = 'active')::int AS active, count(*) FILTER (WHERE state = 'failed')::int AS failed
        FROM unnest(ARRAY['sweep', 'schedule']) AS queue
          LEFT JOIN (SELECT name, state, start_after, state IN ('created', 'retry') AND start_after <= now() AS waits
            FROM ${queueSchema}.job WHERE name IN ('sweep', 'schedule') AND state IN ('created', 'retry', 'active', 'failed')) job
          ON job.name = queue
        GROUP BY queue`);
      const none = { count: 0, age: 0, active: 0, failed: 0 };
      const figures = Object.fromEntries(rows.map(({ queue, ...found }) => [queue, found]));
      return { sweep: none, schedule: none, ...figures };
    },

    webhooks: () =>
      rowOf(`SELECT count(*) FILTER (WHERE dead_at IS NULL)::int AS count, count(dead_at)::int AS dead,
          ${ageOf('min(created_at) FILTER (WHERE dead_at IS NULL)')} AS age
        FROM verdict_event`),

    replicas: async () => (await rowOf<{ live: number }>(countReplicas)).live,
  };
}

export const poolFiguresOf = (pools: Readonly<Record<string, pg.Pool>>): PoolFigures[] =>
  Object.entries(pools).map(([name, { options, totalCount, idleCount, waitingCount }]) => ({
    name,
    max: options.max,
    open: totalCount,
    idle: idleCount,
    waiting: waitingCount,
  }));
