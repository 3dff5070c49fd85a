import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { RangeReport } from '../../audit/range-report.ts';
import { openCopier } from '../connection/copy-rows.ts';
import { type RangeTask, readRange } from './read-range.ts';

/** Entries that are read at once: many blocks of the tree, and a few tens of milliseconds. */
export const rangeSize = 1 << 16;

/**
 * Reads and checks parts of the log, two at a time, each in its own thread. Passes the reports to `take` in
 * the order of the tasks, until `take` answers false. A single part is read in this thread: it arrives in
 * small pieces, between other work. Throws the errors of pg.
 */
export async function readRanges(
  url: string,
  tasks: RangeTask[],
  take: (report: RangeReport) => boolean,
): Promise<void> {
  const [only] = tasks;
  if (tasks.length > 1) return await inThreads(url, tasks, take);
  if (only === undefined) return;
  const copier = await openCopier(url);
  try {
    take(await readRange(copier, only));
  } finally {
    await copier.close();
  }
}

async function inThreads(
  url: string,
  tasks: RangeTask[],
  take: (report: RangeReport) => boolean,
): Promise<void> {
  const threads = Math.min(2, availableParallelism(), tasks.length);
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL('verify-worker.ts', import.meta.url), { workerData: { url } }),
  );
  const ended = Promise.withResolvers<void>();
  const reports = new Map<number, RangeReport>();
  let handedOut = 0;
  let taken = 0;
  let isOver = false;
  const next = (worker: Worker): [number, RangeTask] | null => {
    const task = tasks[handedOut];
    if (task === undefined) return null;
    worker.postMessage(task);
    handedOut += 1;
    return [handedOut - 1, task];
  };
  for (const worker of workers) {
    let current = next(worker);
    worker.on('error', ended.reject);
    worker.on('message', (report: RangeReport) => {
      // Reports that arrive after a fault are ignored: they must not replace it.
      if (current === null || isOver) return;
      reports.set(current[0], report);
      current = next(worker);
      for (let ready = reports.get(taken); ready !== undefined; ready = reports.get(taken)) {
        reports.delete(taken);
        taken += 1;
        isOver = !take(ready) || taken === tasks.length;
        if (isOver) return ended.resolve();
      }
    });
  }
  try {
    await ended.promise;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
