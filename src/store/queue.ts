import type pg from 'pg';
import { PgBoss } from 'pg-boss';
import type { Queue, QueueLog, SweepJob } from '../ports.ts';
import { queueSchema } from './rights.ts';
import { batchSize } from './sweep-start.ts';

/** Made by a migration, with how long a job may be silent and how often it may come again. */
const queueName = 'sweep';
/** Jobs are announced; this finds those that come back by themselves, and those of an announcement that was lost. */
const pollSeconds = 2;
/** A job under way says so this often. After ten seconds of silence it is another's. */
const heartbeatSeconds = 2;
/** So many times the accounts that can be asked at once are in jobs under way: an account that hangs keeps its own job waiting alone. */
const inHand = 3;
/** How long a stop waits for the jobs under way. */
const stopMs = 50_000;

/** pg-boss on our database. It connects when first asked. */
export interface JobQueue extends Queue {
  /** Adds jobs within the transaction of `client`. */
  add(client: pg.ClientBase, jobs: SweepJob[]): Promise<void>;
}

export function openQueue({ url }: { url: string }): JobQueue {
  let opened: Promise<PgBoss> | undefined;
  const stopping = new AbortController();
  let log: QueueLog | undefined;

  async function open(): Promise<PgBoss> {
    const boss = new PgBoss({
      connectionString: url,
      application_name: 'rolewright queue',
      schema: queueSchema,
      max: 4,
      connectionTimeoutMillis: 2000,
      // The tables are the migrations', as the service's own role may not make any.
      migrate: false,
      createSchema: false,
      reindex: false,
      schedule: false,
      registerInstance: false,
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

  return {
    async add(client, jobs) {
      const boss = await started();
      const db = { executeSql: (text: string, values?: unknown[]) => client.query(text, values) };
      await boss.insert(
        queueName,
        jobs.map((data) => ({ data })),
        { db },
      );
    },
    async work(concurrency, handle, given) {
      log = given;
      const boss = await started();
      const options = { pollingIntervalSeconds: pollSeconds, notifyPollingIntervalSeconds: pollSeconds };
      // One worker each: who has done a job looks for the next at once, and does not wake the others for it.
      for (let i = 0; i < Math.ceil((inHand * concurrency) / batchSize); i += 1) {
        const worker: string = await boss.work<SweepJob>(
          queueName,
          { ...options, heartbeatRefreshSeconds: heartbeatSeconds },
          async ([job]) => {
            if (!job) return;
            const signal = job.signal ? AbortSignal.any([job.signal, stopping.signal]) : stopping.signal;
            await handle(job.data, signal);
            boss.notifyWorker(worker);
          },
        );
      }
    },
    async close() {
      stopping.abort(new Error('the service stops'));
      // What was never started, or could not be, has nothing to stop.
      const boss = await opened?.catch(() => undefined);
      await boss?.stop({ graceful: true, timeout: stopMs, close: true });
    },
  };
}
