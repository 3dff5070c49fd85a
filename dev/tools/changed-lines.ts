/** Lines of a file, numbered from 1, both ends included. */
export interface LineRange {
  path: string;
  from: number;
  to: number;
}

/** The lines that a diff added or changed. `diff`: the output of `git diff --unified=0`. */
export function changedRanges(diff: string): LineRange[] {
  const ranges: LineRange[] = [];
  let path = '';
  for (const line of diff.split('\n')) {
    path = /^\+\+\+ b\/(.*)$/.exec(line)?.[1] ?? path;
    const [, start, count = '1'] = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line) ?? [];
    if (start !== undefined && count !== '0')
      ranges.push({ path, from: Number(start), to: Number(start) + Number(count) - 1 });
  }
  return ranges;
}

/**
 * Selects at most `most` lines, spread evenly over the given ranges. The same ranges give the same sample.
 */
export function sampleRanges(ranges: readonly LineRange[], most: number): LineRange[] {
  const lines = ranges.flatMap(({ path, from, to }) =>
    Array.from({ length: to - from + 1 }, (_, i) => ({ path, from: from + i, to: from + i })),
  );
  if (lines.length <= most) return [...ranges];
  return Array.from({ length: most }, (_, i) => lines[Math.floor((i * lines.length) / most)] as LineRange);
}
