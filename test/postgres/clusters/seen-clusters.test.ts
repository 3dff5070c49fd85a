import t, { type Test } from 'tap';
import type { RegionLook } from '#src/ports/seen-clusters.ts';
import { openSeenClusters } from '#src/postgres/clusters/seen-clusters.ts';
import { openPool } from '#src/postgres/connection/pool.ts';
import { createPrisma } from '#src/postgres/connection/prisma.ts';
import { freshStore, runSql } from '#test/support/postgres.ts';
import { look } from '#test/support/region-look.ts';
import { plainAccount } from '../fixtures/check-sweep.ts';

const accountId = '111122223333';
const roleArn = `arn:aws:iam::${accountId}:role/Pods`;
const listing = (...shown: string[]) => look({ isListing: true, shown });
const profiles = (names: string[] | null, roles: Record<string, string>) =>
  look({
    shown: ['a'],
    profiles: [
      {
        clusterName: 'a',
        names,
        roles: Object.entries(roles).map(([name, arn]) => ({ name, roleArn: arn })),
      },
    ],
  });

async function start(t: Test, { max }: { max?: number } = {}) {
  const store = await freshStore(t);
  const register = (id = accountId) => store.accounts.put(plainAccount(id));
  await register();
  const pool = openPool({ url: store.url, max: 2, timeoutMs: 30_000 });
  const prisma = createPrisma(pool);
  t.teardown(async () => {
    await prisma.$disconnect();
    await pool.end();
  });
  const stored = openSeenClusters(prisma, max);
  const read = async (id = accountId) => (await stored.ofAccounts([id])).get(id);
  const told = async () =>
    [...((await read())?.clusters.values() ?? [])]
      .map(({ region, name, isShown }) => `${region}/${name}${isShown ? '' : ' gone'}`)
      .sort();
  return { store, stored, register, read, told };
}

t.test('what looks do', async (t) => {
  const { stored, told, read } = await start(t);
  const steps: [what: string, looks: RegionLook[], expected: string[]][] = [
    ['nothing of what never was', [look({ absent: ['x'] })], []],
    ['a list', [listing('a', 'b')], ['us-west-2/a', 'us-west-2/b']],
    ['a shorter list', [listing('a')], ['us-west-2/a', 'us-west-2/b gone']],
    ['a cluster that is there again', [look({ shown: ['b'] })], ['us-west-2/a', 'us-west-2/b']],
    ['one that is not there', [look({ absent: ['a'] })], ['us-west-2/a gone', 'us-west-2/b']],
    [
      'a list of another Region',
      [look({ region: 'us-east-1', isListing: true, shown: ['a'] })],
      ['us-east-1/a', 'us-west-2/a gone', 'us-west-2/b'],
    ],
    [
      'two Regions at once',
      [listing('a'), look({ region: 'us-east-1', isListing: true })],
      ['us-east-1/a gone', 'us-west-2/a', 'us-west-2/b gone'],
    ],
  ];
  for (const [what, looks, expected] of steps) {
    await stored.keep(looks);
    t.same(await told(), expected, what);
  }
  t.same([...((await read())?.listedAt.keys() ?? [])].sort(), ['us-east-1', 'us-west-2']);
});

t.test("times are PostgreSQL's", async (t) => {
  const { stored, read, store } = await start(t);
  await stored.keep([listing('a')]);
  await runSql(
    store.url,
    "UPDATE seen_cluster SET first_seen_at = '2026-01-01', last_seen_at = '2026-02-01'; UPDATE listed_region SET listed_at = '2026-02-01'",
  );
  const one = async () => (await read())?.clusters.get('us-west-2/a');
  await stored.keep([look({ absent: ['a'] })]);
  t.match(await one(), { lastSeenAt: new Date('2026-02-01'), isShown: false }, 'when it was seen last');
  t.same((await read())?.listedAt.get('us-west-2'), new Date('2026-02-01'), 'a read lists nothing');
  await stored.keep([listing('a')]);
  const [{ rows } = { rows: [] }] = await runSql(store.url, 'SELECT now() AS now');
  const now = new Date(rows[0].now).getTime();
  const again = await one();
  t.same(again?.firstSeenAt, new Date('2026-01-01'));
  t.ok(Math.abs((again?.lastSeenAt.getTime() ?? 0) - now) < 60_000);
  t.ok(Math.abs(((await read())?.listedAt.get('us-west-2')?.getTime() ?? 0) - now) < 60_000);
});

t.test('the roles of Fargate profiles', async (t) => {
  const { stored } = await start(t);
  const using = async () => (await stored.usingRole(accountId, roleArn)).map(({ name }) => name);
  await stored.keep([profiles(['default', 'batch'], { default: roleArn })]);
  t.same(await using(), ['a']);
  await stored.keep([profiles(null, { default: `${roleArn}2` })]);
  t.same(await using(), [], 'the profile has another role');
  await stored.keep([profiles(null, { batch: roleArn })]);
  t.same(await using(), ['a']);
  await stored.keep([profiles(['default'], {})]);
  t.same(await using(), [], 'the profile is gone');
  await stored.keep([
    profiles(['default'], { default: roleArn }),
    look({ region: 'us-east-1', shown: ['a'] }),
  ]);
  t.same(await stored.usingRole(accountId, roleArn), [{ region: 'us-west-2', name: 'a' }]);
  t.same(await stored.usingRole('444455556666', roleArn), []);
  await stored.keep([look({ absent: ['a'] })]);
  t.same(await using(), [], 'the cluster is gone');
});

t.test('the memory ends with the registration', async (t) => {
  const { store, stored, read, register } = await start(t);
  await stored.keep([
    profiles(['default'], { default: roleArn }),
    look({ region: 'us-east-1', isListing: true }),
  ]);
  await store.accounts.delete(accountId);
  t.equal(await read(), undefined);
  await stored.keep([listing('a'), look({ accountId: '444455556666', shown: ['b'] })]);
  t.equal(await read(), undefined, 'a look that comes late');
  await register();
  t.equal(await read(), undefined);
});

t.test('the clusters that were seen last are kept', async (t) => {
  const { stored, told } = await start(t, { max: 2 });
  await stored.keep([look({ shown: ['a'] })]);
  await stored.keep([look({ shown: ['b'] })]);
  await stored.keep([look({ shown: ['c'] })]);
  await stored.keep([look({ absent: ['x'] })]);
  t.same(await told(), ['us-west-2/b', 'us-west-2/c']);
  await stored.keep([listing('d', 'e', 'f')]);
  await stored.keep([listing('d', 'e', 'f')]);
  t.same(await told(), ['us-west-2/d', 'us-west-2/e', 'us-west-2/f'], 'all that EKS shows now');
});

t.test('two replicas that look at the same time', async (t) => {
  const { stored, told } = await start(t);
  const names = Array.from({ length: 50 }, (_, i) => `c-${i}`);
  await Promise.all(
    Array.from({ length: 8 }, (_, i) => stored.keep([listing(...(i % 2 ? names : names.toReversed()))])),
  );
  t.equal((await told()).length, 50);
});

t.test('a database that does not answer', async (t) => {
  const { stored, store } = await start(t);
  await runSql(store.url, 'ALTER TABLE seen_cluster RENAME TO seen_elsewhere');
  const works: (() => Promise<unknown>)[] = [
    () => stored.keep([listing('a')]),
    () => stored.ofAccounts([accountId]),
    () => stored.usingRole(accountId, roleArn),
  ];
  for (const work of works) await t.rejects(work(), { code: 'UNAVAILABLE' });
});
