import t, { type Test } from 'tap';
import { startMetrics } from '#src/metrics/metrics.ts';
import { scrape } from '#test/support/exposition.ts';
import { clusters, type ServiceOptions, startService } from '#test/support/service.ts';
import { type StallableWay, stallable } from '#test/support/stallable.ts';
import { runSweep } from '#test/support/sweep.ts';

const role = 'AmazonEKSFargatePodExecutionRole';

type Case = [
  what: string,
  work: () => Promise<unknown>,
  gains: [metric: string, labels: Record<string, string>, gain: number][],
];

/** A service with metrics. */
async function startWatched(t: Test, options: ServiceOptions = {}) {
  const metrics = await startMetrics({ host: '127.0.0.1', port: 0, freshMs: 0 });
  t.teardown(() => metrics.close());
  const service = await startService(t, { observer: metrics.observer, ...options });
  const warnings: unknown[] = [];
  metrics.watch(service.store.figures, service.store.pools, { warn: (line) => void warnings.push(line) });
  const look = () => scrape(metrics.url);
  return { service, look, metrics, warnings };
}

t.test('each metric moves when the thing happens', async (t) => {
  const { service, look } = await startWatched(t, { sweepConcurrency: 2 });
  const account = await service.account();
  account.seed(['listed']);
  const check = () => service.rest('POST', `${account.role}/check`, { clusters: clusters('listed') });
  const extend = (name: string) =>
    service.rest('POST', `${account.role}/extend`, { clusters: clusters(name) });
  const other = await service.account();
  other.seed(['listed']);
  await check();

  const cases: Case[] = [
    [
      'a check',
      check,
      [
        ['operations_total', { operation: 'checkExecutionRole', face: 'REST', status: '2xx' }, 1],
        ['operation_duration_seconds_count', { operation: 'checkExecutionRole', face: 'REST' }, 1],
        ['http_answers_total', { face: 'REST', code: '200' }, 1],
        ['checks_total', { verdict: 'COMPLIANT' }, 1],
        ['aws_calls_total', { action: 'iam:GetRole', result: 'OK' }, 1],
        ['aws_call_duration_seconds_count', { action: 'iam:GetRole' }, 1],
        ['aws_sessions_total', {}, 0],
        ['refusals_total', {}, 0],
      ],
    ],
    [
      'an extension',
      () => extend('new'),
      [
        ['operations_total', { operation: 'extendExecutionRole', face: 'REST', status: '2xx' }, 1],
        ['changes_total', { kind: 'EXTEND', outcome: 'SUCCEEDED' }, 1],
        ['changes_total', {}, 1],
        ['aws_sessions_total', { purpose: 'WRITE', result: 'OK' }, 1],
        ['aws_calls_total', { action: 'iam:UpdateAssumeRolePolicy', result: 'OK' }, 1],
        ['lock_wait_seconds_count', { lock: 'ROLE' }, 1],
        ['audit_appends_total', { result: 'OK' }, 2],
        ['audit_append_duration_seconds_count', {}, 2],
        ['audit_head_seq', {}, 2],
        ['changes_pending', {}, 0],
      ],
    ],
    [
      'a request under a key',
      () =>
        service.rest(
          'POST',
          `${account.role}/extend`,
          { clusters: clusters('new') },
          { 'idempotency-key': 'k' },
        ),
      [['lock_wait_seconds_count', { lock: 'IDEMPOTENCY_KEY' }, 1]],
    ],
    [
      'a request by GraphQL, about an account that is not there',
      () =>
        service.graphql(
          '{ account(accountId: "999999999990") { name } executionRole(accountId: "999999999990", roleName: "x") { id } }',
        ),
      [
        ['operations_total', { operation: 'executionRole', face: 'GRAPHQL', status: '4xx' }, 1],
        ['refusals_total', { code: 'ACCOUNT_UNKNOWN' }, 2],
        ['http_answers_total', { face: 'GRAPHQL', code: '200' }, 1],
      ],
    ],
    [
      'wrong input',
      () => service.rest('PUT', '/v1/accounts/1', {}),
      [
        ['operations_total', { operation: 'putAccount', face: 'REST', status: '4xx' }, 1],
        ['refusals_total', { code: 'INVALID_INPUT' }, 1],
      ],
    ],
    [
      'a role that another caller has locked',
      () =>
        service.store.locks.whileHolding(account.accountId, role, async () => {
          const waits = service.store.locks.whileHolding(account.accountId, role, async () => {}, 20);
          await t.rejects(waits, { code: 'ROLE_BUSY' });
        }),
      [['lock_wait_seconds_count', { lock: 'ROLE' }, 2]],
    ],
    ...(
      [
        ['throttled by AWS', { code: 'Throttling', status: 400 }, 'THROTTLED', 1],
        ['refused by AWS', { code: 'InvalidInput', status: 400 }, 'REFUSED', 0],
        ['a failure of AWS', { code: 'ServiceFailure', status: 500 }, 'FAILED', 1],
        ['a connection that AWS resets', { kind: 'reset' }, 'UNANSWERED', 1],
      ] as const
    ).map(
      ([what, rule, result, ok]): Case => [
        what,
        async () => {
          const { accountId } = account;
          service.world.addFaults({ fail: [{ accountId, action: 'iam:GetRole', times: 1, ...rule }] });
          await check();
        },
        [
          ['aws_calls_total', { action: 'iam:GetRole', result }, 1],
          ['aws_calls_total', { action: 'iam:GetRole', result: 'OK' }, ok],
        ],
      ],
    ),
    [
      'an account that does not let us in',
      async () => {
        const stranger = await service.account();
        const trustText = JSON.stringify({ Version: '2012-10-17', Statement: [] });
        service.world.putRole({ accountId: stranger.accountId, roleName: 'RolewrightMember', trustText });
        await service.rest('POST', `${stranger.role}/check`, { clusters: clusters('x') });
      },
      [
        ['aws_sessions_total', { purpose: 'READ', result: 'ACCOUNT_UNREACHABLE' }, 1],
        ['aws_calls_total', { action: 'sts:AssumeRole', result: 'REFUSED' }, 1],
        ['operations_total', { operation: 'checkExecutionRole', status: '5xx' }, 1],
      ],
    ],
    [
      'a sweep',
      () => runSweep(service, { operation: 'CHECK', select: { accountIds: [other.accountId] } }),
      [
        ['operations_total', { operation: 'checkExecutionRoles', face: 'SWEEP', status: '2xx' }, 1],
        ['checks_total', { verdict: 'COMPLIANT' }, 1],
        ['jobs_total', { queue: 'sweep', result: 'OK' }, 1],
        ['posture_roles', { verdict: 'COMPLIANT' }, 1],
        ['sweeps', {}, 0],
      ],
    ],
    [
      'a verification',
      () => service.rest('GET', '/v1/audit/verification'),
      [
        ['audit_verifications_total', { result: 'INTACT' }, 1],
        ['audit_verification_ok', {}, 1],
      ],
    ],
    [
      'a liveness probe',
      () => service.rest('GET', '/healthz'),
      [['http_answers_total', { face: 'HEALTH', code: '200' }, 1]],
    ],
    [
      'a path that is not there',
      () => service.rest('GET', '/v2/x'),
      [['http_answers_total', { face: 'OTHER', code: '404' }, 1]],
    ],
  ];
  for (const [what, work, gains] of cases) {
    const before = await look();
    await work();
    const after = await look();
    for (const [name, labels, gain] of gains) {
      const grown =
        (after.value(`rolewright_${name}`, labels) ?? 0) - (before.value(`rolewright_${name}`, labels) ?? 0);
      t.equal(grown, gain, `${what}: ${name} ${JSON.stringify(labels)}`);
    }
  }
});

