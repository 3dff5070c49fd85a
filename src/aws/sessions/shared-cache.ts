interface Entry<T> {
  /** Null while none is in the making. */
  making: Promise<T> | null;
  /** Null until the first is made. */
  kept: { value: T; freshUntil: number } | null;
}

interface SharedCache<T> {
  /** The value under the key, made anew if there is none or it is stale; all who ask meanwhile wait for the one in the making. */
  get(key: string, make: () => Promise<T>): Promise<T>;
  /** The value made anew, or the one already in the making. The old one serves others meanwhile, and on if this fails. */
  renew(key: string, make: () => Promise<T>): Promise<T>;
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
  const freshIn = (entry: Entry<T> | undefined) => (entry?.kept && entry.kept.freshUntil > now().getTime() ? entry.kept : null);
  const isUseless = (entry: Entry<T>) => entry.making === null && freshIn(entry) === null;

  const use = (key: string): Entry<T> => {
    const entry = entries.get(key) ?? { making: null, kept: null };
    entries.delete(key);
    entries.set(key, entry);
    return entry;
  };

  const make = (key: string, entry: Entry<T>, run: () => Promise<T>): Promise<T> => {
    const making = run();
    entry.making = making;
    making.then(
      (value) => {
        entry.making = null;
        entry.kept = { value, freshUntil: freshUntil(value) };
      },
      () => {
        // Whoever waits for the promise gets the failure; here it is only forgotten.
        entry.making = null;
        if (isUseless(entry) && entries.get(key) === entry) entries.delete(key);
      },
    );
    return making;
  };

  const evict = () => {
    for (const key of entries.keys()) {
      if (entries.size <= max) return;
      entries.delete(key);
    }
  };

  const renew = (key: string, run: () => Promise<T>): Promise<T> => {
    const entry = use(key);
    const making = entry.making ?? make(key, entry, run);
    if (entries.size > max) evict();
    return making;
  };

  return {
    async get(key, run) {
      const fresh = freshIn(entries.get(key));
      if (!fresh) return renew(key, run);
      use(key);
      return fresh.value;
    },
    renew,
    peek: (key) => freshIn(entries.get(key))?.value ?? null,
    drop(key, value) {
      const entry = entries.get(key);
      if (entry?.kept?.value !== value) return;
      entry.kept = null;
      if (entry.making === null) entries.delete(key);
    },
  };
};
