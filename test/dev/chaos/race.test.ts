import t from 'tap';
import { race } from '#dev/chaos/race.ts';
import { kept } from '#test/support/chaos.ts';

t.test('fifty extends of one role at once', async (t) => {
  const { figures } = await kept(t, race, 1);
  t.ok(Number(figures['extends that succeeded']) > 0);
  t.ok(Number(figures['extends refused for room (422, in the log)']) > 0);
});