t.test('entries that no checkpoint covers have an age', async (t) => {
  const { service, look } = await startWatched(t);
  const account = await service.account();
  account.seed([]);
  const value = async (name: string, labels = {}) => (await look()).value(`rolewright_${name}`, labels);
  t.equal(await value('audit_unsigned_age_seconds'), 0);
  t.equal(await value('audit_checkpoint_timestamp_seconds'), undefined, 'there is no checkpoint yet');
  t.equal(await value('changes_pending'), 0);
  t.equal(await value('webhook_events', { state: 'DEAD' }), 0);

  await service.rest('POST', `${account.role}/extend`, { clusters: clusters('a') });
  t.ok(((await value('audit_unsigned_age_seconds')) ?? 0) > 0, 'entries that no checkpoint covers');
  await service.checkpoint();
  t.equal(await value('audit_unsigned_age_seconds'), 0);
  t.equal(await value('audit_checkpoint_seq'), await value('audit_head_seq'));
  const signedAt = (await value('audit_checkpoint_timestamp_seconds')) ?? 0;
  t.ok(Math.abs(signedAt - Date.now() / 1000) < 3600, 'seconds since 1970');
});

t.test('a change whose outcome does not come is pending, with its age', async (t) => {
  const recorded = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const { service, look } = await startWatched(t, {
    deps: ({ ledger }) => ({
      ledger: {
        ...ledger,
        async settle(...given) {
          reached.resolve();
          await recorded.promise;
          return ledger.settle(...given);
        },
      },
    }),
  });
  const account = await service.account();
  account.seed([]);
  const request = service.rest('POST', `${account.role}/extend`, { clusters: clusters('a') });
  await reached.promise;
  const during = await look();
  t.equal(during.value('rolewright_changes_pending'), 1);
  t.ok((during.value('rolewright_changes_pending_age_seconds') ?? 0) > 0);
  recorded.resolve();
  await request;
  t.match([(await look()).value('rolewright_changes_pending')], [0]);
});

