import t from 'tap';
import { openTestDatabase } from '#test/support/database.ts';
import { freshStore, runSql } from '#test/support/postgres.ts';
import { checkSweep } from '../fixtures/check-sweep.ts';

t.test('only running replicas count', async (t) => {
  const { queue, serviceUrl, url } = await freshStore(t);
  t.equal(await queue.replicas(), 1);
  const other = openTestDatabase({ url: serviceUrl });
  t.equal(await other.queue.replicas(), 2);
  t.equal(await queue.replicas(), 2);
  await other.close();
  t.equal(await queue.replicas(), 1);
  const silent = openTestDatabase({ url: serviceUrl });
  t.equal(await silent.queue.replicas(), 2);
  await runSql(url, "UPDATE pgboss.instance SET heartbeat_on = now() - interval '16 seconds'");
  await t.rejects(queue.replicas(), { code: 'UNAVAILABLE' }, 'an empty list is not a valid answer');
  await silent.close();
});

t.test("only the message of a job's error is stored", async (t) => {
  const { queue, sweeps, url } = await freshStore(t);
  const warned = Promise.withResolvers<void>();
  const error = Object.assign(new Error('refused'), {
    detail: 'Failing row contains (hunter2).',
    cause: new Error('hunter2'),
  });
  await queue.work(
    1,
    async () => {
      throw error;
    },
    { warn: (details) => ('err' in details && details.err === error ? warned.resolve() : undefined) },
  );
  await sweeps.start(checkSweep('one'), { accountIds: ['1'] }, null, 20);
  await warned.promise;
  await queue.close();
  const [kept] = await runSql(url, 'SELECT output::text FROM pgboss.job WHERE output IS NOT NULL');
  t.match(kept?.rows[0]?.output, /refused/);
  t.notMatch(kept?.rows[0]?.output, /hunter2/);
});
