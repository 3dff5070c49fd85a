import t from 'tap';
import { page, readParts, withoutTarget } from '#dev/drill/page.ts';
import type { Place } from '#dev/drill/place.ts';
import { createSteps } from '#dev/drill/steps.ts';

t.test('the page and the drill know the same steps', async (t) => {
  const parts = readParts(page);
  const named = parts.filter(({ kind }) => kind === 'step').map(({ text }) => text);
  t.strictSame(named, Object.keys(createSteps({} as Place)), 'in the same order');
  t.ok(parts.filter(({ kind }) => kind === 'sh').length >= 7, 'commands were found');
  for (const [index, { kind, text }] of parts.entries())
    if (kind === 'answer') t.equal(parts[index - 1]?.kind, 'sh', `an answer follows its command: ${text}`);
});

t.test('a restore without a point in time', async (t) => {
  const restore = readParts(page).find(({ text }) => text.includes('recovery.signal'))?.text ?? '';
  t.match(restore, /recovery_target_time/);
  t.match(withoutTarget(restore), /restore_command = .*\nEND\n$/);
  t.notMatch(withoutTarget(restore), /recovery_target/);
});
