// A replica of the row `skew` loads this file first (`node --import`). It shifts the clock by
// CHAOS_CLOCK_SHIFT_MS.

/**
 * Shifts this process's system clock by `ms`, but not the monotonic clock. Answers a function that undoes it.
 */
export function shiftClock(ms: number): () => void {
  const RealDate = Date;
  const now = () => RealDate.now() + ms;
  const shifted = new Proxy(RealDate, {
    construct: (target, given, newTarget) =>
      Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
  });
  globalThis.Date = shifted;
  return () => {
    globalThis.Date = RealDate;
  };
}

const shift = Number(process.env.CHAOS_CLOCK_SHIFT_MS ?? 0);
if (shift !== 0) shiftClock(shift);
