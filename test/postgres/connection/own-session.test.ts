import t from 'tap';
import type { RoleLock } from '#src/ports/locks.ts';
import { requireOwnSession } from '#src/postgres/connection/own-session.ts';
import { openLocks } from '#src/postgres/locks/locks.ts';
import { freshDatabase, runSql } from '#test/support/postgres.ts';
import { startTransactionPooler } from '#test/support/transaction-pooler.ts';

t.test('a connection to PostgreSQL is a session of its own', async (t) => {
  const { url, serviceUrl } = await freshDatabase(t);
  await Promise.all([requireOwnSession(url, 'DATABASE_URL'), requireOwnSession(serviceUrl, 'DATABASE_URL')]);
  const [left] = await runSql(
    url,
    "SELECT count(*)::int FROM pg_locks JOIN pg_database ON oid = database WHERE locktype = 'advisory' AND datname = current_database()",
  );
  t.same(left?.rows, [{ count: 0 }], 'and no lock stays');
});

t.test('behind a pooler in transaction mode the start is refused', async (t) => {
  const { url } = await freshDatabase(t);
  const through = await startTransactionPooler(t, url);
  await t.rejects(requireOwnSession(through, 'MIGRATION_DATABASE_URL'), {
    code: 'SESSION_NOT_OWN',
    message:
      /^MIGRATION_DATABASE_URL must lead to a session of its own: another connection .*pool_mode=session/,
  });
});

t.test('no lock is taken in a session that a pooler has given to another client', async (t) => {
  const { url } = await freshDatabase(t);
  const through = await startTransactionPooler(t, url);
  const replica = () => {
    const locks = openLocks({ url: through, timeoutMs: 2000, waitMs: 500, silenceMs: 20_000 });
    t.teardown(() => locks.close());
    return locks;
  };
  const [one, other] = [replica(), replica()];
  const [entered, leave] = [Promise.withResolvers<RoleLock>(), Promise.withResolvers<void>()];
  const first = one.whileHolding('1', 'role', async (lock) => {
    entered.resolve(lock);
    await leave.promise;
  });
  const lock = await entered.promise;
  await lock.confirm();
  await t.rejects(
    other.whileHolding('1', 'role', async () => t.fail('two replicas are inside'), 300),
    { code: 'AUDIT_UNAVAILABLE', cause: { message: /^the session is not our own/ } },
  );
  await lock.confirm();
  leave.resolve();
  await first;
});
