import { appendFileSync } from 'node:fs';
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

// Imported into the service by NODE_OPTIONS. Writes a line a second to SOAK_MEMORY_FILE: what the process takes, and what was left of its
// heap by the last major garbage collection.

const file = process.env.SOAK_MEMORY_FILE;
const everyMs = 1000;

if (isMainThread && file !== undefined) {
  let left = process.memoryUsage().heapUsed;
  new PerformanceObserver((list) => {
    // Its types do not know what entries of this type have.
    const entries = list.getEntries() as unknown as { detail: { kind: number } }[];
    if (entries.some(({ detail }) => detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR)) left = process.memoryUsage().heapUsed;
  }).observe({ entryTypes: ['gc'] });
  setInterval(
    () => appendFileSync(file, `${JSON.stringify({ at: Date.now(), rss: process.memoryUsage.rss(), heap: left })}\n`),
    everyMs,
  ).unref();
}
