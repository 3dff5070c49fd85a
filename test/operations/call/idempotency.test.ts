import t from 'tap';
import { Fault } from '#src/fault.ts';
import { buildServer, type ServerOptions } from '#src/http/server.ts';
import type { Deps } from '#src/operations/call/deps.ts';
import { recover } from '#src/operations/changes/recover.ts';
import { operations } from '#src/operations/index.ts';
import type { Intent, Settlement } from '#src/ports/ledger.ts';
import { EndedClaim } from '#src/schema/claim.ts';
import { WriteResult } from '#src/schema/write-result.ts';
import { openTestDatabase } from '#test/support/database.ts';
import { killedRequest, type Moment } from '#test/support/killed-request.ts';
import { runSql } from '#test/support/postgres.ts';
import { callerOf } from '#test/support/scripted-aws.ts';
import { type Answer, clusters, roleName, startService, type TestAccount } from '#test/support/service.ts';

// One effect and one answer under one key, whatever happens meanwhile. AWS's own ledger is the judge.

type Parts = ServerOptions['deps'];
let parts = {} as Parts;
/** The store that fails now: answers, or outcomes. */
let broken: 'FINISH' | 'SETTLE' | null = null;
/** An answer waits for this before it is stored. */
let beforeFinish = async () => {};
/** Writes to AWS wait for this. */
let gate: Promise<unknown> = Promise.resolve();
const unavailable = () => new Fault('AUDIT_UNAVAILABLE', 'The database did not answer.');

const service = await startService(t, {
  deps: (real) => {
    const { ledger, roles, idempotencyKeys } = real;
    const broke: Partial<Parts> = {
      ledger: {
        ...ledger,
        settle: (...args) => (broken === 'SETTLE' ? Promise.reject(unavailable()) : ledger.settle(...args)),
      },
      roles: { ...roles, write: (...args) => gate.then(() => roles.write(...args)) },
      idempotencyKeys: {
        ...idempotencyKeys,
        finish: async (...args) => {
          await beforeFinish();
          if (broken === 'FINISH') throw unavailable();
          await idempotencyKeys.finish(...args);
        },
      },
    };
    parts = { ...real, ...broke };
    return broke;
  },
});
const { rest, graphql, account, world, changes, log, databaseUrl, awsUrl } = service;

/** Another replica on the same database and the same AWS. */
const database = openTestDatabase({ url: databaseUrl, timeoutMs: 20_000 });
const replica = await buildServer({
  deps: {
    ...parts,
    accounts: database.accounts,
    ledger: database.ledger,
    locks: database.locks,
    idempotencyKeys: database.idempotencyKeys,
  },
  ready: async () => {},
  authenticate: null,
  logLevel: 'silent',
});
t.teardown(async () => {
  await replica.close();
  await database.close();
});
t.afterEach(() => {
  broken = null;
  gate = Promise.resolve();
  beforeFinish = async () => {};
});

interface Case {
  what: string;
  given?: (x: TestAccount) => unknown;
  request: (x: TestAccount) => [method: string, url: string, body?: object];
  status: number;
  code?: string;
}

let keys = 0;
const nextKey = () => `key ${++keys} ~!`;
const send = ([method, url, body]: [string, string, object?], key: string) =>
  rest(method, url, body, { 'idempotency-key': key });
const a = { clusters: clusters('a') };
const extend = (x: TestAccount, ...names: string[]): [string, string, object] => [
  'POST',
  `${x.role}/extend`,
  { clusters: clusters(...names) },
];
const lineOf = (x: TestAccount, name: string) => `${x.role}/clusters/us-west-2/${name}`;
const fail = (x: TestAccount, action: string, code: string, times = 1) =>
  world.addFaults({ fail: [{ accountId: x.accountId, action, code, times }] });

