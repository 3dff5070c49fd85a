import t, { type Test } from 'tap';
import { Fault } from '#src/fault.ts';
import { createScheduleHandler } from '#src/jobs/schedule.ts';
import type { Deps } from '#src/operations/call/deps.ts';
import type { ServiceTokenRecord } from '#src/ports/tokens.ts';
import { keptToken } from '#test/support/callers.ts';
import { openTestDatabase } from '#test/support/database.ts';
import { runSql } from '#test/support/postgres.ts';
import { type ServiceOptions, startService, type TestService } from '#test/support/service.ts';

const nightly = {
  cron: '0 3 * * *',
  timezone: 'Europe/Berlin',
  sweep: { select: { all: true }, reason: 'nightly' },
};

// Concurrent: each test has its own service, and the first one waits for the clock of the queue.
t.jobs = 3;

t.test('a due schedule starts one sweep, with two replicas', async (t) => {
  const fired = Promise.withResolvers<void>();
  const watched = ({ schedules }: Pick<Deps, 'schedules'>) => ({
    schedules: {
      ...schedules,
      started: async (...given: Parameters<typeof schedules.started>) => {
        await schedules.started(...given);
        fired.resolve();
      },
    },
  });
  const parts: { deps?: Omit<Deps, 'log'> } = {};
  const service = await startService(t, {
    sweepConcurrency: 2,
    database: { clockSeconds: 1 },
    deps: (real) => {
      parts.deps = { ...real, ...watched(real) };
      return watched(real);
    },
  });
  const other = openTestDatabase({ url: service.databaseUrl, clockSeconds: 1 });
  t.teardown(() => other.close());
  await other.queue.workOnSchedules(
    createScheduleHandler({ ...(parts.deps as Omit<Deps, 'log'>), ...watched(other), log: service.app.log }),
  );
  const account = await service.account();
  account.seed(['a']);
  t.match(await service.rest('PUT', '/v1/schedules/every-minute', { ...nightly, cron: '* * * * *' }), {
    status: 201,
  });
  await fired.promise;
  const { items } = (await service.rest('GET', '/v1/sweeps')).json;
  const [due] = await runSql(
    service.databaseUrl,
    "SELECT DISTINCT singleton_on FROM pgboss.job WHERE name = '__pgboss__send-it'",
  );
  t.equal(items.length, due?.rows.length, 'one sweep for each due time');
  t.match(items[0], {
    operation: 'CHECK',
    dryRun: false,
    reason: 'nightly',
    actor: { subject: 'anonymous', issuer: null },
  });
  t.match((await service.rest('GET', '/v1/schedules/every-minute')).json, {
    lastSweepId: /^sweep_/,
    lastStartedAt: String,
  });
  await service.app.inject(`/v1/sweeps/${items[0].id}/events`);
  t.match((await service.rest('GET', '/v1/posture')).json, { total: 1, verdicts: { COMPLIANT: 1 } });
  t.match(await service.rest('DELETE', '/v1/schedules/every-minute'), { status: 204 });
  t.same(
    (await runSql(service.databaseUrl, 'SELECT FROM pgboss.schedule'))[0]?.rows,
    [],
    'pg-boss has deleted it too',
  );
});

/** A service that does no jobs by itself, with a schedule and functions that do its jobs. */
async function stage(
  t: Test,
  deps: (real: Omit<Deps, 'log'>) => Partial<Deps> = () => ({}),
  options: ServiceOptions = {},
) {
  const parts: { deps?: Omit<Deps, 'log'> } = {};
  const service: TestService = await startService(t, {
    ...options,
    deps: (real) => {
      parts.deps = real;
      return {};
    },
  });
  const real = parts.deps as Omit<Deps, 'log'>;
  await service.account();
  await service.rest('PUT', '/v1/schedules/nightly', nightly);
  return {
    service,
    work: createScheduleHandler({ ...real, log: service.app.log, ...deps(real) }),
    shown: async () => (await service.rest('GET', '/v1/schedules/nightly')).json,
    sweeps: async () => (await service.rest('GET', '/v1/sweeps')).json.items,
  };
}

t.test('a running sweep blocks the next one, and the schedule says so', async (t) => {
  const { work, shown, sweeps, service } = await stage(t);
  await work({ id: 'one', name: 'nightly' });
  const { lastSweepId, lastSkippedAt } = await shown();
  t.equal(lastSkippedAt, null);
  await work({ id: 'two', name: 'nightly' });
  t.match(await shown(), {
    lastSweepId,
    lastSkippedAt: String,
    lastSkipReason: `The last sweep, ${lastSweepId}, had not ended.`,
  });
  t.equal((await sweeps()).length, 1);
  t.ok(
    service.log.some(
      ({ schedule, reason }) => schedule === 'nightly' && String(reason).includes(lastSweepId),
    ),
  );
  await service.rest('POST', `/v1/sweeps/${lastSweepId}/cancel`);
  await work({ id: 'three', name: 'nightly' });
  t.equal((await sweeps()).length, 2);
});

