import t from 'tap';
import { crash, points } from '#dev/chaos/crash.ts';
import { expectKept } from '#test/support/chaos.ts';

t.test('a kill at each step between intent and outcome', async (t) => {
  const { faults } = await expectKept(t, crash);
  t.equal(faults, points.length, 'and every step was reached');
});
