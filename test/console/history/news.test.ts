import t from 'tap';
import { mergeNews, neighboursOf } from '#console/history/news.ts';
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
    t.equal(merged.news.length, newCount);
  });

const neighbours: [
  string,
  Change,
  later: Change[],
  earlier: Change[],
  isCut: boolean,
  found: [later: string | undefined, earlier: string | undefined, isFarBack: boolean],
][] = [
  ['an only one', change(3, 4), [change(3, 4)], [], false, [undefined, undefined, false]],
  [
    'one in the middle',
    change(5, 6),
    [change(9), change(7, 8), change(5, 6)],
    [change(1, 2)],
    false,
    ['change_7', 'change_1', false],
  ],
  [
    'one of the same millisecond',
    change(5),
    [change(5), change(3)],
    [change(1)],
    false,
    [undefined, 'change_3', false],
  ],
  ['one far back', change(1, 2), [change(9), change(7)], [], true, [undefined, undefined, true]],
  [
    'the last of a page',
    change(5),
    [change(7), change(5)],
    [change(1)],
    true,
    ['change_7', 'change_1', false],
  ],
];
for (const [text, one, later, earlier, isCut, [next, before, isFarBack]] of neighbours)
  t.test(`neighbours of ${text}`, async (t) => {
    const found = neighboursOf(one, later, earlier, isCut);
    t.same([found.later?.id, found.earlier?.id, found.isFarBack], [next, before, isFarBack]);
  });
