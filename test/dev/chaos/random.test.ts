import t from 'tap';
import { seeded } from '#dev/chaos/random.ts';

t.test('the same seed gives the same numbers, another seed others', async (t) => {
  const draws = (seed: number) => Array.from({ length: 20 }, seeded(seed).next);
  t.strictSame(draws(7), draws(7));
  t.notSame(draws(7), draws(8));
});

t.test('numbers lie within their range, and cover it', async (t) => {
  const random = seeded(1);
  const drawn = new Set(Array.from({ length: 500 }, () => random.between(3, 7)));
  t.strictSame([...drawn].sort(), [3, 4, 5, 6, 7]);
  t.ok(Array.from({ length: 500 }, random.next).every((one) => one >= 0 && one < 1));
  t.equal(random.oneOf(['only']), 'only');
  t.throws(() => random.oneOf([]), /nothing to choose/);
});

t.test('a fork depends on its name only', async (t) => {
  const [one, other] = [seeded(1), seeded(1)];
  other.next();
  t.equal(one.fork('a').next(), other.fork('a').next());
  t.not(one.fork('a').next(), one.fork('b').next());
});