const writes: Case[] = [
  { what: 'create', request: (x) => ['POST', x.roles, a], status: 201 },
  { what: 'ensure', request: (x) => ['PUT', x.role, a], status: 201 },
  { what: 'extend', given: (x) => x.seed(['z']), request: (x) => extend(x, 'a'), status: 200 },
  { what: 'a line', given: (x) => x.seed(['z']), request: (x) => ['PUT', lineOf(x, 'a'), {}], status: 200 },
  {
    what: 'retract',
    given: (x) => x.seed(['a', 'z']),
    request: (x) => ['DELETE', lineOf(x, 'a')],
    status: 200,
  },
];
const others: Case[] = [
  { what: 'nothing to do', given: (x) => x.seed(['a']), request: (x) => extend(x, 'a'), status: 200 },
  {
    what: 'a claim alone',
    given: (x) => x.seed(['a']),
    request: (x) => ['PUT', lineOf(x, 'a'), {}],
    status: 200,
  },
  {
    what: 'a release',
    given: async (x) => {
      x.seed(['a', 'z']);
      for (const claimant of ['tf', 'other']) await rest('PUT', `${lineOf(x, 'a')}?claimant=${claimant}`);
    },
    request: (x) => ['DELETE', `${lineOf(x, 'a')}?claimant=tf`],
    status: 200,
  },
  { what: 'a dry run', request: (x) => ['POST', `${x.roles}?dryRun=true`, a], status: 200 },
  {
    what: 'a new account',
    request: (x) => ['PUT', `/v1/accounts/9${x.accountId.slice(1)}`, { name: 'new' }],
    status: 201,
  },
  { what: 'an account deleted', request: (x) => ['DELETE', `/v1/accounts/${x.accountId}`], status: 204 },
  {
    what: 'a role that is there',
    given: (x) => x.seed(['a']),
    request: (x) => ['POST', x.roles, a],
    status: 409,
    code: 'ROLE_EXISTS',
  },
  { what: 'no role', request: (x) => extend(x, 'a'), status: 404, code: 'ROLE_NOT_FOUND' },
  {
    what: 'the last line',
    given: (x) => x.seed(['a']),
    request: (x) => ['DELETE', lineOf(x, 'a')],
    status: 409,
    code: 'LAST_CLUSTER',
  },
  {
    what: 'another owner, with a patch',
    given: (x) => x.seed(['a'], { tags: { ManagedBy: 'Terraform' } }),
    request: (x) => extend(x, 'b'),
    status: 409,
    code: 'MANAGED_ELSEWHERE',
  },
  {
    what: 'what AWS refuses for what it is',
    given: (x) => {
      x.seed(['a']);
      fail(x, 'iam:UpdateAssumeRolePolicy', 'AccessDenied');
    },
    request: (x) => extend(x, 'b'),
    status: 502,
    code: 'AWS_FAILED',
  },
];

/** An answer without the parts that belong to one request. */
const kept = ({ status, headers: { etag }, json }: Answer) => ({
  status,
  etag,
  json: json && { ...json, requestId: '' },
});

t.test('a repeated request gets the same answer, and has no second effect', async (t) => {
  for (const { what, given, request, status, code } of [...writes, ...others]) {
    const x = await account();
    await given?.(x);
    const key = nextKey();
    const first = await send(request(x), key);
    t.match(first, { status, ...(code && { json: { code } }) }, what, { first });
    t.notOk(first.headers['idempotency-replayed'], what);
    const done = [x.ledger().length, (await changes(x.accountId)).length];
    for (const again of [await send(request(x), key), await send(request(x), key)]) {
      t.strictSame(kept(again), kept(first), `${what}: again`);
      t.equal(again.headers['idempotency-replayed'], 'true', what);
      if (code)
        t.equal(
          again.json.requestId,
          again.headers['x-request-id'],
          `${what}: a problem has the ID of its own request`,
        );
    }
    t.strictSame([x.ledger().length, (await changes(x.accountId)).length], done, `${what}: done once`);
  }
});

t.test('the key is in the change', async (t) => {
  const x = await account();
  const key = nextKey();
  await send(['POST', x.roles, a], key);
  t.match(await changes(x.accountId), [{ idempotencyKey: key }]);
});

