import t from 'tap';
import { askableClusters, lineRows, quotaWords } from '#console/roles/lines/line-rows.ts';

const accountId = '111122223333';
const line = (region: string, name: string, account = accountId) => ({
  pattern: `arn:aws:eks:${region}:${account}:fargateprofile/${name}/*`,
  region,
  name,
});

t.test('lines, with whom they let in and who claims them', async (t) => {
  const claim = {
    id: 'claim_1',
    accountId,
    roleName: 'fargate',
    roleId: 'AROA',
    cluster: { region: 'us-west-2', name: 'a' },
    claimant: 'terraform',
    actor: { subject: 'portal', issuer: null },
    since: '2026-11-30T09:00:00.000Z',
  };
  const rows = lineRows(
    [
      line('us-west-2', 'a'),
      line('us-west-2', 'prod-*'),
      line('*', '*'),
      line('us-west-2', 'a', '444455556666'),
      { pattern: 'arn:aws:eks:*', region: null, name: null },
    ],
    [claim],
    accountId,
  );
  t.same(
    rows.map(({ isWide, isExact, foreignAccount }) => ({ isWide, isExact, foreignAccount })),
    [
      { isWide: false, isExact: true, foreignAccount: null },
      { isWide: true, isExact: false, foreignAccount: null },
      { isWide: true, isExact: true, foreignAccount: null },
      { isWide: false, isExact: false, foreignAccount: '444455556666' },
      { isWide: true, isExact: false, foreignAccount: null },
    ],
  );
  t.same(
    rows.map(({ claims }) => claims.length),
    [1, 0, 0, 0, 0],
  );
  t.same(askableClusters(rows), [{ region: 'us-west-2', name: 'a' }]);
});

t.test('the quota in words', async (t) => {
  t.equal(
    quotaWords({ size: 1240, quota: 2048, linesLeft: 9 }),
    '1,240 of 2,048 characters. There is room for 9 more lines.',
  );
  t.match(quotaWords({ size: 2000, quota: 2048, linesLeft: 1 }), 'There is room for 1 more line.');
  t.match(quotaWords({ size: 2040, quota: 2048, linesLeft: 0 }), 'There is no room for another line.');
});
