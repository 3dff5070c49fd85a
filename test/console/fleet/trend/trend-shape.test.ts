import t from 'tap';
import { areasOf, compliantShare, knownDays, scaleOf } from '#console/fleet/trend/trend-shape.ts';

const day = (verdicts: Record<string, number>) => ({
  day: '2026-11-30',
  total: Object.values(verdicts).reduce((sum, count) => sum + count, 0),
  verdicts,
});

t.test('the scale ends at a round number', async (t) => {
  t.equal(scaleOf([]), 1);
  t.equal(scaleOf([day({ COMPLIANT: 900, NEEDS_REPAIR: 3 })]), 4, 'without compliant roles');
  t.equal(scaleOf([day({ NEEDS_REPAIR: 96, MISSING: 41 })]), 200, 'areas stand one on the other');
  t.equal(scaleOf([day({ MISSING: 401 })]), 1000);
});

t.test('areas stand one on the other, and what never was is left out', async (t) => {
  const days = [day({ NEEDS_REPAIR: 1 }), day({ NEEDS_REPAIR: 1, MISSING: 1 })];
  t.same(areasOf(days, 100, 20), [
    { verdict: 'NEEDS_REPAIR', path: 'M0 10L100 10L100 20L0 20Z' },
    { verdict: 'MISSING', path: 'M0 10L100 0L100 10L0 10Z' },
  ]);
});

t.test('100 percent means all', async (t) => {
  t.equal(compliantShare(day({ COMPLIANT: 9999, MISSING: 1 })), 99);
  t.equal(compliantShare(day({ COMPLIANT: 3 })), 100);
  t.equal(compliantShare(day({})), null);
  t.equal(compliantShare(undefined), null);
});

t.test('days before the first check are left out', async (t) => {
  t.same(knownDays([day({}), day({ MISSING: 1 }), day({})]).length, 2);
  t.same(knownDays([day({})]), []);
});
