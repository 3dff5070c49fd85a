import t from 'tap';
import { skew } from '#dev/chaos/skew.ts';
import { kept } from '#test/support/chaos.ts';

t.test('a clock that is 45 s ahead, and one that is two minutes behind', async (t) => {
  const { figures } = await kept(t, skew, 2);
  t.equal(figures['writes that AWS took'], 14);
});
