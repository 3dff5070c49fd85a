import t from 'tap';
import { createSharedCache } from '#src/aws/sessions/shared-cache.ts';

interface Value {
  name: string;
}
const start = (max = 10) => {
  let time = 0;
  const cache = createSharedCache<Value>({ now: () => new Date(time), max, freshUntil: () => time + 100 });
  let made = 0;
  const make = (key: string) => async () => {
    made += 1;
    return { name: `${key}${made}` };
  };
  return {
    cache,
    at: (ms: number) => {
      time = ms;
    },
    made: () => made,
    get: (key: string) => cache.get(key, make(key)),
    renew: (key: string) => cache.renew(key, make(key)),
  };
};

t.test('callers that ask while a value is being made get that value', async (t) => {
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

t.test('a failure reaches all waiting callers and is not cached', async (t) => {
  const { cache } = start();
  const fail = () => cache.get('a', () => Promise.reject(new Error('no')));
  const results = await Promise.allSettled([fail(), fail()]);
  t.same(
    results.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  t.equal((await cache.get('a', async () => ({ name: 'later' }))).name, 'later');
});

t.test('a failure that is thrown synchronously is not cached either', async (t) => {
  const { cache, get } = start();
  const fail = () =>
    cache.get('a', () => {
      throw new Error('no');
    });
  await t.rejects(fail(), /no/);
  await t.rejects(fail(), /no/);
  t.equal((await get('a')).name, 'a1');
});

t.test('the least recently used go first', async (t) => {
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

t.test('a value can be renewed before it is stale, once for all concurrent callers', async (t) => {
  const { cache, get, renew, at } = start();
  t.equal((await renew('a')).name, 'a1', 'there was no cached value');
  at(60);
  const values = await Promise.all([renew('a'), renew('a')]);
  t.same(
    values.map(({ name }) => name),
    ['a2', 'a2'],
  );
  at(159);
  t.equal((await get('a')).name, 'a2');
  t.equal(cache.peek('a')?.name, 'a2');
});

t.test('renewing while the first value is being made gives that value', async (t) => {
  const { get, renew } = start();
  const [got, renewed] = await Promise.all([get('a'), renew('a')]);
  t.equal(renewed, got);
});

t.test('the old value is used until the new one arrives, and further on if renewing fails', async (t) => {
  const { cache, get } = start();
  const old = await get('a');
  const { promise, reject } = Promise.withResolvers<Value>();
  const failing = cache.renew('a', () => promise);
  t.equal(cache.peek('a'), old);
  t.equal(await get('a'), old);
  reject(new Error('no'));
  await t.rejects(failing, { message: 'no' });
  t.equal(cache.peek('a'), old);
  t.equal(await get('a'), old);
});

t.test('a stale value does not come back when renewing it fails', async (t) => {
  const { cache, get, at } = start();
  await get('a');
  at(100);
  await t.rejects(cache.get('a', () => Promise.reject(new Error('no'))));
  t.equal(cache.peek('a'), null);
  t.equal((await get('a')).name, 'a2');
});

t.test('a value that is dropped while it is renewed gives way to the new one', async (t) => {
  const { cache, get } = start();
  const old = await get('a');
  const { promise, resolve } = Promise.withResolvers<Value>();
  const renewing = cache.renew('a', () => promise);
  cache.drop('a', old);
  t.equal(cache.peek('a'), null);
  const waiting = get('a');
  resolve({ name: 'new' });
  t.equal(await waiting, await renewing);
  t.equal(cache.peek('a')?.name, 'new');
});