t.test('a key is shared by GraphQL and REST', async (t) => {
  const x = await account();
  x.seed(['a']);
  const idempotencyKey = nextKey();
  const { json } = await send(extend(x, 'b'), idempotencyKey);
  const ask = (names: string[], key = idempotencyKey) =>
    graphql(
      'mutation ($input: ExtendExecutionRoleInput!) { extendExecutionRole(input: $input) { plan { id } change { id } report { checkedAt } } }',
      {
        input: {
          accountId: x.accountId,
          roleName,
          clusters: clusters(...names),
          idempotencyKey: key,
          dryRun: null,
        },
      },
    );
  const { plan, change, report } = json;
  const same = { plan: { id: plan.id }, change: { id: change.id }, report: { checkedAt: report.checkedAt } };
  t.same((await ask(['b'])).json.data.extendExecutionRole, same);
  t.match((await ask(['c'])).json.errors, [{ extensions: { code: 'IDEMPOTENCY_MISMATCH', status: 422 } }]);
  t.match((await ask(['c'], 'ü')).json.errors, [
    { extensions: { code: 'INVALID_INPUT', errors: [{ pointer: '/idempotencyKey' }] } },
  ]);
});

t.test('another request under the same key is refused', async (t) => {
  const x = await account();
  x.seed(['z']);
  const key = nextKey();
  const [method, url, body] = extend(x, 'a');
  t.match(await send([method, url, body], key), { status: 200 });
  const another: [string, string, object?][] = [
    extend(x, 'b'),
    [method, `${url}?dryRun=true`, body],
    [method, url, { ...body, reason: 'x' }],
    ['PUT', x.role, body],
    ['PUT', lineOf(x, 'a'), {}],
    ['DELETE', lineOf(x, 'a')],
    ['DELETE', `/v1/accounts/${x.accountId}`],
  ];
  for (const request of another)
    t.match(
      await send(request, key),
      { status: 422, json: { code: 'IDEMPOTENCY_MISMATCH', retryable: false } },
      request.join(' '),
    );
  t.match(
    await send(['PUT', x.role, body], nextKey()),
    { status: 200, json: { change: null } },
    'another key is another request',
  );
  t.equal(x.ledger().length, 1);
});

t.test('a temporary fault is not stored: the next request runs', async (t) => {
  const trust = 'iam:UpdateAssumeRolePolicy';
  const attach = 'iam:AttachRolePolicy';
  const cases: [what: string, given: (x: TestAccount) => unknown, request: Case['request'], code: string][] =
    [
      [
        'throttled',
        (x) => [x.seed(['z']), fail(x, trust, 'Throttling', 3)],
        (x) => extend(x, 'a'),
        'AWS_THROTTLED',
      ],
      [
        'busy',
        (x) => [x.seed(['z']), fail(x, trust, 'ConcurrentModification')],
        (x) => extend(x, 'a'),
        'ROLE_BUSY',
      ],
      [
        'broken',
        (x) => [x.seed(['z']), fail(x, trust, 'ServiceFailure')],
        (x) => extend(x, 'a'),
        'AWS_FAILED',
      ],
      ['refused half-way', (x) => fail(x, attach, 'AccessDenied'), (x) => ['POST', x.roles, a], 'AWS_FAILED'],
    ];
  for (const [what, given, request, code] of cases) {
    const x = await account();
    given(x);
    const key = nextKey();
    t.match((await send(request(x), key)).json, { code }, what);
    const done = await send(request(x), key);
    t.match(
      done,
      { json: { change: { outcome: 'SUCCEEDED', idempotencyKey: key } } },
      `${what}: it runs again`,
    );
    t.notOk(done.headers['idempotency-replayed'], what);
    t.strictSame(kept(await send(request(x), key)), kept(done), `${what}: and its answer is stored`);
    t.match(await send(extend(x, 'other'), key), { status: 422 }, `${what}: the key stays usable`);
  }
});

