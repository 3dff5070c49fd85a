import type { Shape } from '../../shape.ts';
import type { ChosenVerdict } from '../filters/filters.ts';

export type MapVerdict = ChosenVerdict | 'NONE';

/** How the squares of the map lie: row by row, each of `cell` px with its gap. */
export interface Grid {
  cell: number;
  columns: number;
  rows: number;
}

const largest = 32;

/** The largest squares with which all accounts fit. */
export function gridOf(count: number, width: number, height: number): Grid {
  for (let cell = largest; ; cell -= 1) {
    const columns = Math.max(1, Math.floor(width / cell));
    const rows = Math.ceil(count / columns);
    if (rows * cell <= height || cell <= 2) return { cell, columns, rows };
  }
}

/** The colour of an account: UNREACHABLE before its last known verdict. NONE: no role is known. */
export const mapVerdictOf = ({ error, verdict }: Shape<'AccountPosture'>): MapVerdict =>
  error !== null ? 'UNREACHABLE' : (verdict ?? 'NONE');

/** One SVG path for each verdict, with a square for each account. */
export function pathsOf(verdicts: readonly MapVerdict[], { cell, columns }: Grid): Map<MapVerdict, string> {
  const size = cell > 4 ? cell - 1 : cell;
  const paths = new Map<MapVerdict, string[]>();
  for (const [index, verdict] of verdicts.entries()) {
    const [x, y] = [(index % columns) * cell, Math.floor(index / columns) * cell];
    const square = `M${x} ${y}h${size}v${size}h-${size}z`;
    const path = paths.get(verdict);
    if (path) path.push(square);
    else paths.set(verdict, [square]);
  }
  return new Map([...paths].map(([verdict, squares]) => [verdict, squares.join('')]));
}

/** The account at a place of the map, in px. Null: there is none. */
export function indexAt(x: number, y: number, count: number, { cell, columns }: Grid): number | null {
  const column = Math.floor(x / cell);
  if (x < 0 || y < 0 || column >= columns) return null;
  const index = Math.floor(y / cell) * columns + column;
  return index < count ? index : null;
}
