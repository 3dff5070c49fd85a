import t from 'tap';
import { openDatabase } from '#src/store/database.ts';
import { freshStore } from '#test/support/postgres.ts';

t.test('replicas are those that are there: one that has ended is none', async (t) => {
  const { queue, serviceUrl } = await freshStore(t);
  t.equal(await queue.replicas(), 1);
  const other = openDatabase({ url: serviceUrl });
  t.equal(await other.queue.replicas(), 2);
  t.equal(await queue.replicas(), 2);
  await other.close();
  t.equal(await queue.replicas(), 1);
});