t.test('a wrong input leaves its key free', async (t) => {
  const x = await account();
  x.seed(['z']);
  const key = nextKey();
  for (const region of ['moon', 'cn-north-1'])
    t.match(
      await send(['POST', `${x.role}/extend`, { clusters: [{ region, name: 'a' }] }], key),
      { status: 400 },
      region,
    );
  t.match(await send(extend(x, 'a'), key), { status: 200, json: { change: { outcome: 'SUCCEEDED' } } });
});

t.test('callers have keys of their own', async (t) => {
  const x = await account();
  x.seed(['z']);
  const deps: Deps = { ...parts, log: console };
  const ask = (subject: string, names: string[]) => {
    const input = { accountId: x.accountId, roleName, clusters: clusters(...names), idempotencyKey: 'mine' };
    return operations.extendExecutionRole.call(deps, input, callerOf(subject));
  };
  const first = await ask('anna', ['a']);
  const other = await ask('berta', ['b']);
  t.match(other.change, { outcome: 'SUCCEEDED', actor: { subject: 'berta' } });
  t.same(await ask('anna', ['a']), first);
  t.same(await ask('berta', ['b']), other);
  await t.rejects(ask('berta', ['a']), { code: 'IDEMPOTENCY_MISMATCH' });
});

t.test('while the first request runs, others get 409, on every replica', async (t) => {
  const x = await account();
  x.seed(['z']);
  const [method, url, payload] = extend(x, 'a');
  const key = nextKey();
  const onReplica = async () => {
    const answer = await replica.inject({
      method: 'POST',
      url,
      payload,
      headers: { 'idempotency-key': key },
    });
    return { status: answer.statusCode, headers: answer.headers, json: answer.json() };
  };
  const running = Promise.withResolvers<void>();
  gate = running.promise;
  const first = send([method, url, payload], key);
  while ((await changes(x.accountId)).length === 0);
  for (const again of [() => send([method, url, payload], key), onReplica])
    t.match(await again(), {
      status: 409,
      headers: { 'retry-after': '2' },
      json: { code: 'IDEMPOTENCY_IN_FLIGHT', retryable: true },
    });
  running.resolve();
  const answer = await first;
  t.match(answer, { status: 200, json: { change: { outcome: 'SUCCEEDED' } } });
  for (const again of [await send([method, url, payload], key), await onReplica()])
    t.strictSame(kept(again), kept(answer));
  t.equal(x.ledger().length, 1);
});

t.test('many requests at once over two replicas: one effect and one answer', async (t) => {
  for (const { what, given, request } of writes) {
    const x = await account();
    await given?.(x);
    const key = nextKey();
    const [method, url, payload] = request(x);
    const headers = { 'idempotency-key': key };
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const app = i % 2 ? service.app : replica;
        const answer = await app.inject({
          method: method as 'POST',
          url,
          headers,
          ...(payload && { payload }),
        });
        return { status: answer.statusCode, headers: answer.headers, json: answer.json() };
      }),
    );
    const done = answers.filter(({ json }) => json.code !== 'IDEMPOTENCY_IN_FLIGHT');
    t.ok(done.length > 0, what);
    const last = kept(await send(request(x), key));
    for (const answer of done) t.strictSame(kept(answer), last, what);
    t.match(await changes(x.accountId), [{ outcome: 'SUCCEEDED' }], what);
    t.equal((await changes(x.accountId)).length, 1, what);
  }
});

