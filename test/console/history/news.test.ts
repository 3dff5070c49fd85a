import t from 'tap';
import { mergeNews } from '#console/history/news.ts';
import type { Change } from '#console/history/sentence.ts';

/** A change that was opened at a place, and has an outcome at another. */
const change = (opened: number, settled?: number) =>
  ({
    id: `change_${opened}`,
    seq: settled ?? opened,
    settles: settled === undefined ? null : opened,
  }) as Change;

const cases: [string, Change[], Change[], rows: number[], newCount: number][] = [
  ['nothing is new', [change(3, 4), change(1, 2)], [change(3, 4), change(1, 2)], [4, 2], 0],
  ['no answer yet', [change(1, 2)], [], [2], 0],
  ['two are new', [change(1, 2)], [change(5), change(3, 4), change(1, 2)], [2], 2],
  ['an outcome has come', [change(3), change(1, 2)], [change(3, 4), change(1, 2)], [4, 2], 0],
  ['an older answer takes no outcome away', [change(1, 2)], [change(1)], [2], 0],
  [
    'an outcome of a later place makes no change new',
    [change(2, 5), change(1, 9)],
    [change(1, 9)],
    [5, 9],
    0,
  ],
  ['of an empty list all are new', [], [change(1)], [], 1],
];
for (const [text, shown, newest, rows, newCount] of cases)
  t.test(text, async (t) => {
    const merged = mergeNews(shown, newest);
    t.same(
      merged.rows.map(({ seq }) => seq),
      rows,
    );
    t.equal(merged.newCount, newCount);
  });
