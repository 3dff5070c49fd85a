import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import t from 'tap';
import type { Imported } from '#src/domain/role/organization.ts';
import { freshStore, runSql } from '#test/support/postgres.ts';

const about = { dryRun: false, actor: { subject: 'jane', issuer: null }, createdAt: new Date() };
const account = (name: string, id = 'o-1'): Imported['account'] => ({
  name,
  partition: 'aws',
  status: 'ACTIVE',
  labels: {},
  organization: { id, name, labels: {} },
});
const step = (...accountIds: string[]) => ({ accountIds, listed: accountIds.length, untagged: 0 });

t.test('an account registered by hand meanwhile is not overwritten', async (t) => {
  const { imports, accounts, url } = await freshStore(t);
  await imports.begin('import_1', about);
  const hand = new pg.Client(url);
  await hand.connect();
  t.teardown(() => hand.end());
  await hand.query('BEGIN');
  await hand.query(
    `INSERT INTO account (account_id, name, partition, updated_at) VALUES ('111122223333', 'by hand', 'aws', now())`,
  );
  const seen: (string | null)[] = [];
  const stepped = imports.step('import_1', step('111122223333', '222233334444'), (_, known) => {
    seen.push(known?.name ?? null);
    return known
      ? { effect: 'UNCHANGED', account: { ...account('x'), name: known.name } }
      : { effect: 'ADDED', account: account('x') };
  });
  const isWaiting = async () =>
    (
      await hand.query(
        `SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid' AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())`,
      )
    ).rowCount;
  while (!(await isWaiting())) await pause(5);
  await hand.query('COMMIT');
  t.equal(await stepped, true);
  t.same(seen, [null, null, 'by hand', null], 'it read again');
  t.match(await accounts.get('111122223333'), { name: 'by hand' });
  t.match(await accounts.get('222233334444'), { name: 'x' });
  t.match(await imports.get('import_1'), { total: 2, added: 1, unchanged: 1 }, 'and counted once');
});

t.test('accounts as the service reads them lack import data', async (t) => {
  const { imports, accounts } = await freshStore(t);
  await imports.begin('import_1', about);
  await imports.step('import_1', step('111122223333'), () => ({ effect: 'ADDED', account: account('x') }));
  t.notOk('organization' in ((await accounts.get('111122223333')) ?? {}));
  t.same(await imports.members('o-1', { after: null, limit: 10 }), ['111122223333']);
  t.same(await imports.members('o-1', { after: '111122223333', limit: 10 }), []);
  t.same(await imports.members('o-2', { after: null, limit: 10 }), []);
});

t.test('an import has one end, and is forgotten with its changes', async (t) => {
  const { imports, url } = await freshStore(t);
  await imports.begin('import_1', { ...about, dryRun: true, createdAt: new Date('2026-01-01') });
  await imports.begin('import_2', about);
  await imports.step('import_1', step('111122223333'), () => ({ effect: 'ADDED', account: account('x') }));
  await imports.finish('import_1', { state: 'DONE', error: null, endedAt: new Date() });
  await imports.interrupt({ code: 'INTERRUPTED', detail: '' }, new Date());
  t.match(await imports.get('import_1'), { state: 'DONE', error: null });
  t.match(await imports.get('import_2'), { state: 'FAILED', error: { code: 'INTERRUPTED' } });
  await imports.finish('import_2', { state: 'DONE', error: null, endedAt: new Date() });
  t.match(await imports.get('import_2'), { state: 'FAILED' });
  t.equal((await imports.changes('import_1', { after: null, limit: 10 })).length, 1);
  await imports.purge(new Date('2026-02-01'));
  t.equal(await imports.get('import_1'), null);
  t.ok(await imports.get('import_2'));
  t.same((await runSql(url, 'SELECT * FROM account_import_change'))[0]?.rows, []);
});
