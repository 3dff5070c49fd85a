import { diffArrays } from 'diff';

/** A line with its number, from 1. */
export interface NumberedLine {
  number: number;
  text: string;
}

/** Lines that both texts have, or a place where they differ. `isFar`: no difference is near. */
export type DiffBlock =
  | { kind: 'same'; isFar: boolean; lines: { before: NumberedLine; after: NumberedLine }[] }
  | { kind: 'changed'; removed: NumberedLine[]; added: NumberedLine[] };

/** So many equal lines are shown beside a difference. */
const context = 3;
/** Fewer far lines are not worth a button. */
const fewestFar = 4;

/** In JSON an item gets a comma when another follows. That is no change of the item. */
const withoutComma = (line: string) => line.replace(/,$/, '');

/** Compares two texts of JSON line by line. */
export function diffBlocks(before: string, after: string): DiffBlock[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  const blocks: DiffBlock[] = [];
  let [left, right] = [0, 0];
  const comparator = (a: string, b: string) => withoutComma(a) === withoutComma(b);
  for (const { added, removed, count } of diffArrays(old, now, { comparator })) {
    if (!added && !removed) {
      const lines = old.slice(left, left + count).map((text, index) => ({
        before: { number: left + index + 1, text },
        after: { number: right + index + 1, text: now[right + index] ?? '' },
      }));
      blocks.push({ kind: 'same', isFar: false, lines });
    } else {
      const [last] = blocks.slice(-1);
      const block = last?.kind === 'changed' ? last : { kind: 'changed' as const, removed: [], added: [] };
      if (block !== last) blocks.push(block);
      if (removed) block.removed.push(...numbered(old, left, count));
      else block.added.push(...numbered(now, right, count));
    }
    if (!added) left += count;
    if (!removed) right += count;
  }
  return blocks.flatMap((block, index) => splitFar(block, index === 0, index === blocks.length - 1));
}

/** Of a block between two differences, the middle is far from both; of the first and the last block, one end is. */
function splitFar(block: DiffBlock, isFirst: boolean, isLast: boolean): DiffBlock[] {
  if (block.kind === 'changed') return [block];
  const from = isFirst ? 0 : context;
  const to = isLast ? block.lines.length : block.lines.length - context;
  if (to - from < fewestFar) return [block];
  return [
    { ...block, lines: block.lines.slice(0, from) },
    { ...block, isFar: true, lines: block.lines.slice(from, to) },
    { ...block, lines: block.lines.slice(to) },
  ].filter(({ lines }) => lines.length > 0);
}

/** How many lines differ, in words. */
export function diffSummary(blocks: DiffBlock[]): string {
  const count = (side: 'added' | 'removed') =>
    blocks.reduce((sum, block) => sum + (block.kind === 'changed' ? block[side].length : 0), 0);
  const parts = (['added', 'removed'] as const).flatMap((side) => {
    const lines = count(side);
    return lines === 0 ? [] : [`${lines} ${lines === 1 ? 'line' : 'lines'} ${side}`];
  });
  return parts.length === 0 ? 'No line differs' : parts.join(', ');
}

const linesOf = (text: string) => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));
const numbered = (lines: string[], from: number, count: number): NumberedLine[] =>
  lines.slice(from, from + count).map((text, index) => ({ number: from + index + 1, text }));
