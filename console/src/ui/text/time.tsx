import { useSyncExternalStore } from 'react';
import { relativeTime } from './relative-time.ts';

const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' });

const short = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
});

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
