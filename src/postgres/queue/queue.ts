import type pg from 'pg';
import { PgBoss } from 'pg-boss';
import { Fault } from '../../fault.ts';
import { unobserved } from '../../observe.ts';
import type { Observer } from '../../ports/observer.ts';
import type { Queue, QueueLog, ScheduleJob } from '../../ports/queue.ts';
import type { SweepJob } from '../../ports/sweeps.ts';
import { connectionTo } from '../connection/pool.ts';
import { queueSchema } from '../connection/rights.ts';

/** Created by a migration, which also sets how long a job may be silent and how often it is retried. */
const queueName = 'sweep';
/**
 * Created by a migration too. pg-boss adds a job for each schedule that is due, under the schedule's name.
 */
const scheduleQueue = 'schedule';
/** Polling finds jobs that are retried, and jobs whose notification was lost. */
const pollSeconds = 2;
/** Interval of a job's heartbeat. After ten seconds of silence another worker takes the job. */
const heartbeatSeconds = 2;
/**
 * Accounts in one job: few enough that a replica that dies leaves little undone, and that the last jobs end
 * together.
 */
export const accountsPerJob = 25;
/** The jobs in flight together hold this multiple of the accounts that are worked on at once. */
const inHand = 3;
/** This multiple of those jobs may, in addition, wait for their last accounts. */
const maxLingering = 10;
/** Interval of a replica's heartbeat. After three missed ones the replica counts as gone. */
const instanceHeartbeatSeconds = 5;
/** Time-out of pg-boss's statements, housekeeping included. */
const statementMs = 30_000;
/** How long a stop waits for the jobs in flight. */
const stopMs = 50_000;

/**
 * The processes that have sent a heartbeat lately, as `live`. The same condition as in pg-boss's getInstances,
 * which lists only the oldest instances, with all their data.
 */
export const countReplicas = `SELECT count(*)::int AS live FROM ${queueSchema}.instance
  WHERE stopped_on IS NULL AND heartbeat_on >= now() - 3 * heartbeat_seconds * interval '1 second'`;

/** pg-boss on our database. It connects on first use. */
export interface JobQueue extends Queue {
  /** Adds jobs within the transaction of `client`. */
  add(client: pg.ClientBase, jobs: SweepJob[]): Promise<void>;
  /**
   * Deletes the jobs of a sweep that no worker has taken, within the transaction of `client`. Answers the
   * others, which end by themselves.
   */
  drop(client: pg.ClientBase, sweepId: string): Promise<Pick<SweepJob, 'from' | 'to'>[]>;
  /** Adds or changes a schedule, within the transaction of `client`. */
  schedule(client: pg.ClientBase, schedule: { name: string; cron: string; timezone: string }): Promise<void>;
  /** Removes a schedule, within the transaction of `client`. */
  unschedule(client: pg.ClientBase, name: string): Promise<void>;
  /** The next time of a cron expression. Fault: INVALID_INPUT at /cron. */
  next(cron: string, timezone: string): Promise<Date>;
}

/**
 * `max`: maximum number of connections, besides one for notifications. `clockSeconds`: interval at which due
 * schedules are looked up.
 */
