interface Entry<T> {
  promise: Promise<T>;
  /** Null until the promise is fulfilled. */
  settled: { value: T; freshUntil: number } | null;
}

interface SharedCache<T> {
  /** The value under the key, made anew if there is none or it is stale; all who ask meanwhile wait for the one in the making. */
  get(key: string, make: () => Promise<T>): Promise<T>;
  /** The value if it is there and fresh. */
  peek(key: string): T | null;
  /** Forgets the value, unless it has been replaced since. */
  drop(key: string, value: T): void;
}

/**
 * Keeps at most `max` values, those least recently asked for going first. A failure is given to all who waited for
 * it, and is not kept. `freshUntil` is asked once the value is there, and answers in milliseconds since 1970.
 */
export const createSharedCache = <T>(options: { now: () => Date; max: number; freshUntil: (value: T) => number }): SharedCache<T> => {
  const { now, max, freshUntil } = options;
  const entries = new Map<string, Entry<T>>(); // in the order of their last use
  const isStale = ({ settled }: Entry<T>) => settled !== null && settled.freshUntil <= now().getTime();

  const make = (key: string, run: () => Promise<T>): Entry<T> => {
    const entry: Entry<T> = { promise: run(), settled: null };
    entry.promise.then(
      (value) => {
        entry.settled = { value, freshUntil: freshUntil(value) };
      },
      () => {
        // Whoever waits for the promise gets the failure; here it is only forgotten.
        if (entries.get(key) === entry) entries.delete(key);
      },
    );
    return entry;
  };

  const evict = () => {
    for (const [key, entry] of entries) if (isStale(entry)) entries.delete(key);
    for (const key of entries.keys()) {
      if (entries.size <= max) return;
      entries.delete(key);
    }
  };

  return {
    get(key, run) {
      const known = entries.get(key);
      const entry = known && !isStale(known) ? known : make(key, run);
      entries.delete(key);
      entries.set(key, entry);
      if (entries.size > max) evict();
      return entry.promise;
    },
    peek(key) {
      const entry = entries.get(key);
      return entry?.settled && !isStale(entry) ? entry.settled.value : null;
    },
    drop(key, value) {
      if (entries.get(key)?.settled?.value === value) entries.delete(key);
    },
  };
};
