import t from 'tap';
import type { ListChangesInput } from '#src/schema/inputs.ts';
import { freshStore, runSql } from '#test/support/postgres.ts';
import { draft, succeeded } from './draft.ts';

t.test('filters', async (t) => {
  const { ledger } = await freshStore(t);
  const error = { code: 'X', detail: 'x' };
  const names = new Map<string, string>();
  const record = (name: string, id: string) => names.set(id, name);
  record('pending', (await ledger.open(draft({ kind: 'CREATE' }))).changeId);
  record('done', (await ledger.settle(await ledger.open(draft({ roleName: 'Pod_Execution' })), succeeded)).id);
  record('partial', (await ledger.settle(await ledger.open(draft({}, 'bert')), { ...succeeded, outcome: 'PARTIAL', error })).id);
  record('refused', (await ledger.refuse(draft({ accountId: '444455556666', roleName: 'PodXExecution' }), error)).id);
  const wide = [
    { region: '*', name: 'my-cluster' },
    { region: 'eu-west-1', name: '*' },
  ];
  record('wide', (await ledger.settle(await ledger.open(draft({ clusters: wide, kind: 'REPAIR' })), succeeded)).id);
  const all = (await ledger.list({})).items;
  const at = (name: string) => all.find(({ id }) => names.get(id) === name)?.at ?? '';

  const cases: [ListChangesInput, string][] = [
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
    [{ accountId: '111122223333', roleName: 'PodExecution', outcome: 'PARTIAL', kind: 'EXTEND', actor: 'bert' }, 'partial'],
    [{ actor: 'bert', kind: 'CREATE' }, ''],
    [{ since: at('pending'), until: '2999-01-01T00:00:00.000Z' }, 'wide refused partial done pending'],
    [{ until: at('pending') }, ''],
    [{ since: '2999-01-01T01:00:00+01:00' }, ''],
    [{ limit: 2 }, 'wide refused'],
  ];
  for (const [query, expected] of cases) {
    const { items } = await ledger.list(query);
    t.equal(items.map(({ id }) => names.get(id)).join(' '), expected, JSON.stringify(query));
  }
});

t.test('since is inclusive and until exclusive, in any time zone of the database', async (t) => {
  const { ledger, url } = await freshStore(t);
  await runSql(url, `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET timezone TO 'Asia/Tokyo'`);
  const { at } = await ledger.refuse(draft(), { code: 'X', detail: 'x' });
  const next = new Date(Date.parse(at) + 1).toISOString();
  for (const [query, count] of [
    [{ since: at }, 1],
    [{ since: next }, 0],
    [{ until: at }, 0],
    [{ until: next }, 1],
  ] as const) {
    t.equal((await ledger.list(query)).items.length, count, JSON.stringify(query));
  }
});

t.test('pages neither repeat nor skip while entries arrive', async (t) => {
  const { ledger } = await freshStore(t);
  const opened: string[] = [];
  const open = async () => opened.push((await ledger.open(draft())).changeId);
  for (let count = 0; count < 7; count += 1) await open();
  const expected = [...opened].reverse();

  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await ledger.list({ limit: 3, ...(cursor && { cursor }) });
    seen.push(...items.map(({ id }) => id));
    cursor = nextCursor ?? undefined;
    // A new change, and the outcome of one that is not shown yet.
    await open();
    await ledger.settle({ ...(await ledger.open(draft())), changeId: opened[0] ?? '' }, succeeded);
  } while (cursor);
  t.strictSame(seen, expected);
});

t.test('the last page has no cursor, also when it is full', async (t) => {
  const { ledger } = await freshStore(t);
  t.strictSame(await ledger.list({}), { items: [], nextCursor: null });
  await ledger.open(draft());
  await ledger.open(draft());
  t.equal((await ledger.list({ limit: 2 })).nextCursor, null);
  t.match((await ledger.list({ limit: 1 })).nextCursor, /^[A-Za-z0-9_-]+$/);
});

t.test('a cursor that the list did not give is refused', async (t) => {
  const { ledger } = await freshStore(t);
  const encode = (text: string) => Buffer.from(text).toString('base64url');
  for (const cursor of ['x', encode('7'), encode(''), encode('change_00000000-0000-0000-0000-000000000000'), '%%%']) {
    await t.rejects(
      ledger.list({ cursor }),
      { code: 'INVALID_INPUT', details: { errors: [{ pointer: '/cursor', message: /nextCursor/ }] } },
      cursor,
    );
  }
});
