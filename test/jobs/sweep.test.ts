import t, { type Test } from 'tap';
import { ClockOff, Fault } from '#src/fault.ts';
import { createSweepHandler } from '#src/jobs/sweep.ts';
import type { Deps } from '#src/operations/call/deps.ts';
import type { ServiceTokenRecord } from '#src/ports/tokens.ts';
import type { SweepResult } from '#src/schema/sweep.ts';
import { keptToken } from '#test/support/callers.ts';
import { runSql } from '#test/support/postgres.ts';
import {
  clusters,
  roleName,
  type ServiceOptions,
  startService,
  statementOf,
  type TestAccount,
  type TestService,
} from '#test/support/service.ts';
import { runSweep as swept } from '#test/support/sweep.ts';

const ids = (...accounts: TestAccount[]) => ({ accountIds: accounts.map(({ accountId }) => accountId) });

// Concurrent: each test has its own service, and some wait for throttling and retries.
t.jobs = 3;

t.test('a check of everything', async (t) => {
  // Long enough for the accounts that answer on a busy machine, which are then called once.
  const service = await startService(t, { sweepConcurrency: 4, requestTimeoutMs: 2000 });
  const { world } = service;
  const [good, lacking, two, empty, closed, hanging] = (await Promise.all(
    Array.from({ length: 6 }, () => service.account()),
  )) as [TestAccount, TestAccount, TestAccount, TestAccount, TestAccount, TestAccount];
  good.seed(['a', 'b']);
  lacking.seed(['b']);
  two.seed(['a']);
  two.seed(['b'], { roleName: 'another' });
  closed.seed(['a']);
  world.deleteRole(closed.accountId, 'RolewrightMember');
  world.addFaults({ fail: [{ accountId: hanging.accountId, kind: 'hang', action: 'sts:AssumeRole' }] });

  await t.test('every role has a result, and a failure affects only its account', async (t) => {
    const { sweep, of, results } = await swept(service, {
      operation: 'CHECK',
      select: { all: true },
      clusters: clusters('a'),
    });
    t.match(sweep, {
      state: 'DONE',
      total: 6,
      done: 6,
      failed: 2,
      verdicts: { COMPLIANT: 2, NEEDS_EXTENSION: 2, MISSING: 1 },
    });
    t.same(
      results.map(({ seq }) => seq),
      [1, 2, 3, 4, 5, 6, 7],
    );
    t.match(of(good.accountId), [
      { roleName, verdict: 'COMPLIANT', report: { clusters: [{ name: 'a', covered: true }] }, error: null },
    ]);
    t.match(of(lacking.accountId), [{ roleName, verdict: 'NEEDS_EXTENSION', report: { action: 'EXTEND' } }]);
    t.match(of(two.accountId), [
      { roleName, verdict: 'COMPLIANT' },
      { roleName: 'another', verdict: 'NEEDS_EXTENSION' },
    ]);
    t.match(of(empty.accountId), [{ roleName: null, verdict: 'MISSING', report: null, error: null }]);
    t.match(of(closed.accountId), [
      { roleName: null, verdict: null, error: { code: 'ACCOUNT_UNREACHABLE', status: 502 } },
    ]);
    t.match(of(hanging.accountId), [{ verdict: null, error: { code: 'AWS_FAILED' } }]);
    t.same(
      good.calls(),
      { 'sts:AssumeRole': 1, 'iam:GetAccountAuthorizationDetails': 1 },
      'in two calls an account',
    );
  });

  await t.test(
    'without clusters each role is checked for its own lines; a named role may be missing',
    async (t) => {
      const all = await swept(service, { operation: 'CHECK', select: ids(lacking, two) });
      t.match(all.sweep, { verdicts: { COMPLIANT: 3 }, total: 2 });
      const named = await swept(service, {
        operation: 'CHECK',
        select: ids(good, two, empty),
        roleName: 'another',
      });
      t.match(named.sweep.verdicts, { MISSING: 2, COMPLIANT: 1 });
      t.match(named.of(empty.accountId), [
        { roleName: 'another', verdict: 'MISSING', report: { action: 'CREATE' } },
      ]);
      const both = await swept(service, {
        operation: 'CHECK',
        select: ids(two),
        roleName,
        clusters: clusters('b'),
      });
      t.match(both.results, [{ roleName, verdict: 'NEEDS_EXTENSION' }]);
    },
  );

  await t.test(
    'a repeated account counts once; an unknown account and a foreign Region are reported',
    async (t) => {
      const select = { accountIds: [good.accountId, good.accountId, '123456789012'] };
      const { sweep, of } = await swept(service, {
        operation: 'CHECK',
        select,
        clusters: [{ region: 'cn-north-1', name: 'a' }],
      });
      t.match(sweep, { total: 2, failed: 2 });
      t.match(of('123456789012'), [{ error: { code: 'ACCOUNT_UNKNOWN' } }]);
      t.match(of(good.accountId), [
        { error: { code: 'INVALID_INPUT', errors: [{ pointer: '/clusters/0/region' }] } },
      ]);
    },
  );
});