t.test('an answer that could not be stored is rebuilt from the log for a retry', async (t) => {
  for (const { what, given, request, status } of writes) {
    const x = await account();
    await given?.(x);
    const key = nextKey();
    broken = 'FINISH';
    const first = await send(request(x), key);
    t.match(first, { status, json: { change: { outcome: 'SUCCEEDED' } } }, what);
    const line = log.findLast(({ msg }) => msg === 'an answer could not be kept for retries');
    t.match(
      line,
      { level: 'error', idempotencyKey: key, requestId: first.headers['x-request-id'] },
      `${what}: the log says so`,
    );
    const written = x.ledger().length;
    // Another replica that cannot store the answer either; then one that can.
    for (const now of ['FINISH', null] as const) {
      broken = now;
      const again = await send(request(x), key);
      t.equal(again.headers['idempotency-replayed'], 'true', what);
      const { checkedAt } = again.json.report;
      t.strictSame(
        kept(again),
        kept({ ...first, json: { ...first.json, report: { ...first.json.report, checkedAt } } }),
        `${what}: rebuilt`,
      );
    }
    const [third, fourth] = [await send(request(x), key), await send(request(x), key)];
    t.strictSame(kept(third), kept(fourth), `${what}: and then stored`);
    t.equal(x.ledger().length, written, `${what}: done once`);
    t.equal((await changes(x.accountId)).length, 1, what);
  }
});

t.test('nothing runs again before an unrecorded outcome is known', async (t) => {
  for (const outcome of ['SUCCEEDED', 'FAILED'] as const) {
    const x = await account();
    x.seed(['z']);
    const key = nextKey();
    broken = 'SETTLE';
    const { json } = await send(extend(x, 'a'), key);
    t.match(json, { code: 'AUDIT_UNAVAILABLE', changeId: /^change_/, retryable: false });
    broken = null;
    t.match(await send(extend(x, 'a'), key), {
      status: 409,
      headers: { 'retry-after': '2' },
      json: { code: 'IDEMPOTENCY_IN_FLIGHT', changeId: json.changeId },
    });
    if (outcome === 'FAILED') x.seed(['z']);
    await settle(json.changeId, outcome);
    const done = await send(extend(x, 'a'), key);
    t.match(done, {
      status: 200,
      json: { change: { outcome: 'SUCCEEDED' }, report: { verdict: 'COMPLIANT' } },
    });
    t.equal(
      done.json.change.id === json.changeId,
      outcome === 'SUCCEEDED',
      'never run again once it succeeded',
    );
    t.strictSame(kept(await send(extend(x, 'a'), key)), kept(done));
  }
});

/** The outcome by recovery when it has read the role. */
const settle = (
  changeId: string,
  outcome: Settlement['outcome'],
  steps: Settlement['steps'] = [],
  roleId: string | null = null,
) =>
  parts.ledger.settle({ changeId } as Intent, {
    outcome,
    roleId,
    steps,
    after: null,
    diff: '',
    error: null,
    recovered: true,
    editedOutside: false,
  });

/**
 * Repeats it until it is no longer in flight: the lock ends when the database notices that its holder has
 * died. On a busy machine the database may also take longer than a request waits for it.
 */
async function retried(request: [string, string, object?], key: string): Promise<Answer> {
  for (;;) {
    const answer = await send(request, key);
    const { code, changeId } = answer.json;
    if (!['IDEMPOTENCY_IN_FLIGHT', 'AUDIT_UNAVAILABLE'].includes(code) || changeId) return answer;
  }
}

t.test('after a process is killed at any moment, a retry has one effect', async (t) => {
  type Crash = [at: Moment, found: 'NOTHING' | 'PENDING' | 'DONE'];
  const crashes: Crash[] = [
    ['BEGUN', 'NOTHING'],
    ['OPENED', 'PENDING'],
    ['WRITTEN', 'PENDING'],
    ['SETTLED', 'DONE'],
    ['KEPT', 'DONE'],
  ];
  const crash = async ([at, found]: Crash) => {
    const x = await account();
    x.seed(['a', 'z']);
    const idempotencyKey = nextKey();
    const [cluster = { region: '', name: '' }] = clusters('a');
    const input = { accountId: x.accountId, roleName, ...cluster, idempotencyKey };
    t.equal(
      await killedRequest({
        databaseUrl,
        awsUrl,
        memberRole: parts.memberRole,
        operation: 'retractCluster',
        input,
        at,
      }),
      'SIGKILL',
      at,
    );
    const retry = () => retried(['DELETE', lineOf(x, 'a')], idempotencyKey);
    let answer = await retry();
    if (found === 'PENDING') {
      t.match(answer.json, { code: 'IDEMPOTENCY_IN_FLIGHT', changeId: /^change_/ }, at);
      await settle(answer.json.changeId, at === 'WRITTEN' ? 'SUCCEEDED' : 'FAILED');
      answer = await retry();
    }
    t.match(answer, { status: 200, json: { change: { kind: 'RETRACT', outcome: 'SUCCEEDED' } } }, at, {
      answer,
    });
    t.equal(answer.headers['idempotency-replayed'] === 'true', found === 'DONE' || at === 'WRITTEN', at);
    t.strictSame(kept(await retry()), kept(answer), `${at}: and a second retry`);
    t.equal(x.ledger().length, 1, `${at}: one write`);
    t.match(x.trust(), /\/z\/\*/, at);
    t.notMatch(x.trust(), /\/a\/\*/, at);
  };
  // Concurrent, because a process takes time to start.
  await Promise.all(crashes.map(crash));
});

