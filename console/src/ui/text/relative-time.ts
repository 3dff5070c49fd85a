const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

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