t.test('a storm of throttling, and sessions that AWS has ended', async (t) => {
  let aheadMs = 0;
  const service = await startService(t, { sweepConcurrency: 8, awsNow: () => Date.now() + aheadMs });
  const accounts = await Promise.all(Array.from({ length: 12 }, () => service.account()));
  for (const account of accounts) account.seed(['a']);
  const input = { operation: 'CHECK', select: ids(...accounts), clusters: clusters('a') };
  const calm = await swept(service, input);
  t.match(calm.sweep, { state: 'DONE', done: 12, failed: 0 });

  aheadMs = 2 * 3_600_000;
  const ended = await swept(service, input);
  t.match(
    ended.sweep,
    { state: 'DONE', done: 12, failed: 0, verdicts: { COMPLIANT: 12 } },
    'sessions are renewed',
  );
  for (const account of accounts)
    t.same(account.calls(), { 'sts:AssumeRole': 2, 'iam:GetAccountAuthorizationDetails': 2 }, 'once each');

  // The number of refused calls.
  service.world.addFaults({
    fail: [{ code: 'Throttling', status: 400, times: 12, action: 'iam:GetAccountAuthorizationDetails' }],
  });
  const stormy = await swept(service, input);
  t.match(
    stormy.sweep,
    { state: 'DONE', done: 12, failed: 0, verdicts: { COMPLIANT: 12 } },
    'throttled calls are retried',
  );
  t.equal(stormy.results.length, 12);
});

t.test('an account that does not answer delays no others, in other jobs either', async (t) => {
  // One job at a time, of 25 accounts.
  const service = await startService(t, { sweepConcurrency: 2, requestTimeoutMs: 9000 });
  const accounts = await Promise.all(Array.from({ length: 60 }, () => service.account()));
  for (const account of accounts) account.seed(['a']);
  const [hanging = ''] = ids(...accounts).accountIds.sort();
  const others = new Set(ids(...accounts).accountIds.filter((one) => one !== hanging));
  const asked = Promise.withResolvers<void>();
  service.world.onCall(async ({ action, accountId }) => {
    others.delete(accountId);
    if (others.size === 0) asked.resolve();
    if (action === 'iam:GetAccountAuthorizationDetails' && accountId === hanging) await asked.promise;
    return undefined;
  });
  const { sweep } = await swept(service, { operation: 'CHECK', select: { all: true } });
  t.match(sweep, { state: 'DONE', done: 60, failed: 0 });
});

