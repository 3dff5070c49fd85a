import t, { type Test } from 'tap';
import { type DatabaseOptions, openDatabase } from '#src/store/database.ts';
import { freshDatabase, runSql } from '#test/support/postgres.ts';

const role = ['111122223333', 'PodExecution'] as const;

/** Two replicas on one database, which needs no tables for locks. */
async function replicas(t: Test, options: Partial<DatabaseOptions> = {}) {
  const { url } = await freshDatabase(t);
  const open = () => {
    const database = openDatabase({ url, ...options });
    t.teardown(() => database.close());
    return database.locks;
  };
  return { url, one: open(), two: open() };
}

/** Something to hold a lock for, that the test ends when it likes. */
function held() {
  const entered = Promise.withResolvers<void>();
  const leave = Promise.withResolvers<string>();
  const run = () => {
    entered.resolve();
    return leave.promise;
  };
  return { run, entered: entered.promise, leave: () => leave.resolve('done') };
}

t.test('one change at a time, over callers and replicas, whatever the case of the name', async (t) => {
  const { one, two, url } = await replicas(t);
  let inside = 0;
  let most = 0;
  let runs = 0;
  let sessions = 0;
  const change = async () => {
    inside += 1;
    most = Math.max(most, inside);
    sessions =
      (await runSql(url, `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'rolewright'`))[0]
        ?.rowCount ?? 0;
    runs += 1;
    inside -= 1;
  };
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      (index % 2 ? one : two).whileHolding(role[0], index % 3 ? role[1] : role[1].toUpperCase(), change),
    ),
  );
  t.equal(most, 1);
  t.equal(runs, 20);
  t.equal(sessions, 2, 'one connection for each replica, however many wait');
});

t.test('other roles and other accounts do not wait', async (t) => {
  const { one, two } = await replicas(t);
  const change = held();
  const holding = one.whileHolding(...role, change.run);
  await change.entered;
  for (const locks of [one, two]) {
    t.equal(await locks.whileHolding(role[0], 'Other', async () => 'other role'), 'other role');
    t.equal(await locks.whileHolding('444455556666', role[1], async () => 'other account'), 'other account');
  }
  change.leave();
  t.equal(await holding, 'done');
});

t.test('an error comes through and frees the role', async (t) => {
  const { one, two } = await replicas(t);
  const fail = () => one.whileHolding(...role, () => Promise.reject(new Error('AWS said no')));
  await t.rejects(fail(), { message: 'AWS said no' });
  t.equal(await two.whileHolding(...role, async () => 'free'), 'free');
  t.equal(await one.whileHolding(...role, async () => 'free'), 'free');
});

t.test('ROLE_BUSY when the role is not free in time, and those who wait longer keep their turn', async (t) => {
  const { one, two, url } = await replicas(t, { lockWaitMs: 150 });
  const change = held();
  const holding = one.whileHolding(...role, change.run);
  await change.entered;
  await Promise.all(
    [one, two].map((locks) =>
      t.rejects(
        locks.whileHolding(...role, async () => 'never'),
        { code: 'ROLE_BUSY' },
      ),
    ),
  );

  const patient = openDatabase({ url });
  t.teardown(() => patient.close());
  const waiting = patient.locks.whileHolding(...role, async () => 'patient');
  change.leave();
  t.equal(await holding, 'done');
  t.equal(await waiting, 'patient');
  t.equal(await one.whileHolding(...role, async () => 'free'), 'free');
});

t.test('a lost connection frees the role, and its change does not pass for sound', async (t) => {
  const { one, two, url } = await replicas(t);
  const change = held();
  const holding = one.whileHolding(...role, change.run);
  await change.entered;
  await runSql(
    url,
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'rolewright' AND datname = current_database()`,
  );
  t.equal(await two.whileHolding(...role, async () => 'free'), 'free');
  const rejected = t.rejects(holding, { code: 'UNAVAILABLE', uncertain: true, message: /lost/ });
  change.leave();
  await rejected;
  t.equal(await one.whileHolding(...role, async () => 'again'), 'again', 'the next change connects anew');
});

t.test('without a database nothing is changed', async (t) => {
  const nowhere = openDatabase({ url: 'postgresql://postgres@127.0.0.1:1/postgres' });
  t.teardown(() => nowhere.close());
  let ran = false;
  const change = nowhere.locks.whileHolding(...role, async () => {
    ran = true;
  });
  await t.rejects(change, { code: 'AUDIT_UNAVAILABLE', message: /^(?!.*(127|ECONN))/ });
  t.notOk(ran);
});
