import { Fault } from '../fault.ts';

/** Tokens in one query. */
const batchSize = 1000;
/**
 * Requests of one source that may wait, and requests in all. They pile up only while the database is slow.
 */
const mostOfSource = 500;
const maxWaiting = 5000;

interface Waiting<T> {
  id: string;
  resolve: (found: T | null) => void;
  reject: (error: unknown) => void;
}

/**
 * Creates the lookup of tokens in batches. While one query runs, new requests wait for the next one. A flood
 * of unknown tokens then costs one query at a time, and nobody waits for more than two. Each query takes one
 * request of each source in turn, so that a source with many requests does not delay one with few. Fault:
 * RATE_LIMITED if too many wait, and the faults of `find`.
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
      const found = new Map(
        (await find([...new Set(batch.map(({ id }) => id))])).map((one) => [one.id, one]),
      );
      for (const { id, resolve } of batch) resolve(found.get(id) ?? null);
    } catch (error) {
      // The waiting requests would get the same error.
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
      if (line.length >= mostOfSource || waiting >= maxWaiting)
        throw new Fault('RATE_LIMITED', 'Too many service tokens are being verified. Try again in a moment.');
      bySource.set(source, line);
      line.push({ id, resolve, reject });
      waiting += 1;
      // Not awaited: it never rejects. The waiting requests get the error.
      if (!isRunning) void run();
    });
}