t.test('an extension', async (t) => {
  const service = await startService(t, { sweepConcurrency: 4 });
  const make = (count: number) => Promise.all(Array.from({ length: count }, () => service.account()));

  await t.test('writes what it reports, once, in the name of its caller', async (t) => {
    const [lacking, good, foreign, none] = (await make(4)) as [
      TestAccount,
      TestAccount,
      TestAccount,
      TestAccount,
    ];
    lacking.seed(['b']);
    good.seed(['a']);
    foreign.seed([], {
      trustText: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ ...statementOf([]), Condition: undefined }],
      }),
    });
    const select = ids(lacking, good, foreign, none);
    const input = { operation: 'EXTEND', select, clusters: clusters('a'), reason: 'a new cluster' };
    const dry = await swept(service, { ...input, dryRun: true });
    t.match(dry.of(lacking.accountId), [
      { plan: { steps: [{ action: 'iam:UpdateAssumeRolePolicy' }] }, change: null, error: null },
    ]);
    t.equal(dry.sweep.dryRun, true);
    t.same(service.world.ledger().length, 0, 'a dry run writes nothing');

    const { sweep, of } = await swept(service, input);
    t.match(sweep, {
      state: 'DONE',
      total: 4,
      failed: 2,
      verdicts: { COMPLIANT: 2, MISSING: 1 },
      actor: { subject: 'anonymous' },
    });
    t.match(of(lacking.accountId), [
      { verdict: 'COMPLIANT', change: { via: 'SWEEP', reason: 'a new cluster', outcome: 'SUCCEEDED' } },
    ]);
    t.equal(
      of(lacking.accountId)[0]?.change?.userAgent,
      null,
      'no request made it: the user agent of the sweep is not stored',
    );
    t.match(of(good.accountId), [{ verdict: 'COMPLIANT', change: null, plan: { steps: [] } }]);
    t.match(of(foreign.accountId), [
      { plan: { steps: [{}] }, change: null, error: { code: 'TRUST_MISMATCH' } },
    ]);
    t.match(of(none.accountId), [{ verdict: 'MISSING', error: { code: 'ROLE_NOT_FOUND' } }]);
    t.same(service.world.ledger().length, 1);
  });
});

/** A service that does no sweeps by itself, with functions that do their jobs. */
async function idle(
  t: Test,
  options: ServiceOptions = {},
): Promise<{
  service: TestService;
  worker: (concurrency?: number, deps?: Partial<Deps>) => ReturnType<typeof createSweepHandler>;
  parts: () => Deps;
}> {
  const given: { parts?: Omit<Deps, 'log'> } = {};
  const service = await startService(t, {
    ...options,
    deps: (parts) => {
      given.parts = parts;
      return {};
    },
  });
  const parts = (): Deps => ({ ...(given.parts as Deps), log: service.app.log });
  return {
    service,
    parts,
    worker: (concurrency = 2, deps = {}) => createSweepHandler({ ...parts(), ...deps }, concurrency, [5, 10]),
  };
}

/** The only job of a small sweep. */
const all = (sweepId: string) => ({ sweepId, from: '0', to: '9' });

const forever = new AbortController().signal;

t.test(
  'a job done by two workers at once, and by a third later, leaves one result and one write',
  async (t) => {
    const { service, worker } = await idle(t);
    const accounts = await Promise.all(Array.from({ length: 6 }, () => service.account()));
    for (const account of accounts) account.seed(['b']);
    const { json } = await service.rest('POST', '/v1/sweeps', {
      operation: 'EXTEND',
      select: ids(...accounts),
      clusters: clusters('a'),
    });
    const job = all(json.id);
    await Promise.all([worker()(job, forever), worker()(job, forever)]);
    await worker()(job, forever);
    t.match((await service.rest('GET', `/v1/sweeps/${json.id}`)).json, {
      state: 'DONE',
      done: 6,
      failed: 0,
      verdicts: { COMPLIANT: 6 },
    });
    const { items } = (await service.rest('GET', `/v1/sweeps/${json.id}/results`)).json;
    t.same(items.map((result: SweepResult) => result.accountId).sort(), ids(...accounts).accountIds.sort());
    t.same(
      items.map((result: SweepResult) => result.change?.outcome),
      Array(6).fill('SUCCEEDED'),
    );
    t.same(
      accounts.map((account) => account.ledger().length),
      Array(6).fill(1),
      'one write an account',
    );
  },
);

