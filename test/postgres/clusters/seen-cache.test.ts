import t from 'tap';
import { nothingSeen, type Seen } from '#src/domain/role/seen.ts';
import { Fault } from '#src/fault.ts';
import { withSeenCache } from '#src/postgres/clusters/seen-cache.ts';
import type { StoredClusters } from '#src/postgres/clusters/seen-clusters.ts';
import { seen } from '#test/domain/fixtures/seen.ts';

/** A cache over a store in memory. `clock.ms` is its time. */
function start() {
  const asked: string[][] = [];
  const memory = new Map<string, Seen>();
  const clock = { ms: 0 };
  const failing = { with: null as Error | null };
  let answering = Promise.resolve();
  const stored: StoredClusters = {
    keep: async () => {},
    usingRole: async () => [{ region: 'us-west-2', name: 'a' }],
    async ofAccounts(accountIds) {
      asked.push([...accountIds]);
      await answering;
      if (failing.with) throw failing.with;
      return new Map(accountIds.flatMap((id) => (memory.has(id) ? [[id, memory.get(id) as Seen]] : [])));
    },
  };
  return {
    cache: withSeenCache(stored, { patienceMs: 50, now: () => clock.ms }),
    asked,
    memory,
    clock,
    failing,
    hold: (until: Promise<void>) => {
      answering = until;
    },
  };
}

t.test('accounts that are asked for at once are read together', async (t) => {
  const { cache, asked, memory } = start();
  const one = seen({ shown: ['a'] });
  memory.set('1', one);
  t.same(await Promise.all([cache.of('1'), cache.of('2'), cache.of('1')]), [one, nothingSeen, one]);
  t.same(asked, [['1', '2']]);
});

t.test('those that come while a query runs share the next one', async (t) => {
  const { cache, asked, hold } = start();
  const held = Promise.withResolvers<void>();
  hold(held.promise);
  const first = cache.of('1');
  await Promise.resolve();
  const others = ['2', '3'].map((id) => cache.of(id));
  held.resolve();
  await Promise.all([first, ...others]);
  t.same(asked, [['1'], ['2', '3']]);
});

t.test('an answer is good for ten seconds, or until this process looks', async (t) => {
  const { cache, asked, clock } = start();
  await cache.of('1');
  clock.ms = 9999;
  await cache.of('1');
  t.equal(asked.length, 1);
  clock.ms = 10_000;
  await cache.of('1');
  t.equal(asked.length, 2);
  await cache.keep([
    { accountId: '1', region: 'us-west-2', isListing: true, shown: [], absent: [], profiles: [] },
  ]);
  await cache.of('1');
  t.equal(asked.length, 3);
  t.same(await cache.usingRole('1', 'arn'), [{ region: 'us-west-2', name: 'a' }]);
});

t.test('a query that began before this process looked is stale at once', async (t) => {
  const { cache, asked, memory, hold } = start();
  const held = Promise.withResolvers<void>();
  hold(held.promise);
  const first = cache.of('1');
  await Promise.resolve();
  await cache.keep([
    { accountId: '1', region: 'us-west-2', isListing: true, shown: [], absent: [], profiles: [] },
  ]);
  held.resolve();
  await first;
  const one = seen({ gone: ['a'] });
  memory.set('1', one);
  t.equal(await cache.of('1'), one);
  t.equal(asked.length, 2);
});

t.test('the clusters that are cached have a limit', async (t) => {
  const { cache, asked, memory } = start();
  const many = seen({ shown: Array.from({ length: 5000 }, (_, i) => `cluster-${i}`) });
  const accountIds = Array.from({ length: 60 }, (_, i) => String(i));
  for (const id of accountIds) memory.set(id, many);
  for (const id of accountIds) await cache.of(id);
  t.equal(asked.length, 60);
  await cache.of('59');
  t.equal(asked.length, 60, 'the last one is cached');
  await cache.of('0');
  t.equal(asked.length, 61, 'the first one is not');
});

t.test('a database that does not answer fails no check', async (t) => {
  const { cache, clock, memory, failing, hold } = start();
  const one = seen({ gone: ['a'] });
  memory.set('1', one);
  await cache.of('1');
  clock.ms = 60_000;
  failing.with = new Fault('UNAVAILABLE', 'no');
  t.equal(await cache.of('1'), one, 'what was known last');
  t.equal(await cache.of('2'), nothingSeen, 'nothing was known');
  hold(new Promise(() => {}));
  t.equal(await cache.of('1'), one, 'a database that is slow');
});

t.test('an error of ours is not hidden', async (t) => {
  const { cache, failing } = start();
  failing.with = new Error('a bug');
  await t.rejects(cache.of('1'), { message: 'a bug' });
});
