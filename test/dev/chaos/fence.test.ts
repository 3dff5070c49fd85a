import t from 'tap';
import { fence } from '#dev/chaos/fence.ts';
import { expectKept } from '#test/support/chaos.ts';

t.test('a holder of the lock that is paused', async (t) => {
  const { figures } = await expectKept(t, fence);
  t.equal(figures['the other took over'], 3);
});
