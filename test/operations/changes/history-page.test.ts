import t from 'tap';
import { cursorAt, historyPage, placeAt, positionOf, towards } from '#src/operations/changes/history-page.ts';
import type { Change } from '#src/schema/change.ts';

const changes = (...positions: number[]) => positions.map((seq) => ({ seq, settles: null }) as Change);
const [older, newer] = (['OLDER', 'NEWER'] as const).map((towards) => (position: number) => ({
  towards,
  position,
}));
if (!older || !newer) throw new Error('no places');

t.test('a cursor is a position and a direction, and other texts are refused', async (t) => {
  for (const place of [older(0), newer(7), older(123_456_789_012_345)])
    t.same(placeAt(cursorAt(place)), place);
  t.equal(towards('NEWER', cursorAt(older(7))), cursorAt(newer(7)));
  t.equal(towards('NEWER', cursorAt(newer(7))), cursorAt(newer(7)));
  t.equal(towards('NEWER', 'x'), 'x');
  const encoded = (text: string) => Buffer.from(text).toString('base64url');
  for (const text of [
    '',
    '7',
    '<',
    '<-1',
    '<1.5',
    '>1x',
    '=1',
    '<1234567890123456',
    '111122223333',
    'change_0',
  ])
    t.throws(
      () => placeAt(encoded(text)),
      { code: 'INVALID_INPUT', details: { errors: [{ pointer: '/cursor' }] } },
      text,
    );
});

t.test('the position of a change is that of its opening', async (t) => {
  t.equal(positionOf({ seq: 9, settles: null } as Change), 9);
  t.equal(positionOf({ seq: 9, settles: 4 } as Change), 4);
});

t.test('cursors to the next and previous page', async (t) => {
  const rows: [
    string,
    Parameters<typeof historyPage>,
    next: ReturnType<typeof older> | null,
    previous: ReturnType<typeof older> | null,
  ][] = [
    ['the only page', [changes(3, 2), null, null], null, null],
    ['an empty list', [[], null, null], null, null],
    ['the first page', [changes(9, 8), older(8), null], older(8), null],
    ['one in between', [changes(7, 6), older(6), older(8)], older(6), newer(7)],
    ['one that was cut short', [changes(7), older(2), older(8)], older(2), newer(7)],
    ['one that was cut short before anything was found', [[], older(2), older(8)], older(2), newer(7)],
    ['the last one', [changes(5), null, older(6)], null, newer(5)],
    ['past the end', [[], null, older(5)], null, newer(4)],
    ['back, in between', [changes(7, 6), newer(7), newer(5)], older(6), newer(7)],
    ['back, cut short', [changes(6), newer(8), newer(5)], older(6), newer(8)],
    ['back at the first page', [changes(9, 8), null, newer(7)], older(8), null],
    ['past the newest', [[], null, newer(9)], older(10), null],
  ];
  for (const [about, args, next, previous] of rows) {
    const page = historyPage(...args);
    t.same(
      [page.nextCursor, page.previousCursor],
      [next && cursorAt(next), previous && cursorAt(previous)],
      about,
    );
  }
});
