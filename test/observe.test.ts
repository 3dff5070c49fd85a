import t from 'tap';
import { combineObservers, unobserved } from '#src/observe.ts';
import type { Activity, Observer, Occurrence } from '#src/ports/observer.ts';

const activity: Activity = { of: 'LOCK_WAIT', lock: 'ROLE' };
const occurrence: Occurrence = { of: 'CHECK', verdict: 'COMPLIANT' };

t.test('nobody watches: work is run as it is', async (t) => {
  t.equal(await unobserved.observe(activity, async () => 7), 7);
  await t.rejects(
    unobserved.observe(activity, async () => {
      throw new Error('as it is');
    }),
    { message: 'as it is' },
  );
  t.equal(combineObservers([]), unobserved);
});

t.test('several watch: the first outermost, and each sees what happened', async (t) => {
  const seen: string[] = [];
  const create = (name: string): Observer => ({
    async observe(_, work) {
      seen.push(`${name} begins`);
      try {
        return await work();
      } finally {
        seen.push(`${name} ends`);
      }
    },
    note: ({ of }) => void seen.push(`${name} ${of}`),
  });
  const [a, b, c] = ['a', 'b', 'c'].map(create) as [Observer, Observer, Observer];
  t.equal(combineObservers([a]), a, 'one alone is not wrapped');
  const all = combineObservers([a, b, c]);
  t.equal(await all.observe(activity, async () => 7), 7);
  t.same(seen.splice(0), ['a begins', 'b begins', 'c begins', 'c ends', 'b ends', 'a ends']);
  await t.rejects(
    all.observe(activity, () => Promise.reject(new Error('x'))),
    { message: 'x' },
  );
  t.equal(seen.splice(0).length, 6, 'they see the end of a failure too');
  all.note(occurrence);
  t.same(seen, ['a CHECK', 'b CHECK', 'c CHECK']);
});