t.test('a claim and its release after a crash', async (t) => {
  const crash = async (at: 'OPENED' | 'SETTLED', operation: 'extendExecutionRole' | 'retractCluster') => {
    const x = await account();
    x.seed(['a', 'z']);
    const isRelease = operation === 'retractCluster';
    for (const claimant of isRelease ? ['tf', 'other'] : [])
      await rest('PUT', `${lineOf(x, 'a')}?claimant=${claimant}`);
    const idempotencyKey = nextKey();
    const role = { accountId: x.accountId, roleName, claimant: 'tf', idempotencyKey };
    const input = isRelease ? { ...role, ...clusters('a')[0] } : { ...role, ...a, claim: true };
    await killedRequest({ databaseUrl, awsUrl, memberRole: parts.memberRole, operation, input, at });
    const retry = () =>
      isRelease
        ? retried(['DELETE', `${lineOf(x, 'a')}?claimant=tf`], idempotencyKey)
        : retried(['PUT', `${lineOf(x, 'a')}?claimant=tf`, {}], idempotencyKey);
    let answer = await retry();
    if (at === 'OPENED') {
      t.match(answer.json, { code: 'IDEMPOTENCY_IN_FLIGHT' }, `${operation} ${at}`);
      // The recovery of another of these crashes may be at this change, which this one then leaves to it.
      do {
        await recover({ ...parts, log: { info: () => {}, error: () => {} } });
        answer = await retry();
      } while (answer.json.code === 'IDEMPOTENCY_IN_FLIGHT');
    }
    const expected = isRelease
      ? { change: { kind: 'RELEASE' }, lineKept: 'CLAIMED' }
      : { change: { kind: 'CLAIM' }, lineKept: null };
    t.match(answer, { status: 200, json: expected }, `${operation} ${at}`, { answer });
    t.strictSame(kept(await retry()), kept(answer), `${operation} ${at}: and a second retry`);
    const held = (await rest('GET', lineOf(x, 'a'))).json.claims.map(
      ({ claimant }: { claimant: string }) => claimant,
    );
    t.same(held, isRelease ? ['other'] : ['tf'], `${operation} ${at}`);
    t.same(x.ledger(), []);
  };
  await Promise.all(
    (['OPENED', 'SETTLED'] as const).flatMap((at) =>
      (['extendExecutionRole', 'retractCluster'] as const).map((one) => crash(at, one)),
    ),
  );
});