t.test('a stopped worker returns its job, and another one finishes it', async (t) => {
  const { service, worker } = await idle(t);
  const accounts = await Promise.all(Array.from({ length: 3 }, () => service.account()));
  for (const account of accounts) account.seed(['b']);
  const { json } = await service.rest('POST', '/v1/sweeps', {
    operation: 'EXTEND',
    select: ids(...accounts),
    clusters: clusters('a'),
  });
  const job = all(json.id);
  const stop = new AbortController();
  service.world.onCall(({ action }) => {
    if (action === 'iam:UpdateAssumeRolePolicy') stop.abort(new Error('stopping'));
    return undefined;
  });
  await t.rejects(worker(1)(job, stop.signal), { message: 'stopping' });
  t.match((await service.rest('GET', `/v1/sweeps/${json.id}`)).json, { state: 'RUNNING' });
  t.equal(service.world.ledger().length, 1, 'the change in flight was made');
  await worker()(job, forever);
  t.match((await service.rest('GET', `/v1/sweeps/${json.id}`)).json, { state: 'DONE', done: 3, failed: 0 });
  t.equal(service.world.ledger().length, 3, 'and not repeated');
});

t.test('a sweep of clusters is stopped, resumed and cancelled, and is no posture', async (t) => {
  const { service, worker } = await idle(t);
  const accounts = await Promise.all(Array.from({ length: 3 }, () => service.account()));
  for (const account of accounts) {
    account.seed(['*']);
    const { accountId } = account;
    service.world.putCluster({ accountId, region: 'us-west-2', name: 'a', profiles: [{ name: 'default' }] });
  }
  const start = async () =>
    (await service.rest('POST', '/v1/sweeps', { operation: 'READINESS', select: ids(...accounts) })).json
      .id as string;
  const of = async (id: string) => (await service.rest('GET', `/v1/sweeps/${id}`)).json;
  const id = await start();
  const stop = new AbortController();
  service.world.onCall(({ action }) => {
    if (action === 'eks:DescribeCluster') stop.abort(new Error('stopping'));
    return undefined;
  });
  await t.rejects(worker(1)(all(id), stop.signal), { message: 'stopping' });
  t.match(await of(id), { state: 'RUNNING' });
  await worker()(all(id), forever);
  t.match(await of(id), { state: 'DONE', done: 3, failed: 0, verdicts: { READY: 3 } });
  const { items } = (await service.rest('GET', `/v1/sweeps/${id}/results`)).json;
  t.same(items.map(({ accountId }: SweepResult) => accountId).sort(), ids(...accounts).accountIds.sort());
  t.match((await service.rest('GET', '/v1/posture')).json, { total: 0, items: [] });

  const other = await start();
  await service.rest('POST', `/v1/sweeps/${other}/cancel`);
  await worker()(all(other), forever);
  t.match(await of(other), { state: 'CANCELLED', done: 0 });
});

t.test('cancelled', async (t) => {
  const { service, worker } = await idle(t);
  const accounts = await Promise.all(Array.from({ length: 5 }, () => service.account()));
  for (const account of accounts) account.seed(['b']);
  const start = async () =>
    (await service.rest('POST', '/v1/sweeps', { operation: 'CHECK', select: ids(...accounts) })).json
      .id as string;
  const cancel = (id: string) => service.rest('POST', `/v1/sweeps/${id}/cancel`);

  await t.test('before it began: no account is asked', async (t) => {
    const id = await start();
    t.match(await cancel(id), { status: 200, json: { state: 'CANCELLED', endedAt: String } });
    await worker()(all(id), forever);
    t.match((await service.rest('GET', `/v1/sweeps/${id}`)).json, {
      state: 'CANCELLED',
      done: 0,
      startedAt: null,
    });
    t.same(
      accounts.map((account) => account.calls()),
      Array(5).fill({}),
    );
  });

  await t.test('in the middle: begun accounts have results, the others have none', async (t) => {
    const id = await start();
    await runSql(
      service.databaseUrl,
      `UPDATE pgboss.job SET state = 'active', started_on = now(), heartbeat_on = now() WHERE data ->> 'sweepId' = '${id}'`,
    );
    const cancelled = Promise.withResolvers<void>();
    let asked = 0;
    service.world.onCall(async ({ action }) => {
      if (action !== 'sts:AssumeRole') return undefined;
      asked += 1;
      if (asked === 2) cancel(id).then(() => cancelled.resolve(), cancelled.reject);
      // The answer arrives when the worker has had time to notice the cancellation.
      if (asked >= 2) await cancelled.promise.then(() => heard(service, id));
      return undefined;
    });
    await worker(1)(all(id), forever);
    const sweep = (await service.rest('GET', `/v1/sweeps/${id}`)).json;
    t.match(sweep, { state: 'CANCELLED', total: 5, failed: 0 });
    t.ok(sweep.done >= 1 && sweep.done < 5, `${sweep.done} of 5`);
    t.equal(
      (await runSql(service.databaseUrl, 'SELECT FROM sweep_pending'))[0]?.rowCount,
      0,
      'no account is pending',
    );
    const again = (await cancel(id)).json;
    t.match(again, { state: 'CANCELLED', endedAt: sweep.endedAt }, 'it ends once');
  });
});