t.test('hostile names never become labels', async (t) => {
  const { service, look } = await startWatched(t);
  const account = await service.account();
  account.seed([]);
  const hostile = [
    '"} 1\nrolewright_up 1 #',
    '../../etc',
    'x'.repeat(1000),
    '\u202etxt',
    '%00',
    '{{ $labels }}',
    account.accountId,
  ];
  for (const name of hostile) {
    const path = encodeURIComponent(name);
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'QUERY'])
      await service.rest(
        method,
        `/v1/accounts/${path}/execution-roles/${path}`,
        { clusters: [{ region: name, name }] },
        {
          'user-agent': name.replace(/[^ -~]/g, ''),
          'x-request-id': path,
          'idempotency-key': path,
        },
      );
    await service.rest('POST', `${account.roles}/${path}/check?${path}=${path}`, {
      clusters: clusters(name),
    });
    await service.rest('GET', `/${path}`);
    await service.graphql(
      `query Q { ${path.replace(/\W/g, '')}: account(accountId: ${JSON.stringify(name)}) { name } }`,
    );
  }
  const { families } = await look();
  const known =
    /^(?:[a-z][A-Za-z]+|(?:iam|sts|eks|organizations|s3):[A-Z][A-Za-z]+|[A-Z_]+|[2-5]xx|\d{3}|\d+(?:\.\d+)?|\+Inf|\d+\.\d+\.\d+|v\d+\.\d+\.\d+)$/;
  const names = new Set([
    'operation',
    'face',
    'status',
    'code',
    'verdict',
    'kind',
    'outcome',
    'action',
    'result',
    'purpose',
    'lock',
    'state',
    'queue',
    'figure',
    'pool',
    'version',
    'node',
    'le',
  ]);
  let samples = 0;
  for (const [family, { samples: found }] of families)
    for (const { labels } of family.startsWith('rolewright_') ? found : []) {
      samples += 1;
      for (const [name, value] of Object.entries(labels)) {
        t.ok(names.has(name), `${family} has the label ${name}`);
        t.match(value, known, `${family}: ${name}`);
        t.not(value, account.accountId);
      }
    }
  t.ok(samples > 50 && samples < 1500, `${samples} samples`);
  t.equal(families.has('rolewright_up'), false);
});

t.test('counters that alerts watch for an increase begin at 0', async (t) => {
  const metrics = await startMetrics({ host: '127.0.0.1', port: 0 });
  t.teardown(() => metrics.close());
  const { value } = await scrape(metrics.url);
  const cases: [string, Record<string, string>][] = [
    ['refusals_total', { code: 'INTERNAL' }],
    ['refusals_total', { code: 'AUDIT_UNAVAILABLE' }],
    ['audit_checkpoint_runs_total', { result: 'NOT_INTACT' }],
    ['metrics_collection_failures_total', { figure: 'audit' }],
  ];
  for (const [name, labels] of cases) t.equal(value(`rolewright_${name}`, labels), 0, name);
  t.equal(value('rolewright_audit_verification_ok'), undefined, '0 would say that the log is not intact');
});

t.test('the main port has no metrics', async (t) => {
  const { service } = await startWatched(t);
  for (const path of ['/metrics', '/v1/metrics', '/metrics/'])
    t.equal((await service.rest('GET', path)).status, 404, path);
});

t.test('while the database is dead, its figures are left out and the rest is answered', async (t) => {
  const way = Promise.withResolvers<StallableWay>();
  const { look, warnings } = await startWatched(t, {
    database: {
      timeoutMs: 300,
      through: async (url) => {
        way.resolve(await stallable(t, url));
        return (await way.promise).url;
      },
    },
  });
  const whole = await look();
  t.equal(whole.value('rolewright_changes_pending'), 0);
  t.equal(whole.value('rolewright_metrics_collection_failures_total'), 0);
  (await way.promise).stall(true);
  const [one, other] = await Promise.all([look(), look()]);
  for (const { value } of [one, other]) {
    for (const name of ['changes_pending', 'audit_head_seq', 'posture_roles', 'queue_jobs', 'webhook_events'])
      t.equal(value(`rolewright_${name}`), undefined, `${name}: no old value`);
    t.equal(value('rolewright_build_info'), 1);
    t.ok(value('rolewright_db_pool_max_connections', { pool: 'reads' }));
  }
  const figures = 7;
  t.equal(one.value('rolewright_metrics_collection_failures_total'), figures, 'two scrapes at once ask once');
  t.equal(warnings.length, figures);
  await look();
  t.equal(warnings.length, figures, 'the log says it once');
});
