import t from 'tap';
import { draftOfAccount, emptyAccount, readAccount } from '#console/settings/accounts/account-draft.ts';
import { parseLabels } from '#console/settings/lists.ts';
import {
  describeSweep,
  draftOfSchedule,
  emptySchedule,
  readSchedule,
  type ScheduledSweep,
} from '#console/settings/schedules/schedule-draft.ts';
import { emptyToken, readToken } from '#console/settings/tokens/token-draft.ts';
import { stateOfToken } from '#console/settings/tokens/token-state.ts';

t.test('labels are read line by line', async (t) => {
  t.same(parseLabels('team = payments\n\nnote=a=b c\nempty=', '/labels'), {
    labels: { team: 'payments', note: 'a=b c', empty: '' },
    errors: [],
  });
  t.same(parseLabels('team\n=x\na=1\na=2', '/labels').errors, [
    { pointer: '/labels', message: '“team” must be KEY=VALUE' },
    { pointer: '/labels', message: '“=x” must be KEY=VALUE' },
    { pointer: '/labels', message: 'a must be there once' },
  ]);
  t.same(parseLabels('__proto__=x', '/labels').labels, Object.fromEntries([['__proto__', 'x']]));
});

t.test('an account that is not changed is sent as it was', async (t) => {
  const account = {
    accountId: '111122223333',
    name: 'payments-prod',
    partition: 'aws' as const,
    labels: { team: 'payments', stage: 'prod' },
    memberRoleArn: 'arn:aws:iam::111122223333:role/RolewrightMember',
    externalId: 'id',
  };
  t.same(readAccount(draftOfAccount(account)), { input: account, errors: [] });
  const { externalId: _, ...withoutId } = account;
  t.same(readAccount(draftOfAccount({ ...account, externalId: null })), { input: withoutId, errors: [] });
});

t.test('an account ID is read as the console of AWS writes it', async (t) => {
  const read = (accountId: string) => readAccount({ ...emptyAccount, accountId });
  t.equal(read('1111-2222-3333').input.accountId, '111122223333');
  for (const wrong of ['', '..', '11112222333', '1111222233334', 'abc'])
    t.same(
      read(wrong).errors.map(({ pointer }) => pointer),
      ['/accountId'],
      wrong || '(empty)',
    );
});

t.test('a schedule that is not changed is sent as it was', async (t) => {
  const sweeps: ScheduledSweep[] = [
    { operation: 'CHECK', select: { all: true } },
    { operation: 'CHECK', select: { labels: { team: 'a' } }, roleName: 'eks', reason: 'CHG-1' },
    {
      operation: 'READINESS',
      select: { accountIds: ['111122223333', '222233334444'] },
      regions: ['us-west-2'],
      clusters: [{ region: 'us-west-2', name: 'search' }],
    },
  ];
  for (const sweep of sweeps) {
    const schedule = { name: 'nightly', cron: '0 3 * * *', timezone: 'Europe/Berlin', sweep };
    t.same(readSchedule(draftOfSchedule(schedule)), { input: schedule, errors: [] }, describeSweep(sweep));
  }
});

t.test('what the operation does not have is left out, and wrong texts are reported', async (t) => {
  const draft = { ...emptySchedule('UTC'), name: 'x', roleName: 'eks', regions: 'us-west-2' };
  t.same(readSchedule(draft).input.sweep, { operation: 'CHECK', select: { all: true }, roleName: 'eks' });
  t.same(readSchedule({ ...draft, operation: 'READINESS' }).input.sweep, {
    operation: 'READINESS',
    select: { all: true },
    regions: ['us-west-2'],
  });
  const wrong = readSchedule({
    ...draft,
    name: 'a b',
    accounts: 'labels',
    labels: 'team',
    clusters: 'search us-west-2/a/b',
  });
  t.same(
    wrong.errors.map(({ pointer }) => pointer),
    ['/name', '/sweep/select/labels', '/sweep/clusters', '/sweep/clusters'],
  );
});

t.test('a scheduled sweep is described in a sentence', async (t) => {
  const cases: [ScheduledSweep, string][] = [
    [{ select: { all: true } }, 'Checks the roles of every account'],
    [
      { operation: 'READINESS', select: { labels: { team: 'a', stage: 'b' } }, regions: ['us-west-2'] },
      'Checks the clusters of accounts with team=a, stage=b, in us-west-2',
    ],
    [
      { roleName: 'eks', select: { accountIds: ['111122223333'] }, clusters: [{ region: '*', name: 'a' }] },
      'Checks the role eks of account 111122223333, for */a',
    ],
    [{ select: { accountIds: ['1', '2'] } }, 'Checks the roles of 2 accounts'],
  ];
  for (const [sweep, text] of cases) t.equal(describeSweep(sweep), text);
});

t.test('a token has the limits that were chosen, and no others', async (t) => {
  const now = Date.parse('2026-11-30T12:00:00Z');
  t.same(readToken({ ...emptyToken, name: ' portal ', groups: 'viewers\n\nteam a' }, now).input, {
    name: 'portal',
    groups: ['viewers', 'team a'],
    expiresAt: '2027-02-28T12:00:00.000Z',
  });
  const limited = readToken(
    { ...emptyToken, operations: ['exportLog'], accountIds: '111122223333, 222233334444' },
    now,
  );
  t.match(limited.input, { operations: ['exportLog'], accountIds: ['111122223333', '222233334444'] });
});

t.test('a token that expires within two weeks is marked', async (t) => {
  const now = Date.parse('2026-11-30T12:00:00Z');
  const cases: [expiresAt: string, revokedAt: string | null, state: string][] = [
    ['2026-12-14T12:00:01Z', null, 'VALID'],
    ['2026-12-14T12:00:00Z', null, 'EXPIRES_SOON'],
    ['2026-11-30T12:00:00Z', null, 'EXPIRED'],
    ['2026-12-14T12:00:01Z', '2026-11-30T11:00:00Z', 'REVOKED'],
  ];
  for (const [expiresAt, revokedAt, state] of cases)
    t.equal(stateOfToken({ expiresAt, revokedAt }, now), state, `${expiresAt} ${revokedAt}`);
});
