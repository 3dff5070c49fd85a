import t from 'tap';
import { foreign } from '#dev/chaos/foreign.ts';
import { kept } from '#test/support/chaos.ts';

t.test('the role is edited behind our back', async (t) => {
  const { figures } = await kept(t, foreign, 24);
  t.ok(Number(figures['edits before the last look']) >= 12);
});