/** Resolves when an earlier watcher would have seen the end. */
const heard = async (service: TestService, id: string) => {
  await service.app.inject(`/v1/sweeps/${id}/events`);
  await service.app.inject(`/v1/sweeps/${id}/events`);
};

t.test('a throttled account is retried, then reported; the others do not wait for it', async (t) => {
  const { service, worker } = await idle(t);
  const [throttled, passing, good] = (await Promise.all(
    Array.from({ length: 3 }, () => service.account()),
  )) as [TestAccount, TestAccount, TestAccount];
  for (const account of [throttled, passing, good]) account.seed(['a']);
  const refuse = { action: 'iam:GetAccountAuthorizationDetails', code: 'Throttling', status: 400 };
  service.world.addFaults({
    fail: [
      { ...refuse, accountId: throttled.accountId },
      { ...refuse, accountId: passing.accountId, times: 4 },
    ],
  });
  const { json } = await service.rest('POST', '/v1/sweeps', {
    operation: 'CHECK',
    select: ids(throttled, passing, good),
  });
  await worker(1)(all(json.id), forever);
  t.match((await service.rest('GET', `/v1/sweeps/${json.id}`)).json, {
    state: 'DONE',
    done: 3,
    failed: 1,
    verdicts: { COMPLIANT: 2 },
  });
  const { items } = (await service.rest('GET', `/v1/sweeps/${json.id}/results`)).json;
  t.match(items.at(-1), {
    accountId: throttled.accountId,
    error: { code: 'AWS_THROTTLED', retryable: true },
  });
  t.match(items[0], { accountId: good.accountId });
});

t.test('a sweep whose token has ended fails every account, without calls to AWS', async (t) => {
  const identity = {
    actor: { subject: 'token:ci', issuer: 'rolewright' },
    groups: ['rolewright-operators'],
    scope: null,
  };
  const { service, worker, parts } = await idle(t, { authenticate: () => async () => ({ identity }) });
  const accounts = (await Promise.all([service.account(), service.account()])) as [TestAccount, TestAccount];
  for (const account of accounts) account.seed(['b']);
  const start = async (input: object) =>
    (
      await service.rest('POST', '/v1/sweeps', {
        select: ids(...accounts),
        clusters: clusters('a'),
        ...input,
      })
    ).json.id as string;
  let asked = 0;
  const knowing = (token: Partial<ServiceTokenRecord> | null) => ({
    serviceTokens: {
      ...parts().serviceTokens,
      findByName: async (name: string) => {
        asked += 1;
        return token && keptToken(name, token);
      },
    },
  });
  const rows: [what: string, token: Partial<ServiceTokenRecord> | null, detail: string][] = [
    [
      'revoked',
      { revokedAt: new Date() },
      'The service token ci, which started this sweep, is revoked. Start another one.',
    ],
    [
      'expired',
      { expiresAt: new Date() },
      'The service token ci, which started this sweep, has expired. Start another one.',
    ],
    ['unknown', null, 'The service token ci, which started this sweep, is unknown. Start another one.'],
  ];
  for (const [what, token, detail] of rows)
    for (const input of [
      { operation: 'CHECK' },
      { operation: 'EXTEND', roleName },
      { operation: 'EXTEND' },
    ]) {
      const id = await start(input);
      asked = 0;
      await worker(2, knowing(token))(all(id), forever);
      t.equal(asked, 1, 'once a batch');
      t.match(
        (await service.rest('GET', `/v1/sweeps/${id}`)).json,
        { state: 'DONE', done: 2, failed: 2, verdicts: {} },
        what,
      );
      const error = { code: 'FORBIDDEN', status: 403, detail, retryable: false };
      const { items } = (await service.rest('GET', `/v1/sweeps/${id}/results`)).json;
      const { roleName: named = null } = input as { roleName?: string };
      t.match(
        items,
        accounts.map(() => ({ roleName: named, verdict: null, report: null, error })),
        `${what}: ${JSON.stringify(input)}`,
      );
    }
  for (const account of accounts) t.same(account.calls(), {});

  const id = await start({ operation: 'CHECK' });
  const away = {
    serviceTokens: {
      ...parts().serviceTokens,
      findByName: () => Promise.reject(new Fault('UNAVAILABLE', 'no database')),
    },
  };
  await t.rejects(
    worker(2, away)(all(id), forever),
    { code: 'UNAVAILABLE' },
    'the job is retried while the database is down',
  );
  await worker(2, knowing({}))(all(id), forever);
  t.match(
    (await service.rest('GET', `/v1/sweeps/${id}`)).json,
    { state: 'DONE', done: 2, failed: 0 },
    'and done once the database answers',
  );
});

