import t from 'tap';
import { outage } from '#dev/chaos/outage.ts';
import { kept } from '#test/support/chaos.ts';

t.test('PostgreSQL is killed under load', async (t) => {
  const { figures } = await kept(t, outage, 1);
  t.ok(Number(figures['killed: … 503 AUDIT_UNAVAILABLE']) > 0);
});
