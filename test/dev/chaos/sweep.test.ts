import t from 'tap';
import { sweep } from '#dev/chaos/sweep.ts';
import { kept } from '#test/support/chaos.ts';

t.test('a sweep of which two of three replicas are lost', async (t) => {
  const { figures } = await kept(t, sweep, 200);
  t.equal(figures['writes that AWS took'], 200);
  t.ok(Number(figures['jobs taken up again']) >= 1, 'what the dead had in hand was taken up');
});
