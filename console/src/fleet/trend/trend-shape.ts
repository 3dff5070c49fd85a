import type { Shape } from '../../shape.ts';

type Day = Shape<'PostureDay'>;

/** What the trend draws, from the bottom. Compliant roles are left out: they would hide the others. */
export const drawn = ['NEEDS_REPAIR', 'NEEDS_EXTENSION', 'MISSING'] as const;
type Drawn = (typeof drawn)[number];

const countOf = (day: Day, verdict: string): number =>
  (day.verdicts as Partial<Record<string, number>>)[verdict] ?? 0;

/** The top of the scale: 1, 2 or 5 with zeros, so that half of it is a round number too, or nearly. */
export function scaleOf(days: Day[]): number {
  const most = Math.max(
    1,
    ...days.map((day) => drawn.reduce((sum, verdict) => sum + countOf(day, verdict), 0)),
  );
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 4, 10].map((step) => step * power).find((top) => top >= most) ?? most;
}

/** The areas of an SVG of this size, one on the other. */
export function areasOf(days: Day[], width: number, height: number): { verdict: Drawn; path: string }[] {
  const top = scaleOf(days);
  const x = (index: number) => round(days.length > 1 ? (index / (days.length - 1)) * width : 0);
  const y = (count: number) => round(height - (count / top) * height);
  let below = days.map(() => 0);
  return drawn.flatMap((verdict) => {
    const base = below;
    const upper = days.map((day, index) => (base[index] ?? 0) + countOf(day, verdict));
    below = upper;
    if (upper.every((count, index) => count === base[index])) return [];
    const there = upper.map((count, index) => `${x(index)} ${y(count)}`);
    const back = base.map((count, index) => `${x(index)} ${y(count)}`).toReversed();
    return [{ verdict, path: `M${[...there, ...back].join('L')}Z` }];
  });
}

const round = (value: number) => Math.round(value * 10) / 10;

/** The share of compliant roles in percent, rounded down so that 100 means all. Null: there was no role. */
export const compliantShare = (day: Day | undefined): number | null =>
  day && day.total > 0 ? Math.floor((countOf(day, 'COMPLIANT') / day.total) * 100) : null;

/** The days that had roles, from the first one on. */
export function knownDays(days: Day[]): Day[] {
  const first = days.findIndex(({ total }) => total > 0);
  return first < 0 ? [] : days.slice(first);
}
