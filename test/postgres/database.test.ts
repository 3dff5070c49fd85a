import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { runBound } from '#dev/sandbox/spawn-bound.ts';
import { openTestDatabase } from '#test/support/database.ts';
import { freshDatabase, freshStore, runSql } from '#test/support/postgres.ts';
import { stallable } from '#test/support/stallable.ts';
import { draft, succeeded } from './fixtures/draft.ts';

t.test('a database that answers is healthy', async (t) => {
  const { health } = await freshStore(t);
  await t.resolves(health.check());
});

for (const when of ['before the first connection', 'with connections open']) {
  t.test(`a database that stalls ${when} is given up in time`, async (t) => {
    const { url } = await freshStore(t);
    const way = await stallable(t, url);
    const timeoutMs = 2000;
    const { accounts, ledger, health, locks, close } = openTestDatabase({ url: way.url, timeoutMs });
    t.teardown(close);
    if (when === 'with connections open') {
      await Promise.all([ledger.open(draft()), health.check(), locks.whileHolding('1', 'r', async () => {})]);
    }
    way.stall(true);
    // Not given up, they would wait for ever.
    await Promise.all([
      t.rejects(ledger.open(draft()), { code: 'AUDIT_UNAVAILABLE' }),
      t.rejects(ledger.refuse(draft(), { code: 'X', detail: '' }), { code: 'AUDIT_UNAVAILABLE' }),
      t.rejects(
        locks.whileHolding('1', 'r', async () => {}),
        { code: 'AUDIT_UNAVAILABLE' },
      ),
      t.rejects(ledger.list({}), { code: 'UNAVAILABLE' }),
      t.rejects(ledger.get('change_1'), { code: 'UNAVAILABLE' }),
      t.rejects(accounts.get('111122223333'), { code: 'UNAVAILABLE' }),
      t.rejects(accounts.delete('111122223333'), { code: 'UNAVAILABLE' }),
      t.rejects(health.check(), { code: 'UNAVAILABLE' }),
    ]);
    way.stall(false);
    const { changeId } = await ledger.open(draft());
    t.match(await ledger.get(changeId), { outcome: 'PENDING' });
    t.equal(await accounts.get('111122223333'), null);
    t.equal(
      await locks.whileHolding('1', 'r', async () => 'all goes on when the database is back'),
      'all goes on when the database is back',
    );
  });
}

t.test('an append that waits too long for the head gives up, and releases the log', async (t) => {
  const { ledger, url } = await freshStore(t, { timeoutMs: 1000 });
  const intent = await ledger.open(draft());
  const blocker = runSql(url, 'BEGIN; SELECT pg_advisory_xact_lock(4100001); SELECT pg_sleep(1.2)');
  // Not before the blocker has the lock.
  while (
    (
      await runSql(
        url,
        `SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 4100001 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      )
    )[0]?.rowCount === 0
  );
  await t.rejects(ledger.settle(intent, succeeded), { code: 'AUDIT_UNAVAILABLE', isUncertain: false });
  await blocker;
  t.match(await ledger.settle(intent, succeeded), { seq: 2, outcome: 'SUCCEEDED' });
});

t.test('an append is uncertain when the answer to its COMMIT is lost, and not before', async (t) => {
  const { serviceUrl } = await freshStore(t);
  for (const [sent, isUncertain] of [
    ['pg_advisory_xact_lock', false],
    ['COMMIT\0', true], // Another is in READ COMMITTED.
  ] as const) {
    const way = await stallable(t, serviceUrl);
    const { ledger, close } = openTestDatabase({ url: way.url, timeoutMs: 600 });
    t.teardown(close);
    await ledger.open(draft());
    way.stall(sent);
    await t.rejects(ledger.open(draft()), { code: 'AUDIT_UNAVAILABLE', isUncertain }, sent);
  }
});

t.test('an unreachable or refusing server is reported without internals', async (t) => {
  const { url } = await freshDatabase(t);
  const wrong = new URL(url);
  wrong.password = 'not-the-password';
  for (const target of ['postgresql://postgres:secret@127.0.0.1:1/rolewright', wrong.href, url]) {
    const { accounts, ledger, health, close } = openTestDatabase({ url: target });
    t.teardown(close);
    const said = {
      message: /^(?=.*Try again)(?!.*(postgres|127|secret|relation|ECONN))/i,
      cause: { message: String },
    };
    await t.rejects(ledger.open(draft()), { ...said, code: 'AUDIT_UNAVAILABLE', isUncertain: false });
    await t.rejects(ledger.list({}), { ...said, code: 'UNAVAILABLE' });
    await t.rejects(accounts.list({ labels: {}, after: null, limit: 1 }), { ...said, code: 'UNAVAILABLE' });
    if (target !== url) await t.rejects(health.check(), { ...said, code: 'UNAVAILABLE' });
  }
});

t.test('connections that the server ends are replaced', async (t) => {
  const { accounts, ledger, url } = await freshStore(t);
  await Promise.all([ledger.open(draft()), accounts.get('1')]);
  await runSql(
    url,
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'rolewright' AND datname = current_database()`,
  );
  t.match(await ledger.unsettled({ after: 0 }), [{ seq: 1 }]);
  t.ok(await ledger.open(draft()));
});

/** A small disk for a tablespace. It needs root and the right to mount; otherwise this answers the reason. */
async function smallDisk(t: Test): Promise<{ directory: string } | { reason: string }> {
  if (process.getuid?.() !== 0) return { reason: 'only root may mount a small disk' };
  const directory = await mkdtemp(join(tmpdir(), 'rolewright-disk-'));
  await chmod(directory, 0o755);
  try {
    await runBound('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', directory]);
  } catch (error) {
    await rm(directory, { recursive: true });
    return { reason: `no small disk can be mounted here: ${String(error)}` };
  }
  t.teardown(async () => {
    await runBound('umount', ['--lazy', directory]);
    await rm(directory, { recursive: true });
  });
  await chown(directory, 65534, 65534); // As whom the server runs.
  return { directory };
}

t.test('a full disk: refused writes leave nothing, and everything works when there is room', async (t) => {
  const disk = await smallDisk(t);
  if ('reason' in disk) return t.pass('a full disk', { skip: disk.reason });
  const { ledger, url } = await freshStore(t);
  const tablespace = `small_${new URL(url).pathname.slice(1)}`;
  await runSql(
    url,
    `CREATE TABLESPACE ${tablespace} LOCATION '${disk.directory}'`,
    `ALTER TABLE ledger_entry SET TABLESPACE ${tablespace}`,
  );
  const long = () =>
    draft({ reason: Array.from({ length: 2000 }, () => Math.random().toString(36)).join('') });
  const kept: string[] = [];
  const fill = async (): Promise<unknown> => {
    try {
      while (kept.length < 200) kept.push((await ledger.refuse(long(), { code: 'X', detail: '' })).id);
      return null;
    } catch (error) {
      return error;
    }
  };
  t.match(await fill(), { code: 'AUDIT_UNAVAILABLE', isUncertain: false, cause: { code: '53100' } });
  await t.rejects(ledger.refuse(long(), { code: 'X', detail: '' }), { code: 'AUDIT_UNAVAILABLE' });
  t.same(
    (await ledger.list({}, { limit: 100 })).items.map(({ id }) => id).reverse(),
    kept.slice(-100),
    'reads continue',
  );
  await runSql(url, 'ALTER TABLE ledger_entry SET TABLESPACE pg_default', `DROP TABLESPACE ${tablespace}`);
  t.match(await ledger.refuse(long(), { code: 'X', detail: '' }), { seq: kept.length + 1 });
});
