// A replica of the row `skew` loads this file first (`node --import`): its clock is then off by CHAOS_CLOCK_SHIFT_MS.

/** Moves what this process takes for the time by so many milliseconds. The monotonic clock stays. Answers how to undo it. */
export function shiftClock(ms: number): () => void {
  const RealDate = Date;
  const now = () => RealDate.now() + ms;
  const shifted = new Proxy(RealDate, {
    construct: (target, given, newTarget) => Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
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
