import t from 'tap';
import { rememberClusters } from '#src/operations/clusters/remember-clusters.ts';
import type { Clusters, Shown } from '#src/ports/clusters.ts';
import type { RegionLook } from '#src/ports/seen-clusters.ts';
import type { Account } from '#src/schema/account.ts';
import { look } from '#test/support/region-look.ts';
import { callerOf } from '#test/support/scripted-aws.ts';

const account = { accountId: '111122223333' } as Account;
const at = (name: string, region = 'us-west-2') => ({ region, name });
const state = { authenticationMode: 'API', oidcIssuer: null } as const;
const hidden = { hidden: { action: 'eks:ListClusters', reason: 'DENIED', message: 'no' } } as const;
const caller = callerOf();

/** The decorator over an EKS that answers `eks`, and a memory that `keep` stores. */
function start(eks: Partial<Clusters>, keep?: (looks: RegionLook[]) => Promise<void>) {
  const kept: RegionLook[][] = [];
  const failures: unknown[] = [];
  const inFlight = new Set<Promise<unknown>>();
  const clusters = rememberClusters(eks as Clusters, {
    seenClusters: { keep: keep ?? (async (looks) => void kept.push(looks)) },
    inFlight,
    onFailure: (error) => failures.push(error),
  });
  return { clusters, kept, failures, settled: () => Promise.all(inFlight) };
}
const of = <T>(value: T): Promise<Shown<T>> => Promise.resolve({ value });

t.test('what is remembered of a read', async (t) => {
  const rows: [
    what: string,
    eks: Partial<Clusters>,
    read: (clusters: Clusters) => unknown,
    expected: RegionLook[][],
  ][] = [
    [
      'a list',
      { list: () => of(['a', 'b']) },
      (c) => c.list(account, 'us-west-2', caller),
      [[look({ isListing: true, shown: ['a', 'b'] })]],
    ],
    [
      'an empty list',
      { list: () => of([]) },
      (c) => c.list(account, 'us-west-2', caller),
      [[look({ isListing: true })]],
    ],
    ['a list that AWS hides', { list: async () => hidden }, (c) => c.list(account, 'us-west-2', caller), []],
    [
      'a cluster',
      { read: () => of(state) },
      (c) => c.read(account, at('a'), caller),
      [[look({ shown: ['a'] })]],
    ],
    [
      'no such cluster',
      { read: () => of(null) },
      (c) => c.read(account, at('a'), caller),
      [[look({ absent: ['a'] })]],
    ],
    ['a cluster that AWS hides', { read: async () => hidden }, (c) => c.read(account, at('a'), caller), []],
    [
      'its profiles',
      { profileNames: () => of(['p', 'q']) },
      (c) => c.profileNames(account, at('a'), caller),
      [[look({ shown: ['a'], profiles: [{ clusterName: 'a', names: ['p', 'q'], roles: [] }] })]],
    ],
    [
      'the profiles of no cluster',
      { profileNames: () => of(null) },
      (c) => c.profileNames(account, at('a'), caller),
      [[look({ absent: ['a'] })]],
    ],
    [
      'profiles that AWS hides',
      { profileNames: async () => hidden },
      (c) => c.profileNames(account, at('a'), caller),
      [],
    ],
    [
      'a profile',
      { profile: () => of({ name: 'p', status: 'ACTIVE', roleArn: 'arn', health: [] }) },
      (c) => c.profile(account, at('a'), 'p', caller),
      [
        [
          look({
            shown: ['a'],
            profiles: [{ clusterName: 'a', names: null, roles: [{ name: 'p', roleArn: 'arn' }] }],
          }),
        ],
      ],
    ],
    [
      'a profile that has gone',
      { profile: () => of(null) },
      (c) => c.profile(account, at('a'), 'p', caller),
      [],
    ],
    [
      'a profile that AWS hides',
      { profile: async () => hidden },
      (c) => c.profile(account, at('a'), 'p', caller),
      [],
    ],
  ];
  for (const [what, eks, read, expected] of rows) {
    const { clusters, kept, settled } = start(eks);
    await read(clusters);
    await settled();
    t.same(kept, expected, what);
  }
});

t.test('looks that come together share a statement', async (t) => {
  const { clusters, kept } = start({ list: () => of(['a']), read: () => of(null) });
  await Promise.all([
    clusters.list(account, 'us-west-2', caller),
    clusters.list(account, 'us-east-1', caller),
    clusters.read(account, at('b', 'us-east-1'), caller),
  ]);
  t.equal(kept.length, 1);
  t.same(
    kept[0]?.map(({ region, shown, absent }) => ({ region, shown, absent })),
    [
      { region: 'us-west-2', shown: ['a'], absent: [] },
      { region: 'us-east-1', shown: ['a'], absent: ['b'] },
    ],
  );
});

t.test('one statement at a time: what comes meanwhile shares the next', async (t) => {
  const held = Promise.withResolvers<void>();
  const kept: number[] = [];
  const { clusters } = start({ read: () => of(state) }, async (looks) => {
    kept.push(looks.length);
    await held.promise;
  });
  const first = clusters.read(account, at('a'), caller);
  await new Promise(setImmediate);
  const others = ['us-east-1', 'eu-west-1', 'eu-west-3'].map((region) =>
    clusters.read(account, at('a', region), caller),
  );
  await new Promise(setImmediate);
  t.same(kept, [1]);
  held.resolve();
  await Promise.all([first, ...others]);
  t.same(kept, [1, 3]);
});

t.test('a database that fails, or hangs, fails no read', async (t) => {
  let fails = true;
  const { clusters, failures } = start({ list: () => of(['a']) }, async () => {
    if (fails) throw new Error('down');
  });
  const list = () => clusters.list(account, 'us-west-2', caller);
  t.same(await list(), { value: ['a'] });
  await list();
  t.match(failures, [{ message: 'down' }], 'told once');
  fails = false;
  await list();
  fails = true;
  await list();
  t.equal(failures.length, 2, 'and once for the next outage');

  const hanging = start({ list: () => of(['a']) }, () => new Promise(() => {}));
  t.same(await hanging.clusters.list(account, 'us-west-2', caller), { value: ['a'] });
});

t.test('a fault of EKS is passed on, and nothing is remembered', async (t) => {
  const { clusters, kept } = start({ list: () => Promise.reject(new Error('AWS')) });
  await t.rejects(clusters.list(account, 'us-west-2', caller), { message: 'AWS' });
  t.same(kept, []);
});
