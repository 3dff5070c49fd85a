import t from 'tap';
import { retries } from '#dev/chaos/retries.ts';
import { kept } from '#test/support/chaos.ts';

t.test('retries, crashes and duplicates under one Idempotency-Key', async (t) => {
  const { figures } = await kept(t, retries, 12);
  t.equal(figures['changes in the log'], 12);
  t.ok(Number(figures['replicas killed']) > 0);
});
