import t from 'tap';
import { RequestCounts } from '#src/http/callers/rate-limit-store.ts';

const count = (counts: RequestCounts, key: string) => {
  let current = 0;
  counts.incr(
    key,
    (_, result) => {
      current = result?.current ?? 0;
    },
    60_000,
  );
  return current;
};

t.test('each request has its own count, also within one turn of the event loop', async (t) => {
  const counts = new RequestCounts();
  const results: { current: number; ttl: number }[] = [];
  for (let i = 0; i < 3; i += 1)
    counts.incr('a', (_, result) => void (result && results.push(result)), 60_000);
  await Promise.resolve();
  t.same(
    results.map(({ current }) => current),
    [1, 2, 3],
  );
  t.equal(results[0]?.ttl, 60_000);
  t.ok(results.every(({ ttl }) => Number.isInteger(ttl) && ttl <= 60_000));
  t.equal(count(counts, 'b'), 1);
  t.equal(count(counts.child(), 'a'), 1, 'a child counts by itself');
});

t.test('a window ends', async (t) => {
  const counts = new RequestCounts();
  counts.incr('a', () => {}, 0);
  t.equal(count(counts, 'a'), 1);
});

t.test('ten thousand keys are kept, and the oldest goes first', async (t) => {
  const counts = new RequestCounts();
  for (let i = 0; i <= 10_000; i += 1) count(counts, `key ${i}`);
  t.equal(count(counts, 'key 1'), 2);
  t.equal(count(counts, 'key 0'), 1, 'it was forgotten');
});
