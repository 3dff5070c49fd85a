import t from 'tap';
import { trial } from '#test/domain/fixtures/trial.ts';

// `npm run fuzz` tries a million, and looks at the time. Here is the same for a few.
t.test('hostile documents: no operation fails, and no plan gives unrequested access', (t) => {
  const [seed, count] = [20261123, 1000];
  const sums = { plans: 0, judged: 0 };
  const kinds = new Set<string>();
  for (let index = 0; index < count; index++) {
    const { kind, text, plans, judged, faults } = trial(seed, index, (_, run) => run());
    kinds.add(kind);
    sums.plans += plans;
    sums.judged += judged;
    if (faults.length > 0)
      t.fail(`document ${index} of seed ${seed}, ${kind}`, { faults, text: text.slice(0, 2000) });
  }
  t.ok(kinds.size >= 8, `${kinds.size} kinds`);
  t.ok(
    sums.plans > count / 2 && sums.judged > count / 4,
    `${sums.plans} plans, of which ${sums.judged} were judged`,
  );
  t.end();
});