export function openQueue({
  url,
  max,
  clockSeconds = 30,
  observer = unobserved,
}: {
  url: string;
  max: number;
  observer?: Observer | undefined;
  clockSeconds?: number | undefined;
}): JobQueue {
  let opened: Promise<PgBoss> | undefined;
  const stopping = new AbortController();
  let log: QueueLog | undefined;

  async function open(): Promise<PgBoss> {
    // pg-boss passes them on. A network that fails silently must not block a worker until TCP gives up.
    const connection = {
      ...connectionTo(url),
      application_name: 'rolewright queue',
      query_timeout: statementMs,
      min: max,
      max,
    };
    const boss = new PgBoss({
      ...connection,
      schema: queueSchema,
      connectionTimeoutMillis: 2000,
      // Migrations create the tables; the service's own role may not.
      migrate: false,
      createSchema: false,
      reindex: false,
      schedule: true,
      // The interval of clock.ts.
      clockMonitorIntervalSeconds: 30,
      cronMonitorIntervalSeconds: clockSeconds,
      cronWorkerIntervalSeconds: Math.min(pollSeconds, clockSeconds),
      instanceHeartbeatSeconds,
      useListenNotify: true,
      // Interval at which the jobs of dead replicas are given to others.
      superviseIntervalSeconds: pollSeconds,
      monitorIntervalSeconds: pollSeconds,
      maintenanceIntervalSeconds: 3600,
    });
    // Without a listener the event would end the process. pg-boss retries whatever failed.
    boss.on('error', (err) => log?.warn({ err }, 'the queue failed'));
    await boss.start();
    return boss;
  }

  /** The running instance. If it cannot be started, the next caller tries again. */
  function started(): Promise<PgBoss> {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  }

  /**
   * pg-boss stores the error of a job with all its members, such as the row that PostgreSQL refused. So it
   * gets the message only.
   */
  async function inWords(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (err) {
      if (!stopping.signal.aborted) log?.warn({ err }, 'a job failed, and is retried');
      throw new Error(err instanceof Error ? err.message : 'the job failed');
    }
  }

  /** pg-boss's statements within the transaction of a client. */
  const within = (client: pg.ClientBase) => ({
    executeSql: (text: string, values?: unknown[]) => client.query(text, values),
  });

  return {
    async add(client, jobs) {
      const boss = await started();
      const db = within(client);
      await boss.insert(
        queueName,
        jobs.map((job) => ({ data: { ...job, traceparent: observer.trace?.()?.traceparent ?? null } })),
        { db },
      );
    },
    async drop(client, sweepId) {
      // States below `active` in pg-boss's order. If a worker takes a job now, it holds the row, and the job
      // is active afterwards.
      await client.query(
        `DELETE FROM ${queueSchema}.job WHERE name = $1 AND state < 'active' AND data ->> 'sweepId' = $2`,
        [queueName, sweepId],
      );
      const { rows } = await client.query<{ data: SweepJob }>(
        `SELECT data FROM ${queueSchema}.job WHERE name = $1 AND state = 'active' AND data ->> 'sweepId' = $2`,
        [queueName, sweepId],
      );
      return rows.map(({ data }) => data);
    },
    async schedule(client, { name, cron, timezone }) {
      const boss = await started();
      await boss.schedule(scheduleQueue, cron, { name }, { tz: timezone, key: name, db: within(client) });
    },
    async unschedule(client, name) {
      const boss = await started();
      await boss.unschedule(scheduleQueue, name, { db: within(client) });
    },
    async next(cron, timezone) {
      const boss = await started();
      try {
        const [next] = boss.previewSchedule(cron, { tz: timezone, count: 1 });
        if (!next) throw new Error('it never matches');
        return next;
      } catch (error) {
        // The message is about the expression only.
        const message = `must be a cron expression with a next time: ${error instanceof Error ? error.message : error}`;
        throw new Fault(
          'INVALID_INPUT',
          `cron ${message}`,
          { errors: [{ pointer: '/cron', message }] },
          { cause: error },
        );
      }
    },
    async replicas() {
      const boss = await started();
      const { rows } = await boss.getDb().executeSql(countReplicas);
      const live = Number(rows[0]?.live ?? 0);
      // This happens after an outage, during which no replica could send a heartbeat.
      if (live === 0)
        throw new Fault('UNAVAILABLE', 'No replica has sent a heartbeat lately, not even this one.');
      return live;
    },
    async workOnSchedules(handle) {
      const boss = await started();
      await boss.work<Omit<ScheduleJob, 'id'>>(
        scheduleQueue,
        { pollingIntervalSeconds: pollSeconds },
        async ([job]) => {
          if (!job) return;
          const { id, data } = job;
          await inWords(
            observer.observe({ of: 'JOB', queue: scheduleQueue, traceparent: null }, () =>
              handle({ id, name: data.name }),
            ),
          );
        },
      );
    },
    async work(concurrency, handle, given) {
      log = given;
      const boss = await started();
      const options = { pollingIntervalSeconds: pollSeconds, notifyPollingIntervalSeconds: pollSeconds };
      const count = Math.ceil((inHand * concurrency) / accountsPerJob);
      let lingering = 0;
      // A worker for each job, so that one that has finished fetches the next at once and does not wake the
      // others.
      async function hire(): Promise<void> {
        const worker: string = await boss.work<SweepJob & { traceparent?: string | null }>(
          queueName,
          { ...options, heartbeatRefreshSeconds: heartbeatSeconds },
          async ([job]) => {
            if (!job) return;
            let lingers = false;
            /** This worker ends with its job, and another takes its place. */
            const linger = () => {
              if (lingers || stopping.signal.aborted || lingering >= maxLingering * count) return;
              lingers = true;
              lingering += 1;
              boss
                .offWork(queueName, { id: worker, wait: false })
                .catch((err: unknown) => given.warn({ err }, 'a lingering worker could not be stopped'));
              hire().catch((err: unknown) => given.warn({ err }, 'another worker could not be started'));
            };
            const signal = job.signal ? AbortSignal.any([job.signal, stopping.signal]) : stopping.signal;
            try {
              const { traceparent = null, ...data } = job.data;
              await inWords(
                observer.observe({ of: 'JOB', queue: queueName, traceparent }, () =>
                  handle(data, signal, linger),
                ),
              );
            } finally {
              if (lingers) lingering -= 1;
            }
            boss.notifyWorker(worker);
          },
        );
      }
      for (let i = 0; i < count; i += 1) await hire();
    },
    async close() {
      stopping.abort(new Error('the service is stopping'));
      // If it never started, there is nothing to stop.
      const boss = await opened?.catch(() => undefined);
      await boss?.stop({ graceful: true, timeout: stopMs, close: true });
    },
  };
}
