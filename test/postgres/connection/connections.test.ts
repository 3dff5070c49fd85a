import t from 'tap';
import { reserveConnections, shareConnections } from '#src/postgres/connection/connections.ts';
import { openPool } from '#src/postgres/connection/pool.ts';
import { openTestDatabase } from '#test/support/database.ts';
import { freshStore, runSql } from '#test/support/postgres.ts';

t.test('all connections of a replica are distributed', async (t) => {
  for (let size = 8; size <= 100; size += 1) {
    const { reads, appends, sweeps, queue } = shareConnections(size);
    t.equal(reads + appends + sweeps + queue, size);
    t.ok(reads >= 4 && sweeps >= 1 && queue >= 1, `${size}`);
  }
  t.same(shareConnections(20), { reads: 10, appends: 2, sweeps: 4, queue: 4 }, 'the default');
});

t.test(
  'a replica without room for its connections does not start, and takes none from another',
  async (t) => {
    const { url, serviceUrl } = await freshStore(t);
    const limit = (count: number) =>
      runSql(url, `ALTER DATABASE ${new URL(url).pathname.slice(1)} CONNECTION LIMIT ${count}`);
    const replica = () => {
      const database = openTestDatabase({ url: serviceUrl, poolSize: 8 });
      return database;
    };
    const count = async () =>
      (
        await runSql(
          url,
          'SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database()',
        )
      )[0]?.rows[0].n;
    const [first, second, third] = [replica(), replica(), replica()];
    t.teardown(() => Promise.all([first.close(), third.close()]));
    // Room for the eleven of one replica, and a few.
    await limit(15);
    await first.reserveConnections();
    await t.rejects(second.reserveConnections(), {
      code: 'NO_CONNECTIONS',
      message: /no room for the 11 connections.*DATABASE_POOL_SIZE/,
    });
    await second.close();
    t.ok((await count()) > 6, 'the first keeps its own');
    await Promise.all(Array.from({ length: 20 }, () => first.accounts.get('111122223333')));
    await limit(-1);
    await third.reserveConnections();
  },
);

t.test('other errors do not keep a replica from starting', async (t) => {
  const nowhere = openPool({ url: 'postgresql://127.0.0.1:1/x', max: 2, timeoutMs: 1000 });
  t.teardown(() => nowhere.end());
  await reserveConnections([nowhere], { url: 'postgresql://127.0.0.1:1/x', size: 8 });
});
