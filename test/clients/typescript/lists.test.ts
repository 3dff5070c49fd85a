import t from 'tap';
import { ConnectionError } from '#clients/typescript/src/problem.ts';
import { itemsOf, linesOf } from '#clients/typescript/src/text.ts';
import { startProxy } from '#test/support/proxy.ts';
import { clusters, roleName } from '#test/support/service.ts';
import { stage } from './stage.ts';

const staged = await stage(t, { sweepConcurrency: 2 });

t.test('a list: its first page, all its items, all its pages', async (t) => {
  const { client, service } = staged;
  const ids = [await service.account(), await service.account(), await service.account()].map(
    ({ accountId }) => accountId,
  );
  const first = await client.listAccounts({ limit: 2 });
  t.same(
    first.items.map(({ accountId }) => accountId),
    ids.slice(0, 2),
  );
  t.type(first.nextCursor, 'string');
  t.same(
    (await Array.fromAsync(client.listAccounts({ limit: 2 }))).map(({ accountId }) => accountId),
    ids,
  );
  const pages = await Array.fromAsync(client.listAccounts({ limit: 2 }).pages());
  t.same(
    pages.map(({ items }) => items.length),
    [2, 1],
  );
  const rest = client.listAccounts({ limit: 2, cursor: first.nextCursor ?? '' });
  t.same(
    (await Array.fromAsync(rest)).map(({ accountId }) => accountId),
    ids.slice(2),
    'from a cursor on',
  );
  const list = client.listAccounts({ limit: 2 });
  t.equal(await list, await list, 'a page is asked for once');
  t.equal((await client.getPosture()).total, 0, 'members beside the items');
});

t.test('a page is asked for when it is needed', async (t) => {
  const { clientWith } = staged;
  const asked: string[] = [];
  const client = clientWith({
    fetch: (url, init) => {
      asked.push(String(url).replace(/^.*\//, ''));
      return fetch(url, init);
    },
  });
  const list = client.listAccounts({ limit: 1 });
  t.same(asked, [], 'nothing is sent before it is awaited');
  for await (const _ of list) break;
  t.same(asked, ['accounts?limit=1']);
});

t.test('exports: lines as items, or text', async (t) => {
  const { client, service } = staged;
  const account = await service.account();
  account.seed(['a']);
  for (const name of ['b', 'c'])
    await client.extendExecutionRole({
      accountId: account.accountId,
      roleName,
      clusters: clusters(name),
    });
  const entries = await Array.fromAsync(client.exportLog({ from: 1 }));
  t.same(
    entries.map(({ outcome }) => outcome),
    ['PENDING', 'SUCCEEDED', 'PENDING', 'SUCCEEDED'],
  );
  t.same(entries.at(-1)?.clusters, clusters('c'));
  const changes = await Array.fromAsync(client.exportChanges({ q: 'us-west-2/c' }));
  t.same(changes, await Array.fromAsync(client.listChanges({ cluster: 'us-west-2/c' })));
  t.equal(changes.length, 1);
  const text = (await Array.fromAsync(client.exportLog({ format: 'csv', from: 4 }))).join('');
  t.match(text, /^id,seq,.*\r\nchange_[\s\S]*\r\n$/);
  t.equal(text.trimEnd().split('\r\n').length, 2);
});

t.test('the results of a sweep: pages, and lines until it ends', async (t) => {
  const { client, service } = staged;
  const accountIds: string[] = [];
  for (let count = 0; count < 3; count += 1) {
    const account = await service.account();
    account.seed(['a']);
    accountIds.push(account.accountId);
  }
  const { id } = await client.startSweep({ operation: 'CHECK', select: { accountIds } });
  const lines = await Array.fromAsync(client.listSweepResults({ id, format: 'ndjson' }));
  t.equal(lines.length, 3, 'the sweep has ended');
  t.same(await Array.fromAsync(client.listSweepResults({ id, limit: 2 })), lines);
});

t.test('an export that is cut off does not look whole', async (t) => {
  const { service, port, clientWith } = staged;
  const gate = Promise.withResolvers<void>();
  t.teardown(gate.resolve);
  const held = await service.account();
  const good = await service.account();
  good.seed(['a']);
  service.world.onCall(async ({ accountId }) => {
    if (accountId === held.accountId) await gate.promise;
    return undefined;
  });
  const proxy = await startProxy(t, port);
  const client = clientWith({ url: proxy.url });
  const { id } = await client.startSweep({
    operation: 'CHECK',
    select: { accountIds: [held.accountId, good.accountId] },
  });
  const lines = client.listSweepResults({ id, format: 'ndjson' });
  t.equal((await lines.next()).done, false, 'one account has answered');
  proxy.cut();
  await t.rejects(lines.next(), ConnectionError);
});

async function* pieces(...text: string[]) {
  yield* text;
}
t.test('lines that arrive in pieces', async (t) => {
  t.same(await Array.fromAsync(linesOf(pieces('a\r', '\nb\n', '\rc\nd'))), ['a', 'b', '', 'c']);
  t.same(await Array.fromAsync(itemsOf(pieces('{"a"', ':1}\n\n', '2\n'))), [{ a: 1 }, 2]);
  await t.rejects(Array.fromAsync(itemsOf(pieces('1\n{"a"'))), ConnectionError, 'the last line has no end');
});
