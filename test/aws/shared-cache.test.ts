import t from 'tap';
import { createSharedCache } from '#src/aws/shared-cache.ts';

interface Value {
  name: string;
}
const start = (max = 10) => {
  let time = 0;
  const cache = createSharedCache<Value>({ now: () => new Date(time), max, freshUntil: () => time + 100 });
  let made = 0;
  return {
    cache,
    at: (ms: number) => {
      time = ms;
    },
    made: () => made,
    get: (key: string) =>
      cache.get(key, async () => {
        made += 1;
        return { name: `${key}${made}` };
      }),
  };
};

t.test('all who ask while a value is made get that one', async (t) => {
  const { get, made } = start();
  const values = await Promise.all([get('a'), get('a'), get('a')]);
  t.same(new Set(values).size, 1);
  t.equal(made(), 1);
});

t.test('a value is kept until it is stale, to the millisecond', async (t) => {
  const { cache, get, at } = start();
  t.equal(cache.peek('a'), null);
  t.equal((await get('a')).name, 'a1');
  at(99);
  t.equal((await get('a')).name, 'a1');
  t.equal(cache.peek('a')?.name, 'a1');
  at(100);
  t.equal(cache.peek('a'), null);
  t.equal((await get('a')).name, 'a2');
});

t.test('a failure reaches all who waited and is not kept', async (t) => {
  const { cache } = start();
  const fail = () => cache.get('a', () => Promise.reject(new Error('no')));
  const results = await Promise.allSettled([fail(), fail()]);
  t.same(
    results.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  t.equal((await cache.get('a', async () => ({ name: 'later' }))).name, 'later');
});

t.test('the least recently used go first, and the stale before them', async (t) => {
  const { get, cache, at } = start(2);
  await get('a');
  await get('b');
  await get('a');
  await get('c');
  t.same([cache.peek('a')?.name, cache.peek('b'), cache.peek('c')?.name], ['a1', null, 'c3']);
  at(50);
  await get('d');
  at(100); // a and c are stale now, d is not
  await get('e');
  t.same([cache.peek('d')?.name, cache.peek('e')?.name], ['d4', 'e5']);
});

t.test('dropping a value does not drop the one that replaced it', async (t) => {
  const { get, cache } = start();
  const first = await get('a');
  cache.drop('a', first);
  const second = await get('a');
  cache.drop('a', first);
  t.equal(await get('a'), second);
});
