import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { clusters, startService } from '#test/support/service.ts';
import { type StallableWay, stallable } from '#test/support/stallable.ts';

// The database stops answering at each point of a write. The service promises an answer in two seconds, and
// waits 1.8 s for its database. The answer must arrive before a second time-out could pass.

const timeoutMs = 2000;
let way: StallableWay | undefined;
const { rest, account, world } = await startService(t, {
  database: {
    timeoutMs,
    through: async (url) => {
      way = await stallable(t, url);
      return way.url;
    },
  },
});
const stall = (when: boolean | string) => way?.stall(when);
t.afterEach(() => stall(false));

/** What is decided first: the answer, or another one. */
const first = async <T>(work: Promise<T>, other: Promise<unknown>): Promise<T | 'too late'> =>
  await Promise.race([work, other.then(() => 'too late' as const)]);

for (const [point, sent] of [
  ['from the start', true],
  ['at the registry', '"public"."account"'],
  ['at the lock', 'pg_try_advisory_lock'],
  ['at what the write rests on', 'open_change'],
  ['at the head of the log', 'pg_advisory_xact_lock'],
  ['at the commit', 'COMMIT\0'],
  ['at the last look at the lock', 'pg_locks'],
] as const)
  t.test(`a write whose database stalls ${point}`, async (t) => {
    const one = await account();
    one.seed(['a']);
    stall(sent);
    const answer = rest('POST', `${one.role}/extend`, { clusters: clusters('b') });
    // Both wait in this process: a busy machine delays them together.
    t.match(await first(answer, pause(1.9 * timeoutMs)), {
      status: 503,
      json: { code: 'AUDIT_UNAVAILABLE' },
    });
    t.same(world.ledger(one.accountId), [], 'AWS is not written to');
  });

t.test('checks and health continue with cached accounts; other accounts are unknown', async (t) => {
  const [one, two] = [await account(), await account()];
  for (const each of [one, two]) each.seed(['a']);
  const check = ({ role }: typeof one) => rest('POST', `${role}/check`, { clusters: clusters('a') });
  t.match(await check(one), { status: 200 });
  stall(true);
  for (const answering of [
    check(one),
    rest('GET', one.role),
    rest('GET', one.roles),
    rest('GET', '/healthz'),
  ]) {
    const given = await first(answering, rest('GET', `/v1/accounts/${two.accountId}`));
    t.match(given, { status: 200 }, 'before whoever waits for the database is told');
  }
  t.match(
    await rest('POST', `${one.role}/extend`, { clusters: clusters('b') }),
    { json: { code: 'AUDIT_UNAVAILABLE' } },
    'a write never uses the cache',
  );
  t.match(
    await rest('GET', `/v1/accounts/${one.accountId}`),
    { status: 503, json: { code: 'UNAVAILABLE' } },
    'nor the registry itself',
  );
  t.match(await rest('GET', '/readyz'), { status: 503 });
});
