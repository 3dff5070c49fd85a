import type { SweepRecord } from '../../ports/sweeps.ts';

const everyMs = 250;

interface Watcher {
  id: string;
  version: number;
  tell(sweep: SweepRecord | null): void;
}

/**
 * Notifies waiters of a sweep that has changed. One query every quarter of a second serves all waiters;
 * without waiters there is none.
 */
export function createSweepWatch(look: (ids: string[]) => Promise<SweepRecord[]>) {
  const watchers = new Set<Watcher>();
  let isSet = false;
  let lookedAt = 0;

  async function tell(): Promise<void> {
    lookedAt = performance.now();
    try {
      const found = new Map(
        (await look([...new Set([...watchers].map(({ id }) => id))])).map((sweep) => [sweep.id, sweep]),
      );
      for (const watcher of watchers) {
        const sweep = found.get(watcher.id);
        if (sweep && sweep.version > watcher.version) watcher.tell(sweep);
      }
    } catch {
      // While the database does not answer there is no news. Waiters have a time-out, and other queries
      // report the failure.
    } finally {
      isSet = false;
      wake();
    }
  }

  function wake(): void {
    if (watchers.size === 0 || isSet) return;
    isSet = true;
    // Not awaited: it never rejects.
    setTimeout(tell, Math.max(0, lookedAt + everyMs - performance.now()));
  }

  return (id: string, version: number, waitMs: number, signal: AbortSignal): Promise<SweepRecord | null> =>
    new Promise((resolve) => {
      const done = (sweep: SweepRecord | null) => {
        watchers.delete(watcher);
        clearTimeout(alarm);
        signal.removeEventListener('abort', abort);
        resolve(sweep);
      };
      const abort = () => done(null);
      const watcher: Watcher = { id, version, tell: done };
      const alarm = setTimeout(abort, waitMs);
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      watchers.add(watcher);
      wake();
    });
}
