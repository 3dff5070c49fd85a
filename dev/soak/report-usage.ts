import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

// NODE_OPTIONS imports this file into the service. It writes a line a second to SOAK_USAGE_FILE: the memory
// of the process, its heap after the last major garbage collection, its processor time, and the time that it
// waited for a processor (Linux).

const file = process.env.SOAK_USAGE_FILE;
const everyMs = 1000;
const schedule = '/proc/self/schedstat';

if (isMainThread && file !== undefined) {
  let left = process.memoryUsage().heapUsed;
  new PerformanceObserver((list) => {
    // Node's types do not have the details of these entries.
    const entries = list.getEntries() as unknown as { detail: { kind: number } }[];
    if (entries.some(({ detail }) => detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR))
      left = process.memoryUsage().heapUsed;
  }).observe({ entryTypes: ['gc'] });
  const report = () => {
    const { user, system } = process.cpuUsage();
    // In ns: the time on a processor, and the time waiting for one.
    const waited = existsSync(schedule) ? Number(readFileSync(schedule, 'utf8').split(' ')[1]) / 1000 : 0;
    appendFileSync(
      file,
      `${JSON.stringify({ at: Date.now(), rss: process.memoryUsage.rss(), heap: left, cpu: user + system, waited })}\n`,
    );
  };
  setInterval(report, everyMs).unref();
}
