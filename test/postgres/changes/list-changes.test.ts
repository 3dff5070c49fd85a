import t from 'tap';
import { positionOf } from '#src/operations/changes/history-page.ts';
import type { ChangeFilter, HistoryPosition, Ledger } from '#src/ports/ledger.ts';
import type { Change } from '#src/schema/change.ts';
import { freshStore, runSql } from '#test/support/postgres.ts';
import { draft, succeeded } from '../fixtures/draft.ts';

/** The IDs of the changes, newest first, read in pages of one from either end. */
async function oneByOne(
  ledger: Ledger,
  filter: ChangeFilter,
  towards: HistoryPosition['towards'],
): Promise<string[]> {
  const ids: string[] = [];
  for (let from: HistoryPosition | null = towards === 'OLDER' ? null : { towards, position: 0 }; ; ) {
    const page = await ledger.list(filter, { from, limit: 1 });
    const [item] = page.items;
    if (item) ids.push(item.id);
    if (!item || !page.hasMore) return towards === 'OLDER' ? ids : ids.reverse();
    from = { towards, position: positionOf(item) };
  }
}

t.test('filters', async (t) => {
  const { ledger } = await freshStore(t);
  const error = { code: 'X', detail: 'x' };
  const names = new Map<string, string>();
  const record = (name: string, id: string) => names.set(id, name);
  record('pending', (await ledger.open(draft({ kind: 'CREATE' }))).changeId);
  record(
    'done',
    (await ledger.settle(await ledger.open(draft({ roleName: 'Pod_Execution' })), succeeded)).id,
  );
  record(
    'partial',
    (await ledger.settle(await ledger.open(draft({}, 'bert')), { ...succeeded, outcome: 'PARTIAL', error }))
      .id,
  );
  record(
    'refused',
    (await ledger.refuse(draft({ accountId: '444455556666', roleName: 'PodXExecution' }), error)).id,
  );
  const wide = [
    { region: '*', name: 'my-cluster' },
    { region: 'eu-west-1', name: '*' },
  ];
  record(
    'wide',
    (await ledger.settle(await ledger.open(draft({ clusters: wide, kind: 'REPAIR' })), succeeded)).id,
  );
  const all = (await ledger.list({})).items;
  const at = (name: string) => all.find(({ id }) => names.get(id) === name)?.at ?? '';

  const cases: [ChangeFilter, string][] = [
    [{}, 'wide refused partial done pending'],
    [{ accountId: '444455556666' }, 'refused'],
    [{ roleName: 'PODEXECUTION' }, 'wide partial pending'],
    [{ roleName: 'pod_execution' }, 'done'],
    [{ roleName: 'Pod%' }, ''],
    [{ cluster: 'us-west-2/my-cluster' }, 'refused partial done pending'],
    [{ cluster: '*/my-cluster' }, 'wide'],
    [{ cluster: 'us-west-2/*' }, ''],
    [{ actor: 'bert' }, 'partial'],
    [{ kind: 'REPAIR' }, 'wide'],
    [{ outcome: 'SUCCEEDED' }, 'wide done'],
    [{ outcome: 'PENDING' }, 'pending'],
    [{ outcome: 'FAILED' }, 'refused'],
    [{ outcome: 'UNKNOWN' }, ''],
    [
      {
        accountId: '111122223333',
        roleName: 'PodExecution',
        outcome: 'PARTIAL',
        kind: 'EXTEND',
        actor: 'bert',
      },
      'partial',
    ],
    [{ actor: 'bert', kind: 'CREATE' }, ''],
    [{ since: at('pending'), until: '2999-01-01T00:00:00.000Z' }, 'wide refused partial done pending'],
    [{ until: at('pending') }, ''],
    [{ since: '2999-01-01T01:00:00+01:00' }, ''],
    [{ since: '2999-01-01' }, ''],
    [{ cluster: 'eu-west-1/*', kind: 'REPAIR', outcome: 'SUCCEEDED' }, 'wide'],
    [{ cluster: 'us-west-2/my-cluster', outcome: 'PENDING' }, 'pending'],
    [
      { cluster: 'us-west-2/my-cluster', since: '2020-01-01T00:00:00Z', until: '2999-01-01T00:00:00Z' },
      'refused partial done pending',
    ],
  ];
  for (const [filter, expected] of cases) {
    const { items } = await ledger.list(filter);
    t.equal(items.map(({ id }) => names.get(id)).join(' '), expected, JSON.stringify(filter));
    // The same, one by one, from either end.
    for (const towards of ['OLDER', 'NEWER'] as const) {
      const ids = await oneByOne(ledger, filter, towards);
      t.equal(
        ids.map((id) => names.get(id) ?? '').join(' '),
        expected,
        `${JSON.stringify(filter)} ${towards}`,
      );
    }
  }
});

