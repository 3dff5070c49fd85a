import { clusters, roleName } from '#test/support/service.ts';
import { byId, type Case, fails, invalid, mistyped, ofAccount, only, pageAfter, works } from './case.ts';
import { a, checking, ids, nightly, runSweep, seedRole, storeSchedule, useKey, withKey } from './givens.ts';

const scheduleFaults: Case[] = [
  fails('an unknown one', 'SCHEDULE_NOT_FOUND', { name: 'nothing' }),
  invalid('a name that is none', '/name', { name: '-' }),
];

const sweepFaults: Case[] = [
  fails('an unknown one', 'SWEEP_NOT_FOUND', { id: 'sweep_0' }),
  invalid('an ID that is none', '/id', { id: 'a b' }),
];

export const sweepsCases: Record<string, Case[]> = {
  startSweep: [
    works('a check by IDs', (x) => checking(x)),
    works('by labels, of a role', {
      operation: 'CHECK',
      select: { labels: { team: 'none' } },
      roleName,
      clusters: a,
    }),
    works('an extension, dry', (x) => ({
      operation: 'EXTEND',
      select: ids(x),
      clusters: a,
      dryRun: true,
      reason: 'why',
    })),
    works('of clusters', (x) => ({
      operation: 'READINESS',
      select: ids(x),
      regions: ['us-west-2'],
      clusters: a,
    })),
    invalid('of clusters, with a role', '/roleName', (x) => ({
      operation: 'READINESS',
      select: ids(x),
      roleName,
    })),
    invalid('a Region that is none', '/regions/0', (x) => ({
      operation: 'READINESS',
      select: ids(x),
      regions: ['us-wset-2'],
    })),
    invalid('Regions of a check', '/regions', (x) => ({ ...checking(x), regions: ['us-west-2'] })),
    works(
      'the same key again',
      (x) => ({ ...checking(x), ...only(withKey(x), 'idempotencyKey') }),
      (x, { rest }) =>
        rest('POST', '/v1/sweeps', checking(x), { 'idempotency-key': String(withKey(x).idempotencyKey) }),
    ),
    fails(
      'a key that was used for another request',
      'IDEMPOTENCY_MISMATCH',
      (x) => ({ ...checking(x), ...only(withKey(x), 'idempotencyKey') }),
      useKey,
    ),
    invalid('no way to select', '/select', { operation: 'CHECK', select: {} }),
    invalid('two ways to select', '/select', (x) => ({
      operation: 'CHECK',
      select: { all: true, ...ids(x) },
    })),
    invalid('all: false', '/select/all', { operation: 'CHECK', select: { all: false } }),
    invalid('no label', '/select/labels', { operation: 'CHECK', select: { labels: {} } }),
    invalid('an extension by nothing', '/clusters', { operation: 'EXTEND', select: { all: true } }),
    invalid('account IDs that are none', ['/select/accountIds/0', '/select/accountIds/1'], {
      operation: 'CHECK',
      select: { accountIds: ['1', '2'] },
    }),
    mistyped('an operation that is none', (x) => ({ ...checking(x), operation: 'RETRACT' })),
  ],
  sweep: [works('one that has ended', byId, runSweep), ...sweepFaults],
  sweeps: [
    works('the newest', { limit: 1 }, runSweep),
    works('the next page', pageAfter(), async (x, of) => {
      await runSweep(x, of);
      return of.rest('GET', '/v1/sweeps?limit=1');
    }),
    invalid('no limit', '/limit', { limit: 0 }),
    invalid('a cursor made up', '/cursor', { cursor: 'c2VxOjA' }),
  ],
  sweepResults: [
    works('of a check', byId, runSweep),
    works('of an account that cannot be reached', byId, async (x, of) => {
      of.world.deleteRole(x.accountId, 'RolewrightMember');
      return runSweep(x, of);
    }),
    works('of an extension', byId, (x, of) => {
      seedRole(x);
      return runSweep(x, of, { operation: 'EXTEND', select: ids(x), clusters: clusters('z'), reason: 'why' });
    }),
    works('of clusters', byId, (x, of) => {
      seedRole(x);
      const { accountId } = x;
      const profiles = [{ name: 'default' }];
      of.world.putCluster({ accountId, region: 'us-west-2', name: 'a', profiles, issuer: null });
      return runSweep(x, of, { operation: 'READINESS', select: ids(x), regions: ['us-west-2', 'ap-east-1'] });
    }),
    invalid('a cursor made up', '/cursor', (_, id) => ({ id: id as string, cursor: 'c2Vx' }), runSweep),
    ...sweepFaults,
  ],
  cancelSweep: [works('one that has ended', byId, runSweep), ...sweepFaults],
  posture: [
    works('one account', ofAccount({ verdict: 'COMPLIANT' }), runSweep),
    works('nobody has the label', { labels: { team: 'nobody' } }, runSweep),
    works('a finding', ofAccount({ finding: 'POLICY_NOT_ATTACHED' }), runSweep),
    works('a word', ofAccount({ q: 'Fargate' }), runSweep),
    works('what changed', ofAccount({ changedSince: '2020-01-01' }), runSweep),
    invalid('a time that is none', '/changedSince', { changedSince: 'yesterday' }),
    invalid('a blank', '/q', { q: ' ' }),
    mistyped('a finding that is none', { finding: 'BAD' }),
    works('the next page', pageAfter(), async (x, of) => {
      await runSweep(x, of);
      await runSweep(await of.account(), of);
      return of.rest('GET', '/v1/posture?limit=1');
    }),
    invalid('no limit', '/limit', { limit: 0 }),
    invalid('a cursor made up', '/cursor', { cursor: 'c2VxOjA' }),
    invalid('an account that is none', '/accountId', { accountId: '12' }),
    mistyped('a verdict that is none', { verdict: 'GOOD' }),
  ],
  postureAccounts: [
    works('one account', ofAccount({ verdict: 'COMPLIANT' }), runSweep),
    works('one without roles', ofAccount({})),
    works('nobody has the label', { labels: { team: 'nobody' } }, runSweep),
    works('a word', ofAccount({ q: 'Fargate' }), runSweep),
    invalid('a blank', '/q', { q: ' ' }),
    mistyped('a finding that is none', { finding: 'BAD' }),
    mistyped('a verdict that is none', { verdict: 'GOOD' }),
  ],
  postureTrend: [
    works('three days', { days: 3 }, runSweep),
    works('ninety days', {}, runSweep),
    invalid('no day', '/days', { days: 0 }),
    invalid('too many', '/days', { days: 91 }),
  ],
  schedules: [
    works('the first', { limit: 1 }, async (_, of) => storeSchedule(await of.account(), of)),
    works('the next page', pageAfter(), async (_, of) => {
      for (const account of [await of.account(), await of.account()]) await storeSchedule(account, of);
      return of.rest('GET', '/v1/schedules?limit=1');
    }),
    invalid('no limit', '/limit', { limit: 0 }),
    invalid('a cursor made up', '/cursor', { cursor: 'IA' }),
  ],
  schedule: [
    works('one', ({ accountId }) => ({ name: `of-${accountId}` }), storeSchedule),
    ...scheduleFaults,
  ],
  putSchedule: [
    works('a new one', (x) => nightly(x, { timezone: 'Europe/Berlin' })),
    works('another in its place', (x) => nightly(x, { cron: '*/15 * * * mon-fri' }), storeSchedule),
    works('a dry run', (x) => nightly(x, { dryRun: true })),
    works('a key', (x) => nightly(x, { idempotencyKey: `schedule ${x.accountId}` })),
    invalid('six fields', '/cron', (x) => nightly(x, { cron: '* * * * * *' })),
    invalid('minute 75', '/cron', (x) => nightly(x, { cron: '75 3 * * *' })),
    invalid('the 30th of February', '/cron', (x) => nightly(x, { cron: '0 0 30 2 *' })),
    invalid('a zone that is none', '/timezone', (x) => nightly(x, { timezone: 'Mars/Crater' })),
    invalid('a selection that is none', '/sweep/select', (x) => nightly(x, { sweep: { select: {} } })),
    works('of clusters', (x) =>
      nightly(x, { sweep: { operation: 'READINESS', select: ids(x), regions: ['us-west-2'] } }),
    ),
    invalid('of clusters, with a role', '/sweep/roleName', (x) =>
      nightly(x, { sweep: { operation: 'READINESS', select: ids(x), roleName } }),
    ),
    mistyped('no sweep', (x) => nightly(x, { sweep: undefined })),
    mistyped('an extension', (x) => nightly(x, { sweep: { operation: 'EXTEND' } })),
  ],
  deleteSchedule: [
    works('a dry run', ({ accountId }) => ({ name: `of-${accountId}`, dryRun: true }), storeSchedule),
    works('one', ({ accountId }) => ({ name: `of-${accountId}` }), storeSchedule),
    ...scheduleFaults,
  ],
};
