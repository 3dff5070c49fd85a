import { LRUCache } from 'lru-cache';

interface SharedCache<T> {
  /**
   * The fresh value under the key. Without one, `make` is called once, and all who ask meanwhile share its
   * result.
   */
  get(key: string, make: () => Promise<T>): Promise<T>;
  /**
   * Calls `make` even if the value is fresh. `get` answers the old value meanwhile, and also afterwards if
   * `make` fails.
   */
  renew(key: string, make: () => Promise<T>): Promise<T>;
  /** The value if it is there and fresh. */
  peek(key: string): T | null;
  /** Removes the value, unless it has been replaced since. */
  drop(key: string, value: T): void;
}

/**
 * Keeps at most `max` values; the least recently used is evicted first. A failure reaches all who waited for
 * it and is not kept. `freshUntil` is called once the value is there, and answers in milliseconds since 1970.
 */
export function createSharedCache<T>(options: {
  now: () => Date;
  max: number;
  freshUntil: (value: T) => number;
}): SharedCache<T> {
  const { now, max, freshUntil } = options;
  const kept = new LRUCache<string, { value: T; until: number }>({ max });
  const making = new Map<string, Promise<T>>();

  function peek(key: string): { value: T } | null {
    const entry = kept.peek(key);
    return entry && entry.until > now().getTime() ? entry : null;
  }

  async function run(key: string, make: () => Promise<T>): Promise<T> {
    // In the next turn, also where `make` throws at once: `renew` has kept the promise by then.
    await null;
    try {
      const value = await make();
      kept.set(key, { value, until: freshUntil(value) });
      return value;
    } finally {
      making.delete(key);
    }
  }

  function renew(key: string, make: () => Promise<T>): Promise<T> {
    const promise = making.get(key) ?? run(key, make);
    making.set(key, promise);
    return promise;
  }

  return {
    async get(key, make) {
      const fresh = peek(key);
      if (!fresh) return renew(key, make);
      kept.get(key); // It counts as used.
      return fresh.value;
    },
    renew,
    peek: (key) => peek(key)?.value ?? null,
    drop(key, value) {
      if (kept.peek(key)?.value === value) kept.delete(key);
    },
  };
}
