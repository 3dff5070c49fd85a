import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import t, { type Test } from 'tap';
import type { RoleLock } from '#src/ports/locks.ts';
import type { DatabaseOptions } from '#src/postgres/database.ts';
import { openTestDatabase } from '#test/support/database.ts';
import { freshDatabase, runSql } from '#test/support/postgres.ts';

const role = ['111122223333', 'PodExecution'] as const;
const other = ['111122223333', 'Other'] as const;

/** Two replicas on one database without tables. The first one connects through `through`. */
async function replicas(
  t: Test,
  options: Partial<DatabaseOptions> = {},
  through: (url: string) => Promise<string> | string = String,
) {
  const { url } = await freshDatabase(t);
  const open = (url: string) => {
    const database = openTestDatabase({ url, ...options });
    t.teardown(() => database.close());
    return database.locks;
  };
  return { url, one: open(await through(url)), two: open(url) };
}

/** A proxy to the database with `latencyMs` for each answer. No answer arrives between `hold` and `flow`. */
function slowWay(t: Test, latencyMs = 0) {
  const sockets = new Set<Socket>();
  let gate = Promise.withResolvers<void>();
  gate.resolve();
  const through = async (url: string) => {
    const { hostname, port } = new URL(url);
    const proxy = createServer((near) => {
      const far = connect(Number(port), hostname);
      near.on('data', (bytes) => far.write(bytes));
      far.on('data', async (bytes) => {
        if (latencyMs) await pause(latencyMs);
        await gate.promise;
        near.write(bytes);
      });
      for (const socket of [near, far]) sockets.add(socket.on('error', () => {})); // Its close follows.
      near.on('close', () => far.destroy());
      far.on('close', () => near.destroy());
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    t.teardown(() => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    });
    const address = proxy.address();
    const target = new URL(url);
    if (address && typeof address === 'object') target.port = `${address.port}`;
    return target.href;
  };
  const hold = () => {
    gate = Promise.withResolvers();
  };
  return { through, hold, flow: () => gate.resolve() };
}

/** Work under a lock, which the test ends. */
function held() {
  const entered = Promise.withResolvers<RoleLock>();
  const leave = Promise.withResolvers<string>();
  const run = (lock: RoleLock) => {
    entered.resolve(lock);
    return leave.promise;
  };
  return { run, entered: entered.promise, leave: () => leave.resolve('done') };
}

t.test('one change at a time, over callers and replicas, ignoring the case of the name', async (t) => {
  const { one, two, url } = await replicas(t);
  let inside = 0;
  let most = 0;
  let runs = 0;
  let sessions = 0;
  const change = async () => {
    inside += 1;
    most = Math.max(most, inside);
    sessions =
      (
        await runSql(
          url,
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'rolewright'`,
        )
      )[0]?.rowCount ?? 0;
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

t.test('an error is passed on and releases the role', async (t) => {
  const { one, two } = await replicas(t);
  const fail = () => one.whileHolding(...role, () => Promise.reject(new Error('AWS said no')));
  await t.rejects(fail(), { message: 'AWS said no' });
  t.equal(await two.whileHolding(...role, async () => 'free'), 'free');
  t.equal(await one.whileHolding(...role, async () => 'free'), 'free');
});

t.test('ROLE_BUSY when the role is not free in time; longer waiters keep their turn', async (t) => {
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

  const patient = openTestDatabase({ url });
  t.teardown(() => patient.close());
  const waiting = patient.locks.whileHolding(...role, async () => 'patient');
  change.leave();
  t.equal(await holding, 'done');
  t.equal(await waiting, 'patient');
  t.equal(await one.whileHolding(...role, async () => 'free'), 'free');
});

t.test('a lost connection releases the role, and its holder knows', async (t) => {
  const { one, two, url } = await replicas(t);
  const change = held();
  const holding = one.whileHolding(...role, change.run);
  const lock = await change.entered;
  await t.resolves(lock.confirm());
  await runSql(
    url,
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'rolewright' AND datname = current_database()`,
  );
  t.equal(await two.whileHolding(...role, async () => 'free'), 'free');
  t.equal(await one.whileHolding(...other, async () => 'again'), 'again', 'the next change connects anew');
  await t.rejects(lock.confirm(), { code: 'ROLE_BUSY', message: /was lost/ }, 'a lost lock stays lost');
  change.leave();
  t.equal(await holding, 'done', 'the change reports it');
  t.equal(await one.whileHolding(...role, async () => 'again'), 'again');
});

t.test('a paused database costs nobody a lock, and a late answer leaves none', async (t) => {
  const { through, hold, flow } = slowWay(t);
  const { one, two } = await replicas(t, { timeoutMs: 1500, lockWaitMs: 400 }, through);
  const change = held();
  const holding = one.whileHolding(...role, change.run);
  const lock = await change.entered;
  hold();
  let ran = false;
  const late = one.whileHolding(...other, async () => {
    ran = true;
  });
  await t.rejects(late, { code: 'AUDIT_UNAVAILABLE' });
  flow();
  t.equal(await two.whileHolding(...other, async () => 'free'), 'free');
  t.notOk(ran);
  await t.resolves(lock.confirm());
  await t.rejects(
    two.whileHolding(...role, async () => 'never'),
    { code: 'ROLE_BUSY' },
  );
  change.leave();
  t.equal(await holding, 'done');
  t.equal(await two.whileHolding(...role, async () => 'free'), 'free');
});

for (const what of ['a try', 'an unlock'] as const) {
  t.test(`a database that leaves ${what} without an answer has lost every lock`, async (t) => {
    const { through, hold, flow } = slowWay(t);
    const { one, two } = await replicas(t, { timeoutMs: 400 }, through);
    const [change, ending] = [held(), held()];
    const holding = one.whileHolding(...role, change.run);
    const lock = await change.entered;
    const ended = one.whileHolding(...other, ending.run);
    await ending.entered;
    hold();
    if (what === 'an unlock') {
      ending.leave();
      t.equal(await ended, 'done');
    } else {
      await t.rejects(
        one.whileHolding('444455556666', 'Third', async () => {}),
        { code: 'AUDIT_UNAVAILABLE' },
      );
    }
    for (const [account, name] of [role, other])
      t.equal(await two.whileHolding(account, name, async () => 'free'), 'free');
    flow();
    await t.rejects(lock.confirm(), { code: 'ROLE_BUSY' });
    t.equal(await one.whileHolding('444455556666', 'Third', async () => 'again'), 'again');
    ending.leave();
    change.leave();
    t.same(await Promise.all([holding, ended]), ['done', 'done']);
  });
}

t.test('an unlock that the database refuses ends the connection, and with it the lock', async (t) => {
  const refusing = async (url: string) => {
    await runSql(
      url,
      `CREATE FUNCTION public.pg_advisory_unlock(bigint) RETURNS boolean LANGUAGE sql AS 'SELECT false'`,
      `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET search_path = public, pg_catalog`,
    );
    return url;
  };
  const { one, two } = await replicas(t, {}, refusing);
  t.equal(await one.whileHolding(...role, async () => 'done'), 'done');
  t.equal(await two.whileHolding(...role, async () => 'free'), 'free');
});

t.test('many changes that end at once over a slow connection leave no lock and lose none', async (t) => {
  const { through } = slowWay(t, 5);
  const { one, url } = await replicas(t, { timeoutMs: 5000 }, through);
  const keeper = held();
  const keeping = one.whileHolding(...role, keeper.run);
  const lock = await keeper.entered;
  const many = Array.from({ length: 300 }, held);
  const all = Promise.all(
    many.map((change, index) => one.whileHolding(role[0], `role-${index}`, change.run)),
  );
  await Promise.race([all, Promise.all(many.map(({ entered }) => entered))]);
  for (const change of many) change.leave();
  await all;
  const advisory = `SELECT FROM pg_locks JOIN pg_database ON oid = database WHERE locktype = 'advisory' AND datname = current_database()`;
  t.equal((await runSql(url, advisory))[0]?.rowCount, 1, 'the lock that is still held');
  await t.resolves(lock.confirm());
  keeper.leave();
  t.equal(await keeping, 'done');
  t.equal((await runSql(url, advisory))[0]?.rowCount, 0);
});

/** The holder of a name does not use its lock. */
const nothing = { confirm: async () => {} };

t.test('a name is held once, over callers and replicas, without waiting', async (t) => {
  const { one, two, url } = await replicas(t);
  const work = held();
  const holding = one.tryHolding('name', () => work.run(nothing));
  await work.entered;
  for (const locks of [one, two]) {
    t.equal(await locks.tryHolding('name', async () => 'never'), null, 'held');
    t.same(
      await locks.tryHolding('other', async () => undefined),
      { result: undefined },
      'another name is free',
    );
  }
  work.leave();
  t.same(await holding, { result: 'done' });
  await t.rejects(
    two.tryHolding('name', () => Promise.reject(new Error('it went wrong'))),
    { message: 'it went wrong' },
  );
  t.same(await one.tryHolding('name', async () => 'free'), { result: 'free' });

  const lost = held();
  const losing = one.tryHolding('name', () => lost.run(nothing));
  await lost.entered;
  await runSql(
    url,
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'rolewright' AND datname = current_database()`,
  );
  t.same(await two.tryHolding('name', async () => 'free'), { result: 'free' }, 'it ends with its holder');
  t.equal(await one.tryHolding('name', async () => 'never'), null, 'but one process never holds it twice');
  lost.leave();
  t.same(await losing, { result: 'done' });
});

t.test('a name without a database', async (t) => {
  const { through, hold } = slowWay(t);
  const { one } = await replicas(t, { timeoutMs: 500 }, through);
  hold();
  const ended: string[] = [];
  await Promise.all([
    t
      .rejects(
        one.whileHolding(...role, async () => t.fail('it ran')),
        { code: 'AUDIT_UNAVAILABLE' },
      )
      .then(() => ended.push('change')),
    t
      .rejects(
        one.tryHolding('name', async () => t.fail('it ran')),
        { code: 'AUDIT_UNAVAILABLE' },
      )
      .then(() => ended.push('name')),
  ]);
  t.same(ended, ['name', 'change'], 'half of the time is left for others');
  await t.rejects(
    one.tryHolding('name', async () => t.fail('it ran')),
    { code: 'AUDIT_UNAVAILABLE' },
    'and the name does not count as held',
  );
});

t.test('without a database there is no lock', async (t) => {
  const nowhere = openTestDatabase({ url: 'postgresql://postgres@127.0.0.1:1/postgres' });
  t.teardown(() => nowhere.close());
  let ran = false;
  const change = nowhere.locks.whileHolding(...role, async () => {
    ran = true;
  });
  await t.rejects(change, { code: 'AUDIT_UNAVAILABLE', message: /^(?!.*(127|ECONN))/ });
  t.notOk(ran);
});

t.test('a paused replica loses its locks, and knows it before it writes', async (t) => {
  const { one, two } = await replicas(t, { lockSilenceMs: 200 });
  const change = held();
  const holding = one.whileHolding(...role, change.run);
  const lock = await change.entered;
  // Its process is alive, and holds the lock for longer than it may be silent.
  const until = Date.now() + 500;
  while (Date.now() < until) {
    await t.rejects(
      two.whileHolding(...role, async () => {}, 0),
      { code: 'ROLE_BUSY' },
    );
    await pause(100);
  }
  // As after SIGSTOP, nothing in this process runs.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
  await t.rejects(lock.confirm(), { code: 'ROLE_BUSY' });
  t.equal(await two.whileHolding(...role, async () => 'free'), 'free');
  change.leave();
  t.equal(await holding, 'done');
});

t.test('a wait of zero gives timers no negative time', async (t) => {
  const { one } = await replicas(t);
  const warnings: string[] = [];
  const hear = ({ name }: Error) => void warnings.push(name);
  process.on('warning', hear);
  t.teardown(() => process.off('warning', hear));
  const change = held();
  const holding = one.whileHolding(...role, change.run);
  await change.entered;
  await t.rejects(
    one.whileHolding(...role, async () => {}, 0),
    { code: 'ROLE_BUSY' },
  );
  change.leave();
  await holding;
  t.notOk(warnings.includes('TimeoutNegativeWarning'));
});
