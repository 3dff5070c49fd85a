/**
 * The resources of the service at one time: memory in bytes, and in µs the processor time so far and the time
 * that it waited for a processor.
 */
export interface Usage {
  at: number;
  rss: number;
  heap: number;
  cpu: number;
  waited: number;
}

/** The fraction of the time in which the service used a processor, or waited for one. */
export function shareOf(what: 'cpu' | 'waited', usage: readonly Usage[]): number {
  const [first, last] = [usage.at(0), usage.at(-1)];
  return first && last ? (last[what] - first[what]) / 1000 / (last.at - first.at) : Number.NaN;
}

export const quantile = (values: readonly number[], q: number): number =>
  values.toSorted((one, other) => one - other)[Math.min(values.length - 1, Math.floor(values.length * q))] ??
  Number.NaN;

const median = (values: readonly number[]) => quantile(values, 0.5);

/**
 * The growth of a value over the last half: the median of the last quarter, divided by that of the quarter
 * before.
 */
export function growth(values: readonly number[]): number {
  const quarter = Math.floor(values.length / 4);
  if (quarter === 0) return Number.NaN;
  return median(values.slice(-quarter)) / median(values.slice(-2 * quarter, -quarter));
}

/** A number of values of a series, at equal distances, with the last one. */
export function thin<T>(values: readonly T[], count: number): T[] {
  const step = Math.max(1, (values.length - 1) / (count - 1));
  const chosen = Array.from({ length: count }, (_, i) => values[Math.round(i * step)]);
  return chosen.filter((value) => value !== undefined);
}
