import t from 'tap';
import { hang } from '#dev/chaos/hang.ts';
import { kept } from '#test/support/chaos.ts';

t.test('connections that are silent, half-sent or deaf when the service stops', async (t) => {
  const { faults } = await kept(t, hang, 1);
  t.ok(faults >= 7, 'each of them was there');
});
