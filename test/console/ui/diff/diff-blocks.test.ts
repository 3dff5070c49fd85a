import t from 'tap';
import { type DiffBlock, diffBlocks, diffSummary } from '#console/ui/diff/diff-blocks.ts';

/** A block in short: `=` same, `…` far, `-` removed, `+` added, each with the numbers of its lines. */
const short = (block: DiffBlock) => {
  if (block.kind === 'changed')
    return [
      ...block.removed.map(({ number, text }) => `-${number} ${text}`),
      ...block.added.map(({ number, text }) => `+${number} ${text}`),
    ];
  const sign = block.isFar ? '…' : '=';
  return block.lines.map(({ before, after }) => `${sign}${before.number}/${after.number} ${after.text}`);
};
const lines = (...all: string[]) => all.join('\n');
const letters = (from: string, count: number) =>
  Array.from({ length: count }, (_, index) => String.fromCharCode(from.charCodeAt(0) + index));

t.test('equal and changed lines, with the numbers of both sides', async (t) => {
  const blocks = diffBlocks(lines('a', 'b', 'c'), lines('a', 'x', 'y', 'c'));
  t.same(blocks.map(short), [['=1/1 a'], ['-2 b', '+2 x', '+3 y'], ['=3/4 c']]);
  t.equal(diffSummary(blocks), '2 lines added, 1 line removed');
});

t.test('a comma that an item gets because another follows is no change', async (t) => {
  const blocks = diffBlocks(lines('[', '  "a"', ']'), lines('[', '  "a",', '  "b"', ']'));
  t.same(blocks.map(short), [['=1/1 [', '=2/2   "a",'], ['+3   "b"'], ['=3/4 ]']]);
});

t.test('a text that is new, one that goes, and two that are the same', async (t) => {
  t.same(diffBlocks('', 'a\nb\n').map(short), [['+1 a', '+2 b']]);
  t.same(diffBlocks('a', '').map(short), [['-1 a']]);
  t.same(diffBlocks('a', 'a').map(short), [['=1/1 a']]);
  t.same(diffBlocks('', ''), []);
  t.equal(diffSummary(diffBlocks('a', 'a')), 'No line differs');
});

t.test('lines that are far from a difference stand apart', async (t) => {
  const same = letters('a', 12);
  const middle = diffBlocks(lines('1', ...same, '2'), lines('3', ...same, '4')).map(short);
  t.same(
    middle.map((block) => [block[0]?.[0], block.length]),
    [
      ['-', 2],
      ['=', 3],
      ['…', 6],
      ['=', 3],
      ['-', 2],
    ],
  );
  const start = diffBlocks(lines(...same, '2'), lines(...same, '4')).map(short);
  t.same(
    start.map((block) => [block[0]?.[0], block.length]),
    [
      ['…', 9],
      ['=', 3],
      ['-', 2],
    ],
  );
  t.equal(diffBlocks(lines('1', ...letters('a', 9), '2'), lines('3', ...letters('a', 9), '4')).length, 3);
});
