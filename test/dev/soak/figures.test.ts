import t from 'tap';
import { growth, quantile, shareOf, thin } from '#dev/soak/figures.ts';

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

t.test('quantiles', async (t) => {
  t.equal(quantile(range(100), 0.99), 99);
  t.equal(quantile([3, 1, 2], 0.5), 2);
  t.ok(Number.isNaN(quantile([], 0.5)));
});

t.test('growth is measured over the last half, and ignores a single peak', async (t) => {
  const cases: [string, number[], number][] = [
    ['flat after a rise', [...range(20), ...Array.from({ length: 20 }, () => 20)], 1],
    ['a leak', range(40).map((i) => 100 + 10 * i), 450 / 350],
    ['a peak', range(40).map((i) => (i === 35 ? 1000 : 100)), 1],
    ['too few', [1, 2, 3], Number.NaN],
  ];
  for (const [what, values, expected] of cases)
    t.ok(Object.is(growth(values), expected), `${what}: ${growth(values)}`);
});

t.test('the share of a processor', async (t) => {
  const usage = [0, 1000, 2000].map((at) => ({ at, rss: 0, heap: 0, cpu: 250 * at, waited: 500 * at }));
  t.equal(shareOf('cpu', usage), 0.25);
  t.equal(shareOf('waited', usage), 0.5);
  t.ok(Number.isNaN(shareOf('cpu', [])));
});

t.test('samples of a series include its ends', async (t) => {
  t.same(thin(range(101), 5), [0, 25, 50, 75, 100]);
  t.same(thin([1, 2], 5), [1, 2]);
});
