import { Fault } from '../fault.ts';

/** How many tokens one query asks for. */
const batchSize = 1000;
/** How many requests of one source may wait, and how many in all. They only pile up while the database is slow. */
const mostOfSource = 500;
const mostWaiting = 5000;

interface Waiting<T> {
  id: string;
  resolve: (found: T | null) => void;
  reject: (error: unknown) => void;
}

/**
 * Looks tokens up together: while one query runs, those that arrive wait for the next one, so that a flood of unknown tokens costs a
 * query at a time and keeps nobody waiting for longer than two. Each query takes the waiting sources in turn, one request each, so that
 * a source with many requests does not push out a source with few. Fault: RATE_LIMITED if too many wait, and the faults of `find`.
 */
export function createTokenLookup<T extends { id: string }>(find: (ids: string[]) => Promise<T[]>) {
  const bySource = new Map<string, Waiting<T>[]>();
  let waiting = 0;
  let isRunning = false;

  function nextBatch(): Waiting<T>[] {
    const batch: Waiting<T>[] = [];
    while (batch.length < batchSize && bySource.size > 0)
      for (const [source, line] of bySource) {
        const next = line.shift();
        if (line.length === 0) bySource.delete(source);
        if (next) batch.push(next);
        if (batch.length === batchSize) break;
      }
    waiting -= batch.length;
    return batch;
  }

  async function answer(batch: Waiting<T>[]): Promise<void> {
    try {
      const found = new Map((await find([...new Set(batch.map(({ id }) => id))])).map((one) => [one.id, one]));
      for (const { id, resolve } of batch) resolve(found.get(id) ?? null);
    } catch (error) {
      // Those who wait would only wait for the same error.
      const others = [...bySource.values()].flat();
      bySource.clear();
      waiting = 0;
      for (const { reject } of [...batch, ...others]) reject(error);
    }
  }

  async function run(): Promise<void> {
    isRunning = true;
    while (waiting > 0) await answer(nextBatch());
    isRunning = false;
  }

  return (id: string, source: string): Promise<T | null> =>
    new Promise((resolve, reject) => {
      const line = bySource.get(source) ?? [];
      if (line.length >= mostOfSource || waiting >= mostWaiting)
        throw new Fault('RATE_LIMITED', 'Too many service tokens are being verified. Try again in a moment.');
      bySource.set(source, line);
      line.push({ id, resolve, reject });
      waiting += 1;
      // Not awaited: it never rejects. Whoever waits is told.
      if (!isRunning) void run();
    });
}
