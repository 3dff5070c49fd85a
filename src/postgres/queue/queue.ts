import type pg from 'pg';
import { PgBoss } from 'pg-boss';
import { Fault } from '../../fault.ts';
import type { Queue, QueueLog, ScheduleJob } from '../../ports/queue.ts';
import type { SweepJob } from '../../ports/sweeps.ts';
import { connectionTo } from '../connection/pool.ts';
import { queueSchema } from '../connection/rights.ts';

/** Made by a migration, with how long a job may be silent and how often it may come again. */
const queueName = 'sweep';
/** Made by a migration too; pg-boss's clock puts the schedules that are due there, each under its own name. */
const scheduleQueue = 'schedule';
/** Jobs are announced; this finds those that come back by themselves, and those of an announcement that was lost. */
const pollSeconds = 2;
/** A job under way says so this often. After ten seconds of silence it is another's. */
const heartbeatSeconds = 2;
/** Accounts in one job: few enough that a replica that dies leaves little undone, and that the last jobs end together. */
export const accountsPerJob = 25;
/** So many times the accounts that can be asked at once are in jobs under way. */
const inHand = 3;
/** So many times as many jobs again may wait for their last accounts. */
const lingeringAtMost = 10;
/** Each replica says this often that it is there; one that has not three times in a row is not. */
const instanceHeartbeatSeconds = 5;
/** How long one of pg-boss's statements may take: its housekeeping too. */
const statementMs = 30_000;
/** How long a stop waits for the jobs under way. */
const stopMs = 50_000;

/** pg-boss on our database. It connects when first asked. */
export interface JobQueue extends Queue {
  /** Adds jobs within the transaction of `client`. */
  add(client: pg.ClientBase, jobs: SweepJob[]): Promise<void>;
  /**
   * Takes the jobs of a sweep away that nobody works on, within the transaction of `client`. Answers those that somebody works on:
   * each ends by itself.
   */
  drop(client: pg.ClientBase, sweepId: string): Promise<Pick<SweepJob, 'from' | 'to'>[]>;
  /** Has a job come at these times, or at other ones than before, from when the transaction of `client` is committed. */
  schedule(client: pg.ClientBase, schedule: { name: string; cron: string; timezone: string }): Promise<void>;
  /** No more of them, from then on. */
  unschedule(client: pg.ClientBase, name: string): Promise<void>;
  /** The next of these times. Fault: INVALID_INPUT at /cron. */
  next(cron: string, timezone: string): Promise<Date>;
}