t.test('an interrupted creation is finished, and answered as created', async (t) => {
  const crash = async (at: 'WRITTEN' | 'SETTLED') => {
    const x = await account();
    const idempotencyKey = nextKey();
    const input = { accountId: x.accountId, ...a, idempotencyKey };
    await killedRequest({
      databaseUrl,
      awsUrl,
      memberRole: parts.memberRole,
      operation: 'createExecutionRole',
      input,
      at,
    });
    const retry = () => retried(['POST', x.roles, a], idempotencyKey);
    if (at === 'WRITTEN') {
      const { changeId } = (await retry()).json;
      const step = {
        action: 'iam:CreateRole',
        outcome: 'SUCCEEDED',
        awsRequestId: null,
        at: new Date().toISOString(),
      } as const;
      await settle(changeId, 'PARTIAL', [step], service.world.role(x.accountId, roleName)?.roleId);
    }
    const answer = await retry();
    t.match(
      answer,
      {
        status: 201,
        json: { change: { kind: 'CREATE', outcome: 'SUCCEEDED' }, report: { verdict: 'COMPLIANT' } },
      },
      at,
    );
    t.strictSame(kept(await retry()), kept(answer), at);
    t.same(
      x.ledger().map(({ action }) => action),
      ['iam:CreateRole', 'iam:AttachRolePolicy'],
      `${at}: each write once`,
    );
  };
  await Promise.all([crash('WRITTEN'), crash('SETTLED')]);
});

t.test('after two days a key is free', async (t) => {
  const x = await account();
  x.seed(['z']);
  const key = nextKey();
  const { json } = await send(extend(x, 'a'), key);
  const purge = () => parts.idempotencyKeys.purge(new Date(Date.now() - 48 * 3_600_000));
  t.equal(await purge(), 0);
  await runSql(
    databaseUrl,
    `UPDATE idempotency_key SET created_at = now() - interval '49 hours' WHERE key = '${key}'`,
  );
  t.match(await send(extend(x, 'b'), key), { status: 422 }, 'until it is purged');
  t.equal(await purge(), 1);
  // Interrupted before it made a change: the log has the old one under the same key.
  const request = { accountId: x.accountId, roleName, clusters: clusters('b') };
  await parts.idempotencyKeys.begin(
    { subject: 'anonymous', issuer: null },
    key,
    'extendExecutionRole',
    request,
  );
  const anew = await send(extend(x, 'b'), key);
  t.match(anew, { status: 200, json: { change: { outcome: 'SUCCEEDED', clusters: clusters('b') } } });
  t.not(anew.json.change.id, json.change.id, 'nothing of the old use is left');
});

t.test('without a database nothing is done, and the caller is told', async (t) => {
  const nowhere = openTestDatabase({ url: 'postgresql://postgres@127.0.0.1:1/postgres' });
  t.teardown(() => nowhere.close());
  const x = await account();
  x.seed(['z']);
  const input = { accountId: x.accountId, roleName, clusters: clusters('a'), idempotencyKey: 'k' };
  for (const without of [{ locks: nowhere.locks }, { idempotencyKeys: nowhere.idempotencyKeys }]) {
    const deps: Deps = { ...parts, ...without, log: console };
    await t.rejects(operations.extendExecutionRole.call(deps, input, callerOf()), {
      code: 'AUDIT_UNAVAILABLE',
    });
  }
  t.same([x.ledger(), await changes(x.accountId)], [[], []]);
});

t.test('a stop waits until the answer is stored', async (t) => {
  const x = await account();
  x.seed(['z']);
  const [entered, leave] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  beforeFinish = () => {
    entered.resolve();
    return leave.promise;
  };
  const key = nextKey();
  const first = send(extend(x, 'a'), key);
  await entered.promise;
  const stopping = Promise.allSettled(parts.inFlight);
  t.equal(parts.inFlight.size, 1, 'the change has its outcome, and its answer is not stored yet');
  leave.resolve();
  await stopping;
  t.equal(parts.inFlight.size, 0);
  t.strictSame(kept(await send(extend(x, 'a'), key)), kept(await first));
});

t.test('every mutation takes a key, and every one that leaves a change can replay it', async (t) => {
  for (const { name, kind, input, output, replay } of Object.values(operations)) {
    // Its answer has a secret, which must not be stored under a key.
    t.equal('idempotencyKey' in input.properties, kind === 'MUTATION' && name !== 'createServiceToken', name);
    t.equal(replay !== undefined, output === WriteResult || output === EndedClaim, name);
  }
});
