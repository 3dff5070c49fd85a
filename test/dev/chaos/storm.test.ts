import t from 'tap';
import { storm } from '#dev/chaos/storm.ts';
import { kept } from '#test/support/chaos.ts';

t.test('sweeps through a storm of throttling', async (t) => {
  const { figures } = await kept(t, storm, 60);
  t.equal(figures['extended after the storm'], 60);
});