t.test('a search finds words in reason, actor, role and cluster', async (t) => {
  const { ledger, url } = await freshStore(t);
  const error = { code: 'X', detail: 'x' };
  const names = new Map<string, string>();
  const settle = async (name: string, more: Parameters<typeof draft>[0], subject?: string) =>
    names.set((await ledger.settle(await ledger.open(draft(more, subject)), succeeded)).id, name);
  await settle('ticket', { reason: 'CHG-1042: new cluster for Checkout' });
  await settle('longer', { reason: 'see (CHG-10421/CHG-7), 104' });
  await settle('apart', { reason: 'CHG then 1042' }, 'Bert@example.com');
  await settle('role', { reason: null, roleName: 'Pod_Execution', accountId: '444455556666' });
  names.set((await ledger.refuse(draft({ reason: '100 % of 1042' }), error)).id, 'refused');
  names.set((await ledger.open(draft({ reason: 'ÜBER chg-1042' }, 'bert'))).changeId, 'pending');
  const cases: [ChangeFilter, string][] = [
    [{ q: 'CHG-1042' }, 'pending ticket'],
    [{ q: 'chg-1042' }, 'pending ticket'],
    [{ q: '1042' }, 'pending refused apart ticket'],
    [{ q: '1042 CHG' }, 'pending apart ticket'],
    [{ q: 'CHG-10421' }, 'longer'],
    [{ q: 'CHG-7' }, 'longer'],
    [{ q: 'CHG-10421/CHG-7' }, 'longer'],
    [{ q: 'CHG-104' }, ''],
    [{ q: 'checkout' }, 'ticket'],
    [{ q: 'check' }, ''],
    [{ q: 'über' }, 'pending'],
    [{ q: 'bert' }, 'pending apart'],
    [{ q: 'bert@EXAMPLE.com' }, 'apart'],
    [{ q: 'pod_execution' }, 'role'],
    [{ q: 'us-west-2/my-cluster 10421' }, 'longer'],
    [{ q: 'west-1' }, ''],
    [{ q: '%x' }, ''],
    [{ q: '1042', outcome: 'FAILED' }, 'refused'],
    [{ q: '1042', outcome: 'PENDING' }, 'pending'],
    [{ q: '1042', actor: 'bert' }, 'pending'],
    [{ q: '1042', cluster: 'us-west-2/my-cluster', outcome: 'SUCCEEDED' }, 'apart ticket'],
    [{ q: 'execution', accountId: '444455556666' }, 'role'],
    [{ q: 'execution', accountId: '111122223333' }, ''],
    [{ q: '1042', until: '2020-01-01' }, ''],
    [{ q: '1042', since: '2020-01-01', kind: 'EXTEND' }, 'pending refused apart ticket'],
  ];
  const check = async (about: string) => {
    for (const [filter, expected] of cases) {
      const said = `${JSON.stringify(filter)} ${about}`;
      const { items } = await ledger.list(filter);
      t.equal(
        items
          .map(({ id }) => names.get(id))
          .filter(Boolean)
          .join(' '),
        expected,
        said,
      );
      for (const towards of ['OLDER', 'NEWER'] as const) {
        const ids = await oneByOne(ledger, filter, towards);
        t.equal(ids.map((id) => names.get(id) ?? '').join(' '), expected, `${said} ${towards}`);
      }
    }
  };
  await check('in a short history');

  // More changes than a search looks through before it uses its index.
  const [kept] = (await runSql(url, `SELECT body, seq FROM ledger_entry ORDER BY seq DESC LIMIT 1`)).map(
    ({ rows }) => rows[0],
  );
  const other = {
    ...JSON.parse(kept.body),
    outcome: 'FAILED',
    reason: 'nothing',
    actor: { subject: 'zoe', issuer: null },
  };
  await runSql(
    url,
    `INSERT INTO ledger_entry (seq, body, hash) SELECT seq, replace('${JSON.stringify(other)}', '${other.id}', 'change_' || seq), sha256('x')
     FROM generate_series(${kept.seq}::bigint + 1, ${kept.seq}::bigint + 6000) seq`,
  );
  await check('in a long one');
});

t.test('actors of two issuers are distinguished', async (t) => {
  const { ledger } = await freshStore(t);
  const issuers = ['https://a.example', 'https://b.example', null];
  const ids: string[] = [];
  for (const issuer of issuers) {
    const one = draft({}, 'alice');
    const caller = { ...one.caller, actor: { subject: 'alice', issuer } };
    ids.push((await ledger.settle(await ledger.open({ ...one, caller }), succeeded)).id);
  }
  const pending = draft({}, 'alice');
  ids.push(
    (
      await ledger.open({
        ...pending,
        caller: { ...pending.caller, actor: { subject: 'alice', issuer: 'https://b.example' } },
      })
    ).changeId,
  );
  const [ofA = '', ofB = '', ofNone = '', openOfB = ''] = ids;
  for (const [filter, expected] of [
    [{ actor: 'alice' }, [openOfB, ofNone, ofB, ofA]],
    [{ actor: 'alice', actorIssuer: 'https://a.example' }, [ofA]],
    [{ actor: 'alice', actorIssuer: 'https://b.example' }, [openOfB, ofB]],
    [{ actor: 'alice', actorIssuer: 'https://B.example' }, []],
    [{ actor: 'bert', actorIssuer: 'https://a.example' }, []],
    [
      {
        actor: 'alice',
        actorIssuer: 'https://b.example',
        cluster: 'us-west-2/my-cluster',
        outcome: 'PENDING',
      },
      [openOfB],
    ],
  ] as const)
    t.same(
      (await ledger.list(filter as ChangeFilter)).items.map(({ id }) => id),
      expected,
      JSON.stringify(filter),
    );
});

