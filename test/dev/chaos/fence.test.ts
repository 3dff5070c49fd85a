import t from 'tap';
import { fence } from '#dev/chaos/fence.ts';
import { kept } from '#test/support/chaos.ts';

t.test('a holder of the lock that sleeps', async (t) => {
  const { figures } = await kept(t, fence, 3);
  t.equal(figures['the other took over'], 3);
});
