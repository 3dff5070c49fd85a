import type { FastifyBaseLogger } from 'fastify';
import type { Adapters } from './adapters.ts';
import type { Config } from './config.ts';
import { createScheduleHandler } from './jobs/schedule.ts';
import { createSweepHandler } from './jobs/sweep.ts';
import type { Deps } from './operations/call/deps.ts';
import type { RefusalCounts } from './operations/call/refusal-counts.ts';
import { recover } from './operations/changes/recover.ts';
import { deliverEvents } from './operations/webhooks/deliver-events.ts';
import { startCheckpointer } from './postgres/audit/checkpointer.ts';

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** The contract promises 24 hours. A client that retries on the next day must find its answer too. */
const keepAnswersMs = 2 * dayMs;
const keepSweepsMs = 90 * dayMs;

/** The background work of the service. */
export interface Background {
  /** Stops the loops that no change needs. Resolves when their work in progress is done. */
  stopLoops(): Promise<void>;
  /**
   * Stops what changes need: the workers of the queue, then the recovery, then, once no change is in
   * progress, the checkpoints. Call it after the last write has been answered. The accounts of a sweep in
   * progress get their results; the rest of the batch is left to another replica.
   */
  finish(): Promise<void>;
}

/**
 * Starts the workers of the queue and the loops. `log` is the log of the service, and `deps.log`
 * the log of operations.
 */
export async function startBackground(
  { database, fleet, webhook, signing, inFlight, now, observer }: Adapters,
  { config, deps, log }: { config: Config; deps: Deps; log: FastifyBaseLogger },
): Promise<Background> {
  const loop = (name: string, everyMs: number, work: () => Promise<unknown>) =>
    repeat(name, everyMs, work, log);
  const ago = (ms: number) => new Date(now().getTime() - ms);
  const reported = new Set<string>();
  const stopRecovery = loop('recovery', 2 * secondMs, () => recover({ ...deps, log }, reported));
  const { key, keys, sink } = signing;
  const intervalMs = config.AUDIT_CHECKPOINT_SECONDS * secondMs;
  const checkpointer =
    key &&
    keys &&
    startCheckpointer({ url: config.DATABASE_URL, key, keys, sink, now, log, intervalMs, observer });
  /** Waits for changes in flight, whose callers may have hung up, then stops what they need. */
  const finishChanges = async () => {
    await stopRecovery();
    while (inFlight.size > 0) await Promise.allSettled(inFlight);
    await checkpointer?.close();
  };
  try {
    await database.queue.work(
      config.SWEEP_CONCURRENCY,
      createSweepHandler(deps, config.SWEEP_CONCURRENCY),
      log,
    );
    await database.queue.workOnSchedules(createScheduleHandler(deps));
  } catch (error) {
    // A process that does not serve must end, so that somebody starts it again.
    await database.queue.close().catch((err: unknown) => log.error({ err }, 'closing the queue failed'));
    await finishChanges();
    throw error;
  }
  const loops = [
    loop('counting refusals', minuteMs, async () => logRefusals(deps.refusals, log)),
    loop('comparing the clock', minuteMs / 2, () => database.clock.compare(log)),
    loop('counting replicas', 5 * secondMs, async () => {
      fleet.replicas = await database.queue.replicas();
    }),
    loop('purging sweeps', hourMs, () => database.sweeps.purge(ago(keepSweepsMs))),
    loop('purging dead letters', hourMs, () => database.outbox.purge(ago(keepSweepsMs))),
    loop('purging deleted roles', hourMs, () => database.posture.purge(ago(keepSweepsMs))),
    loop('purging idempotency keys', hourMs, () => database.idempotencyKeys.purge(ago(keepAnswersMs))),
  ];
  if (webhook)
    loops.push(
      loop('delivering events', secondMs, () => deliverEvents({ ...deps, log, webhook }, deps.stopping)),
    );
  return {
    async stopLoops() {
      await Promise.all(loops.map((stop) => stop()));
    },
    async finish() {
      // Changes keep AWS and the log until their end, whatever becomes of the queue.
      await database.queue.close().finally(finishChanges);
    },
  };
}

function logRefusals(refusals: RefusalCounts, log: FastifyBaseLogger): void {
  const counts = refusals.take();
  if (Object.keys(counts).length > 0)
    log.info({ counts }, 'requests refused for now in the last minute, by code');
}

/**
 * Runs `work` at once, and again `everyMs` after each end. Returns how to stop it: that resolves when the run
 * in progress is done.
 */
function repeat(
  name: string,
  everyMs: number,
  work: () => Promise<unknown>,
  log: FastifyBaseLogger,
): () => Promise<void> {
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  const runOnce = async (): Promise<void> => {
    // The failure may pass: the next run tries again.
    await work().catch((err: unknown) => log.error({ err }, `${name} failed`));
    // Not awaited: it never rejects.
    if (!isStopped) timer = setTimeout(() => (running = runOnce()), everyMs);
  };
  // Not awaited: see above.
  let running = runOnce();
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await running;
  };
}
