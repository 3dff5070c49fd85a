const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' });

const units = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** A time in words, seen from `now` (in ms): "3 minutes ago". The clocks of two machines differ: never in the future. */
export function relativeTime(at: string, now: number): string {
  const seconds = Math.min(0, (Date.parse(at) - now) / 1000);
  const [unit, size] = units.find(([, one]) => -seconds >= one) ?? [null, 1];
  return unit === null ? 'just now' : relative.format(Math.trunc(seconds / size), unit);
}

/** A time that was, relative to now, with the exact one in its title. */
export function Time({ at }: { at: string }) {
  return (
    <time dateTime={at} title={exact.format(new Date(at))}>
      {relativeTime(at, Date.now())}
    </time>
  );
}