t.test('a repeated job starts no second sweep', async (t) => {
  const { work, shown, sweeps } = await stage(t, ({ schedules }) => ({
    schedules: { ...schedules, started: () => Promise.reject(new Fault('UNAVAILABLE', 'cut short')) },
  }));
  for (const _ of [1, 2]) await t.rejects(work({ id: 'one', name: 'nightly' }), { code: 'UNAVAILABLE' });
  t.equal((await sweeps()).length, 1);
  t.match(await shown(), { lastSweepId: null, lastSkippedAt: null });
  const { work: whole, sweeps: all, shown: after } = await stage(t);
  for (const _ of [1, 2]) await whole({ id: 'one', name: 'nightly' });
  t.equal((await all()).length, 1);
  t.match(await after(), { lastSkippedAt: null });
});

t.test('the reason why a sweep did not start is shown; a deleted schedule starts nothing', async (t) => {
  const { work, shown, sweeps, service } = await stage(t, ({ sweeps }) => ({
    sweeps: { ...sweeps, start: () => Promise.reject(new Fault('FORBIDDEN', 'Not any more.')) },
  }));
  await work({ id: 'one', name: 'nightly' });
  t.match(await shown(), { lastSkipReason: 'FORBIDDEN: Not any more.', lastSweepId: null });
  await service.rest('DELETE', '/v1/schedules/nightly');
  await work({ id: 'two', name: 'nightly' });
  t.same(await sweeps(), []);
});

t.test('a schedule whose owner has too many sweeps does not start, and says so', async (t) => {
  const { work, shown } = await stage(t, ({ sweeps }) => ({
    sweeps: { ...sweeps, start: async () => null },
  }));
  await work({ id: 'one', name: 'nightly' });
  t.match(await shown(), {
    lastSkipReason: /^RATE_LIMITED: You have 20 sweeps that have not ended/,
    lastSweepId: null,
  });
});

t.test('a schedule is stored, and shows when it is due', async (t) => {
  const { shown, service } = await stage(t);
  const first = await shown();
  t.match(first, { name: 'nightly', ...nightly, actor: { subject: 'anonymous' } });
  t.equal(new Date(first.nextAt).toLocaleTimeString('de', { timeZone: 'Europe/Berlin' }), '03:00:00');
  t.ok(Date.parse(first.nextAt) > Date.now());
  t.match(await service.rest('PUT', '/v1/schedules/nightly', { ...nightly, cron: '30 4 1 * *' }), {
    status: 200,
  });
  t.match(await shown(), { cron: '30 4 1 * *', createdAt: first.createdAt });
  for (const [cron, words] of [
    ['75 3 * * *', /75/],
    ['a b c d e', /./],
    ['0 0 30 2 *', /./],
    ['@daily', /five fields/],
    ['*/5 * * * * *', /five fields/],
  ] as const)
    t.match(
      await service.rest('PUT', '/v1/schedules/nightly', { ...nightly, cron }),
      { status: 400, json: { code: 'INVALID_INPUT', errors: [{ pointer: '/cron', message: words }] } },
      cron,
    );
});

t.test('a schedule of a service token is skipped once the token has ended', async (t) => {
  const groups = ['rolewright-administrators'];
  const identity = { actor: { subject: 'token:ci', issuer: 'rolewright' }, groups, scope: null };
  const rows: [what: string, token: Partial<ServiceTokenRecord> | null, reason: string | null][] = [
    ['good', {}, null],
    [
      'revoked',
      { revokedAt: new Date() },
      'FORBIDDEN: The service token ci, which put this schedule, is revoked. Put it again.',
    ],
    [
      'expired',
      { expiresAt: new Date() },
      'FORBIDDEN: The service token ci, which put this schedule, has expired. Put it again.',
    ],
    ['unknown', null, 'FORBIDDEN: The service token ci, which put this schedule, is unknown. Put it again.'],
  ];
  for (const [what, token, reason] of rows) {
    const { work, shown, sweeps } = await stage(
      t,
      ({ serviceTokens }) => ({
        serviceTokens: { ...serviceTokens, findByName: async (name) => token && keptToken(name, token) },
      }),
      { authenticate: () => async () => ({ identity }) },
    );
    await work({ id: 'one', name: 'nightly' });
    t.match(await shown(), { lastSkipReason: reason }, what);
    t.equal((await sweeps()).length, reason === null ? 1 : 0, what);
  }
  const { work, shown } = await stage(
    t,
    ({ serviceTokens }) => ({
      serviceTokens: {
        ...serviceTokens,
        findByName: () => Promise.reject(new Fault('UNAVAILABLE', 'no database')),
      },
    }),
    { authenticate: () => async () => ({ identity }) },
  );
  await t.rejects(
    work({ id: 'one', name: 'nightly' }),
    { code: 'UNAVAILABLE' },
    'a database outage is temporary',
  );
  t.match(await shown(), { lastSkippedAt: null });
});
