import t from 'tap';
import { gridOf, indexAt, mapVerdictOf, pathsOf } from '#console/fleet/map/map-layout.ts';

const account = {
  accountId: '111122223333',
  name: 'a',
  verdict: null,
  roles: 0,
  checkedAt: null,
  error: null,
};

t.test('all accounts fit, as large as may be', async (t) => {
  t.same(gridOf(10, 1000, 160), { cell: 32, columns: 31, rows: 1 });
  for (const count of [1, 500, 10_000]) {
    const { cell, columns, rows } = gridOf(count, 1200, 160);
    t.ok(columns * rows >= count && columns * cell <= 1200 && rows * cell <= 160, `${count} accounts`);
  }
  t.equal(gridOf(100_000, 300, 160).cell, 2, 'they never vanish');
  t.match(gridOf(5, 0, 0), { columns: 1 }, 'before the size is known');
});

t.test('the worst that is known has the colour', async (t) => {
  t.equal(mapVerdictOf(account), 'NONE');
  t.equal(mapVerdictOf({ ...account, verdict: 'MISSING' }), 'MISSING');
  t.equal(mapVerdictOf({ ...account, verdict: 'COMPLIANT', error: 'AWS_FAILED' }), 'UNREACHABLE');
});

t.test('there is one path for each verdict', async (t) => {
  const grid = { cell: 10, columns: 2, rows: 2 };
  const paths = pathsOf(['COMPLIANT', 'MISSING', 'COMPLIANT'], grid);
  t.same(
    [...paths],
    [
      ['COMPLIANT', 'M0 0h9v9h-9zM0 10h9v9h-9z'],
      ['MISSING', 'M10 0h9v9h-9z'],
    ],
  );
});

t.test('the account at a place', async (t) => {
  const grid = { cell: 10, columns: 2, rows: 2 };
  t.equal(indexAt(0, 0, 3, grid), 0);
  t.equal(indexAt(19, 9, 3, grid), 1);
  t.equal(indexAt(5, 15, 3, grid), 2);
  t.equal(indexAt(15, 15, 3, grid), null, 'after the last');
  t.equal(indexAt(25, 5, 3, grid), null, 'beside the squares');
  t.equal(indexAt(-1, 5, 3, grid), null);
});
