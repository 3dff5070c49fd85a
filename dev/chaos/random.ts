/** Repeatable random numbers: the same seed gives the same sequence (mulberry32). */
export interface Random {
  /** From 0 to 1, 1 excluded. */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  oneOf<T>(all: readonly T[]): T;
  /** An independent sequence, so that the numbers of one part do not depend on the speed of another. */
  fork(name: string): Random;
}

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    between,
    oneOf: (all) => {
      const found = all[between(0, all.length - 1)];
      if (found === undefined) throw new RangeError('there is nothing to choose from');
      return found;
    },
    fork: (name) =>
      seeded(
        [...name].reduce(
          (mixed, letter) => Math.imul(mixed ^ letter.charCodeAt(0), 0x01000193) >>> 0,
          seed ^ 0x811c9dc5,
        ),
      ),
  };
}
