import t from 'tap';
import type { SweepOutcome } from '#src/ports/sweeps.ts';
import { freshStore } from '#test/support/postgres.ts';
import { checkSweep } from '../fixtures/check-sweep.ts';

const result = (roleName: string | null, verdict: SweepOutcome['verdict']): SweepOutcome => ({
  roleName,
  verdict,
  report: null,
  plan: null,
  change: null,
  // Only its presence counts.
  error: verdict ? null : ({ code: 'AWS_FAILED' } as SweepOutcome['error']),
});

t.test('the counters of a sweep for some of its accounts', async (t) => {
  const { sweeps } = await freshStore(t);
  await sweeps.start(checkSweep('one'), { accountIds: ['1', '2', '3', '4'] }, null, 20);
  await sweeps.keep('one', [
    { accountId: '1', results: [result('a', 'COMPLIANT'), result('b', 'MISSING')] },
    { accountId: '2', results: [result('a', 'COMPLIANT')] },
    { accountId: '3', results: [result(null, null)] },
  ]);
  const tallies = await sweeps.tallies(['one', 'unknown'], ['1', '3', '4', '9']);
  t.same(tallies.get('one'), { total: 3, done: 2, failed: 1, verdicts: { COMPLIANT: 1, MISSING: 1 } });
  t.same(tallies.get('unknown'), { total: 0, done: 0, failed: 0, verdicts: {} });
});
