import t from 'tap';
import { freshStore, runSql } from '#test/support/postgres.ts';

const record = (accountId: string, labels: Record<string, string> = {}) => ({
  accountId,
  name: 'payments',
  partition: 'aws-cn' as const,
  memberRoleArn: null,
  externalId: null,
  labels,
});

t.test('put inserts, then replaces and keeps status and createdAt', async (t) => {
  const { accounts, url } = await freshStore(t);
  t.equal(await accounts.get('111122223333'), null);
  const started = Date.now();
  const created = await accounts.put({ ...record('111122223333', { team: 'a' }), externalId: 'secret' });
  t.match(created, { ...record('111122223333', { team: 'a' }), externalId: 'secret', status: 'ACTIVE' });
  t.ok(Math.abs(created.createdAt.getTime() - started) < 60_000, 'now, and not now in another time zone');
  t.strictSame(await accounts.get('111122223333'), created);

  await runSql(url, `UPDATE account SET status = 'SUSPENDED'`);
  const replaced = await accounts.put({
    ...record('111122223333'),
    name: 'renamed',
    memberRoleArn: 'arn:aws-cn:iam::111122223333:role/M',
  });
  t.match(replaced, {
    name: 'renamed',
    labels: {},
    externalId: null,
    memberRoleArn: /M$/,
    status: 'SUSPENDED',
  });
  t.strictSame(replaced.createdAt, created.createdAt);
  t.ok(replaced.updatedAt >= created.updatedAt);
  t.strictSame(await accounts.get('111122223333'), replaced);
});

t.test('put from many callers at once', async (t) => {
  const { accounts } = await freshStore(t);
  await Promise.all(
    Array.from({ length: 20 }, (_, index) => accounts.put(record('111122223333', { n: `${index}` }))),
  );
  t.equal((await accounts.list({ labels: {}, after: null, limit: 10 })).length, 1);
});

t.test('delete says whether there was one', async (t) => {
  const { accounts } = await freshStore(t);
  await accounts.put(record('111122223333'));
  t.equal(await accounts.delete('111122223333'), true);
  t.equal(await accounts.delete('111122223333'), false);
  t.equal(await accounts.get('111122223333'), null);
});

t.test('list', async (t) => {
  const { accounts } = await freshStore(t);
  await accounts.put(record('300000000000', { team: 'a', 'cost.center/x': '0' }));
  await accounts.put(record('000000000001', { team: 'a' }));
  await accounts.put(record('200000000000', { team: 'b', other: 'a' }));
  for (const [query, expected] of [
    [{}, '000000000001 200000000000 300000000000'],
    [{ limit: 2 }, '000000000001 200000000000'],
    [{ after: '000000000001', limit: 1 }, '200000000000'],
    [{ after: '300000000000' }, ''],
    [{ labels: { team: 'a' } }, '000000000001 300000000000'],
    [{ labels: { team: 'a' }, after: '000000000001' }, '300000000000'],
    [{ labels: { team: 'a', 'cost.center/x': '0' } }, '300000000000'],
    [{ labels: { team: 'a', other: 'a' } }, ''],
    [{ labels: { absent: '' } }, ''],
  ] as const) {
    const found = await accounts.list({ labels: {}, after: null, limit: 10, ...query });
    t.equal(found.map(({ accountId }) => accountId).join(' '), expected, JSON.stringify(query));
  }
});
