import t from 'tap';
import { findPgBouncer } from '#dev/chaos/pgbouncer.ts';
import { pooler } from '#dev/chaos/pooler.ts';
import { kept } from '#test/support/chaos.ts';

t.test('PgBouncer in both modes', { skip: findPgBouncer() === null && 'PgBouncer is not installed' }, async (t) => {
  const { rounds } = await kept(t, pooler, 3);
  t.equal(rounds, 3);
});