t.test('a scope with checkExecutionRole permits checks by a sweep', async (t) => {
  const operations = ['startSweep', 'checkExecutionRole', 'executionRoles'];
  const rows: [operations: string[], input: object, code: string | null][] = [
    [operations, { operation: 'CHECK' }, null],
    [operations, { operation: 'CHECK', roleName }, null],
    [operations, { operation: 'CHECK', roleName, clusters: clusters('a') }, null],
    [operations, { operation: 'EXTEND', roleName, clusters: clusters('a') }, 'FORBIDDEN'],
    [['startSweep', 'executionRoles'], { operation: 'CHECK' }, 'FORBIDDEN'],
  ];
  let scope: { operations: string[]; accountIds: null } | null = null;
  const actor = { subject: 'ci', issuer: 'https://issuer.example' };
  const { service, worker } = await idle(t, {
    authenticate: () => async () => ({ identity: { actor, groups: ['rolewright-operators'], scope } }),
  });
  const account = await service.account();
  account.seed(['a']);
  for (const [given, input, code] of rows) {
    scope = { operations: given, accountIds: null };
    const { id } = (await service.rest('POST', '/v1/sweeps', { select: ids(account), ...input })).json;
    await worker()(all(id), forever);
    scope = null;
    const { items } = (await service.rest('GET', `/v1/sweeps/${id}/results`)).json;
    t.match(items, [{ error: code && { code } }], `${given}: ${JSON.stringify(input)}`);
  }
});

t.test('a replica whose clock is off returns the extensions of a sweep', async (t) => {
  const { service, worker } = await idle(t);
  const accounts = await Promise.all([service.account(), service.account()]);
  for (const account of accounts) account.seed(['b']);
  const off = new Fault('AUDIT_UNAVAILABLE', 'The clock is wrong.', {}, { cause: new ClockOff(120_000) });
  /** Right for this number of readings, then off. */
  const rightFor = (times: number) => {
    let asked = 0;
    return { clock: { requireAccurate: async () => (asked++ < times ? undefined : Promise.reject(off)) } };
  };
  const start = async (operation: string) =>
    (
      await service.rest('POST', '/v1/sweeps', {
        operation,
        select: ids(...accounts),
        clusters: clusters('a'),
      })
    ).json.id;
  const job = all(await start('EXTEND'));
  for (const times of [0, 1])
    await t.rejects(
      worker(2, rightFor(times))(job, forever),
      { code: 'AUDIT_UNAVAILABLE' },
      `off after ${times}`,
    );
  t.same(
    accounts.flatMap((account) => account.ledger()),
    [],
  );
  await worker()(job, forever);
  t.match((await service.rest('GET', `/v1/sweeps/${job.sweepId}`)).json, {
    state: 'DONE',
    done: 2,
    failed: 0,
  });

  const check = all(await start('CHECK'));
  await worker(2, rightFor(0))(check, forever);
  t.match(
    (await service.rest('GET', `/v1/sweeps/${check.sweepId}`)).json,
    { state: 'DONE', done: 2, failed: 0 },
    'it still checks',
  );
});
