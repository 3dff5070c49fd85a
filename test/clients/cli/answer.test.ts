import t from 'tap';
import { textOf } from '#clients/cli/src/run/answer.ts';

t.test('answers that hold a list are tables', async (t) => {
  const account = { accountId: '111122223333', name: 'payments-prod', roles: 2, checkedAt: null };
  const items = [
    { ...account, verdict: 'NEEDS_REPAIR', error: null },
    { ...account, accountId: '222233334444', verdict: null, error: 'ACCOUNT_UNREACHABLE' },
  ];
  const text = textOf('getPostureAccounts', { total: 2, unreachable: 1, items }, {});
  t.match(text, /^ACCOUNT +NAME +VERDICT +ROLES +CHECKED AT +ERROR\n/);
  t.match(text, /\n111122223333 +payments-prod +NEEDS_REPAIR +2 +- +-/);
  t.match(text, /\n222233334444 +payments-prod +- +2 +- +ACCOUNT_UNREACHABLE/);
  t.equal(textOf('getPostureAccounts', { total: 0, unreachable: 0, items: [] }, {}), 'No accounts.');
  const days = [{ day: '2026-11-30', total: 3, verdicts: { COMPLIANT: 2, MISSING: 1 } }];
  t.match(textOf('getPostureTrend', { days }, {}), /2026-11-30 +3 +COMPLIANT=2,MISSING=1/);
});
