import { useSyncExternalStore } from 'react';

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' });

const short = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
});

const units = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** A time in words, seen from `now` (both in ms): "3 minutes ago". */
export function relativeTime(at: number, now: number): string {
  const seconds = Math.round((at - now) / 1000);
  for (const [unit, size] of units)
    if (Math.abs(seconds) >= size)
      // What expires "in 3 months" does so in 90 days, a moment later too.
      return relative.format(size >= 86_400 ? Math.round(seconds / size) : Math.trunc(seconds / size), unit);
  return seconds > 0 ? 'in a moment' : 'just now';
}

/** In the reader's own time zone, with its name. */
export const exactTime = (at: string): string => exact.format(new Date(at));

/** The same to the minute, for where it stands in the page. */
export const shortTime = (at: string): string => short.format(new Date(at));

// One clock for all times of a page. It ticks every half minute.
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const one of listeners) one();
  }, 30_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
};

/** A time, relative to now, with the exact one in its title. */
export function Time({ at }: { at: string }) {
  const reference = useSyncExternalStore(subscribe, () => now);
  return (
    <time dateTime={at} title={exactTime(at)}>
      {relativeTime(Date.parse(at), Math.max(reference, Date.now()))}
    </time>
  );
}