t.test('since is inclusive and until exclusive, in any time zone of the database', async (t) => {
  const { ledger, url } = await freshStore(t);
  await runSql(url, `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET timezone TO 'Asia/Tokyo'`);
  const { at } = await ledger.refuse(draft(), { code: 'X', detail: 'x' });
  const next = new Date(Date.parse(at) + 1).toISOString();
  for (const [filter, count] of [
    [{ since: at }, 1],
    [{ since: next }, 0],
    [{ until: at }, 0],
    [{ until: next }, 1],
  ] as const) {
    t.equal((await ledger.list(filter)).items.length, count, JSON.stringify(filter));
  }
});

t.test('pages neither repeat nor skip while entries arrive', async (t) => {
  const { ledger } = await freshStore(t);
  const opened: string[] = [];
  const open = async () => opened.push((await ledger.open(draft())).changeId);
  for (let count = 0; count < 7; count += 1) await open();
  const expected = [...opened].reverse();

  const seen: string[] = [];
  let from: HistoryPosition | null = null;
  do {
    const { items, hasMore }: { items: Change[]; hasMore: boolean } = await ledger.list(
      {},
      { limit: 3, from },
    );
    seen.push(...items.map(({ id }) => id));
    const last = items.at(-1);
    from = last && hasMore ? { towards: 'OLDER', position: positionOf(last) } : null;
    // A new change, and the outcome of one that has not been listed yet.
    await open();
    await ledger.settle({ ...(await ledger.open(draft())), changeId: opened[0] ?? '' }, succeeded);
  } while (from);
  t.strictSame(seen, expected);
});

t.test(
  'a page has the requested length, newest first in both directions, and knows whether there is more',
  async (t) => {
    const { ledger } = await freshStore(t);
    const list = async (limit: number, from: HistoryPosition | null = null) => {
      const { items, hasMore } = await ledger.list({}, { from, limit });
      return [...items.map(positionOf), hasMore];
    };
    t.strictSame(await list(2), [false]);
    await ledger.open(draft());
    await ledger.open(draft());
    await ledger.refuse(draft(), { code: 'X', detail: 'x' });
    t.strictSame(await list(2), [3, 2, true]);
    t.strictSame(await list(3), [3, 2, 1, false]);
    t.strictSame(await list(2, { towards: 'OLDER', position: 2 }), [1, false]);
    t.strictSame(await list(2, { towards: 'NEWER', position: 0 }), [2, 1, true]);
    t.strictSame(await list(2, { towards: 'NEWER', position: 1 }), [3, 2, false]);
    t.strictSame(await list(2, { towards: 'NEWER', position: 3 }), [false]);
  },
);

t.test('times are found although the clocks of replicas differ', async (t) => {
  const { ledger, url } = await freshStore(t);
  const template = await ledger.refuse(draft(), { code: 'X', detail: 'x' });
  const { id: _, seq: __, hash: ___, previousHash: ____, ...body } = template;
  const accountId = '444455556666';
  // An hour of entries, one a minute. Every second one is of a replica whose clock is five minutes slow.
  const start = Date.parse('2020-01-01T00:00:00.000Z');
  const ats = Array.from({ length: 60 }, (_, i) =>
    new Date(start + i * 60_000 - (i % 2) * 300_000).toISOString(),
  );
  const rows = ats.map(
    (at, i) =>
      `(${i + 2}, '${JSON.stringify({ ...body, accountId, id: `change_${i}`, at })}', decode(repeat('00', 32), 'hex'))`,
  );
  await runSql(url, `INSERT INTO ledger_entry (seq, body, hash) VALUES ${rows.join(', ')}`);
  for (const filter of [
    { since: ats[30] },
    { until: ats[30] },
    { since: ats[20], until: ats[40] },
    { since: ats[31], until: ats[31] },
    { since: '1999-01-01T00:00:00Z' },
  ] as ChangeFilter[]) {
    const { since = '', until = '9' } = filter;
    const expected = ats.filter((at) => at >= since && at < until).length;
    const { items } = await ledger.list({ ...filter, accountId }, { limit: 100 });
    t.equal(items.length, expected, JSON.stringify(filter));
  }
});