/** `max`: connections at the most, besides one for notices. `clockSeconds`: so often is it looked which schedules are due. */
export function openQueue({ url, max, clockSeconds = 30 }: { url: string; max: number; clockSeconds?: number | undefined }): JobQueue {
  let opened: Promise<PgBoss> | undefined;
  const stopping = new AbortController();
  let log: QueueLog | undefined;

  async function open(): Promise<PgBoss> {
    // pg-boss hands them on. A network that has gone without a word must not hold a worker for as long as TCP has patience.
    const connection = { ...connectionTo(url), application_name: 'rolewright queue', query_timeout: statementMs, min: max, max };
    const boss = new PgBoss({
      ...connection,
      schema: queueSchema,
      connectionTimeoutMillis: 2000,
      // The tables are the migrations', as the service's own role may not make any.
      migrate: false,
      createSchema: false,
      reindex: false,
      schedule: true,
      // It reads the database's clock as often as clock.ts does.
      clockMonitorIntervalSeconds: 30,
      cronMonitorIntervalSeconds: clockSeconds,
      cronWorkerIntervalSeconds: Math.min(pollSeconds, clockSeconds),
      instanceHeartbeatSeconds,
      useListenNotify: true,
      // So soon are the jobs of a replica that died given to another.
      superviseIntervalSeconds: pollSeconds,
      monitorIntervalSeconds: pollSeconds,
      maintenanceIntervalSeconds: 3600,
    });
    // Without a listener the event would end the process. Whatever it is, pg-boss tries again.
    boss.on('error', (err) => log?.warn({ err }, 'the queue failed'));
    await boss.start();
    return boss;
  }

  /** The one that runs; what could not be started is tried again by who asks next. */
  function started(): Promise<PgBoss> {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  }

  /** pg-boss keeps the error of a job, with all that libraries hang on it, such as the row that PostgreSQL refused: it gets the words alone. */
  async function inWords(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (err) {
      if (!stopping.signal.aborted) log?.warn({ err }, 'a job failed, and comes again');
      throw new Error(err instanceof Error ? err.message : 'the job failed');
    }
  }

  /** pg-boss's statements within the transaction of a client. */
  const within = (client: pg.ClientBase) => ({ executeSql: (text: string, values?: unknown[]) => client.query(text, values) });

  return {
    async add(client, jobs) {
      const boss = await started();
      const db = within(client);
      await boss.insert(
        queueName,
        jobs.map((data) => ({ data })),
        { db },
      );
    },
    async drop(client, sweepId) {
      // The states before `active` in pg-boss's order. A worker that takes a job at this moment holds its row, and then it is active.
      await client.query(`DELETE FROM ${queueSchema}.job WHERE name = $1 AND state < 'active' AND data ->> 'sweepId' = $2`, [
        queueName,
        sweepId,
      ]);
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
        if (!next) throw new Error('it is never due');
        return next;
      } catch (error) {
        // Its words are about the expression alone.
        const message = `must be a cron expression that comes true: ${error instanceof Error ? error.message : error}`;
        throw new Fault('INVALID_INPUT', `cron ${message}`, { errors: [{ pointer: '/cron', message }] }, { cause: error });
      }
    },
    async replicas() {
      const boss = await started();
      // As its getInstances tells who is live, of whom that lists the oldest alone, with all that is known of each.
      const { rows } = await boss.getDb().executeSql(
        `SELECT count(*)::int AS live FROM ${queueSchema}.instance
         WHERE stopped_on IS NULL AND heartbeat_on >= now() - 3 * heartbeat_seconds * interval '1 second'`,
      );
      const live = Number(rows[0]?.live ?? 0);
      // As after an outage, in which nobody could say so.
      if (live === 0) throw new Fault('UNAVAILABLE', 'No replica has said of late that it is there, nor has this one.');
      return live;
    },
    async workOnSchedules(handle) {
      const boss = await started();
      await boss.work<Omit<ScheduleJob, 'id'>>(scheduleQueue, { pollingIntervalSeconds: pollSeconds }, async ([job]) => {
        if (job) await inWords(handle({ id: job.id, name: job.data.name }));
      });
    },
    async work(concurrency, handle, given) {
      log = given;
      const boss = await started();
      const options = { pollingIntervalSeconds: pollSeconds, notifyPollingIntervalSeconds: pollSeconds };
      const count = Math.ceil((inHand * concurrency) / accountsPerJob);
      let lingering = 0;
      // One worker each: who has done a job looks for the next at once, and does not wake the others for it.
      async function hire(): Promise<void> {
        const worker: string = await boss.work<SweepJob>(
          queueName,
          { ...options, heartbeatRefreshSeconds: heartbeatSeconds },
          async ([job]) => {
            if (!job) return;
            let lingers = false;
            /** It ends with this job, and another takes its place. */
            const linger = () => {
              if (lingers || stopping.signal.aborted || lingering >= lingeringAtMost * count) return;
              lingers = true;
              lingering += 1;
              boss
                .offWork(queueName, { id: worker, wait: false })
                .catch((err: unknown) => given.warn({ err }, 'a worker that lingers could not be stopped'));
              hire().catch((err: unknown) => given.warn({ err }, 'a further worker could not be started'));
            };
            const signal = job.signal ? AbortSignal.any([job.signal, stopping.signal]) : stopping.signal;
            try {
              await inWords(handle(job.data, signal, linger));
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
      stopping.abort(new Error('the service stops'));
      // What was never started, or could not be, has nothing to stop.
      const boss = await opened?.catch(() => undefined);
      await boss?.stop({ graceful: true, timeout: stopMs, close: true });
    },
  };
}
