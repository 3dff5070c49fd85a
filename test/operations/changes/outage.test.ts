import t from 'tap';
import { Fault } from '#src/fault.ts';
import { runSql } from '#test/support/postgres.ts';
import { clusters, startService, type TestAccount } from '#test/support/service.ts';

// The database stops, the log refuses, the service itself has a bug: no change without its place in the log.

/** The number of writes after which the lock is lost, when LOCK is broken. */
let writesBeforeLoss = 0;
/** The part that is broken now. */
let broken: 'OPEN' | 'SETTLE' | 'SETTLE_ONCE' | 'LOCK' | 'READ' | 'WRITE' | null = null;
let hiccups = 0;
/** How far the clock is moved, ms. */
let laterMs = 0;
const unavailable = () => new Fault('AUDIT_UNAVAILABLE', 'The audit log cannot be written now.');
const lost = () => new Fault('ROLE_BUSY', 'The lock on the role was lost.');
const bug = () => new TypeError('cannot read secret-thing of undefined');

const { rest, graphql, account, world, changes, databaseUrl, log } = await startService(t, {
  deps: ({ ledger, locks, roles }) => ({
    now: () => new Date(Date.now() + laterMs),
    ledger: {
      ...ledger,
      open: (draft) => (broken === 'OPEN' ? Promise.reject(unavailable()) : ledger.open(draft)),
      settle: (intent, settlement) =>
        broken === 'SETTLE' || (broken === 'SETTLE_ONCE' && !hiccups++)
          ? Promise.reject(unavailable())
          : ledger.settle(intent, settlement),
    },
    locks: {
      ...locks,
      whileHolding: (accountId, roleName, run) =>
        locks.whileHolding(accountId, roleName, (lock) => {
          let asked = 0;
          return run(
            broken === 'LOCK'
              ? { confirm: () => (asked++ < writesBeforeLoss ? lock.confirm() : Promise.reject(lost())) }
              : lock,
          );
        }),
    },
    roles: {
      ...roles,
      read: (...args) => (broken === 'READ' ? Promise.reject(bug()) : roles.read(...args)),
      write: (...args) => (broken === 'WRITE' ? Promise.reject(bug()) : roles.write(...args)),
    },
  }),
});
t.afterEach(() => {
  broken = null;
  laterMs = 0;
});

/** Every way to write to a role. */
const writes = ({ roles, role }: TestAccount) =>
  [
    ['POST', roles, { roleName: 'other', clusters: clusters('b') }],
    ['PUT', role, { clusters: clusters('b') }],
    ['POST', `${role}/extend`, { clusters: clusters('b') }],
    ['PUT', `${role}/clusters/us-west-2/b`, {}],
    ['DELETE', `${role}/clusters/us-west-2/a`, undefined],
  ] as const;
const extend = ({ role }: TestAccount) => rest('POST', `${role}/extend`, { clusters: clusters('b') });

t.test('a database that is down: nothing is written to AWS, and callers are told why', async (t) => {
  const one = await account();
  one.seed(['a', 'z']);
  await rest('POST', `${one.role}/check`, { clusters: clusters('a') });
  const admin = new URL(databaseUrl);
  const name = admin.pathname.slice(1);
  admin.pathname = 'postgres';
  await runSql(
    admin.href,
    `ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`,
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '${name}'`,
  );
  const down = { status: 503, headers: { 'retry-after': '2' }, json: { retryable: true } };
  for (const [method, url, body] of writes(one)) {
    const answer = await rest(method, url, body);
    t.match(answer, { ...down, json: { code: 'AUDIT_UNAVAILABLE' } }, `${method} ${url}`);
    t.notMatch(JSON.stringify(answer.json), /postgres|prisma|connection|127\.0/i, 'nothing internal shows');
  }
  t.same(one.ledger(), []);
  const reads = [
    '/readyz',
    '/v1/accounts',
    `/v1/accounts/${one.accountId}`,
    '/v1/changes',
    '/v1/changes/change_1',
  ];
  for (const url of reads) t.match(await rest('GET', url), { ...down, json: { code: 'UNAVAILABLE' } }, url);
  for (const url of [one.role, one.roles])
    t.match(await rest('GET', url), { status: 200 }, 'reads of AWS continue');
  t.match((await graphql('{ changes { edges { cursor } } }')).json.errors, [
    { extensions: { code: 'UNAVAILABLE' } },
  ]);
  t.match(await rest('GET', one.role), { status: 200 }, 'checks continue for an account that is cached');
  t.match(await rest('GET', '/healthz'), { status: 200 }, 'the process itself is healthy');
  await runSql(admin.href, `ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true`);
  t.match(await rest('GET', '/readyz'), { status: 200 });
  t.match(
    await extend(one),
    { status: 200, json: { change: { outcome: 'SUCCEEDED' } } },
    'and everything works again',
  );
  t.equal((await changes(one.accountId)).length, 1, 'a write that could not be logged was not made');
});

t.test('an intent that cannot be committed: AWS is never touched', async (t) => {
  const one = await account();
  one.seed(['a', 'z']);
  broken = 'OPEN';
  for (const [method, url, body] of writes(one))
    t.match(
      await rest(method, url, body),
      { status: 503, json: { code: 'AUDIT_UNAVAILABLE' } },
      `${method} ${url}`,
    );
  t.same(one.ledger(), []);
  t.match(
    await rest('POST', `${one.role}/check`, { clusters: clusters('a') }),
    { json: { verdict: 'COMPLIANT' } },
    'checks go on',
  );
  t.match(
    await rest('POST', `${one.role}/extend?dryRun=true`, { clusters: clusters('b') }),
    { status: 200 },
    'and dry runs',
  );
});

t.test('an outcome that cannot be committed is reported, and the intent stays', async (t) => {
  const one = await account();
  one.seed(['a']);
  broken = 'SETTLE';
  const { status, json } = await extend(one);
  t.match(
    { status, json },
    {
      status: 503,
      json: {
        code: 'AUDIT_UNAVAILABLE',
        changeId: /^change_/,
        retryable: false,
        detail: /stays PENDING until.*Read the change/,
      },
    },
  );
  t.match(await changes(one.accountId), [{ id: json.changeId, outcome: 'PENDING' }]);
  t.equal(one.ledger().length, 1, 'AWS had done it');
  broken = null;
  t.match(
    await extend(one),
    { status: 200, json: { change: null } },
    'the next request finds the write, and has nothing to do',
  );
  t.match(await changes(one.accountId), [
    { id: json.changeId, outcome: 'SUCCEEDED', recovered: true, error: null },
  ]);
  const line = log.find(({ msg }) => msg === 'the outcome of a change could not be recorded');
  t.match(
    line,
    { changeId: json.changeId, settlement: { outcome: 'SUCCEEDED', steps: [{ awsRequestId: /./ }] } },
    'and the log of the service has all of it',
  );
});

t.test('a short outage of the database loses no outcome', async (t) => {
  const one = await account();
  one.seed(['a']);
  broken = 'SETTLE_ONCE';
  t.match(await extend(one), { status: 200, json: { change: { outcome: 'SUCCEEDED' } } });
  t.equal(hiccups, 2);
});

t.test('a creation with only an intent in the log is finished once its outcome is known', async (t) => {
  const one = await account();
  world.addFaults({
    fail: [{ accountId: one.accountId, action: 'iam:AttachRolePolicy', code: 'AccessDenied', times: 1 }],
  });
  broken = 'SETTLE';
  t.match(await rest('POST', one.roles, { clusters: clusters('a') }), { status: 503 });
  broken = null;
  const create = () => rest('POST', one.roles, { clusters: clusters('a') });
  t.match(await create(), {
    status: 409,
    json: { code: 'ROLE_BUSY', retryable: true, detail: /it is not known yet whether AWS took/ },
  });
  laterMs = 60_000;
  t.match(await create(), { status: 201, json: { change: { kind: 'CREATE', outcome: 'SUCCEEDED' } } });
  const [, first] = await changes(one.accountId);
  t.match(first, {
    outcome: 'PARTIAL',
    recovered: true,
    steps: [{ action: 'iam:CreateRole' }],
    error: { code: 'INTERRUPTED' },
  });
});

t.test('nothing more is written once the lock is lost', async (t) => {
  const one = await account();
  one.seed(['a']);
  broken = 'LOCK';
  for (const [survived, outcome] of [
    [0, 'FAILED'],
    [1, 'PARTIAL'],
  ] as const) {
    writesBeforeLoss = survived;
    const answer = await rest('POST', one.roles, { roleName: `lost-${survived}`, clusters: clusters('b') });
    t.match(answer, {
      status: 409,
      json: { code: 'ROLE_BUSY', detail: /lock on the role was lost/, change: { outcome } },
    });
  }
  t.match(
    (await changes(one.accountId)).map(({ outcome }) => outcome),
    ['PARTIAL', 'FAILED'],
    'and no second entries',
  );
  t.equal(one.ledger().length, 1);
});

t.test('a bug reveals nothing to the caller, and is in both logs', async (t) => {
  for (const [where, outcome] of [
    ['READ', 'FAILED'],
    ['WRITE', 'UNKNOWN'],
  ] as const) {
    const one = await account();
    one.seed(['a']);
    broken = where;
    const { status, json } = await rest(
      'POST',
      `${one.role}/extend`,
      { clusters: clusters('b') },
      { 'x-request-id': `bug-${where}` },
    );
    t.match(
      { status, json },
      { status: 500, json: { code: 'INTERNAL', requestId: `bug-${where}`, retryable: true } },
      where,
    );
    t.notMatch(JSON.stringify(json), /secret-thing|TypeError|\.ts/, `${where}: nothing internal shows`);
    const line = log.find(({ level, reqId }) => level === 'error' && reqId === `bug-${where}`);
    t.match(JSON.stringify(line), /secret-thing/, `${where}: the log has the error, under the request's ID`);
    broken = null;
    t.match(
      await changes(one.accountId),
      [{ outcome, requestId: `bug-${where}`, error: { code: 'INTERNAL' } }],
      where,
    );
    t.notMatch(JSON.stringify(await changes(one.accountId)), /secret-thing/, where);
  }
  const one = await account();
  broken = 'READ';
  const variables = { accountId: one.accountId, clusters: clusters('a') };
  const { json } = await graphql(
    'query ($accountId: ID!, $clusters: [ClusterInput!]!) { checkExecutionRole(accountId: $accountId, roleName: "r", clusters: $clusters) { verdict } }',
    variables,
  );
  t.match(json.errors, [{ message: /Internal error/, extensions: { code: 'INTERNAL', status: 500 } }]);
  t.notMatch(JSON.stringify(json), /secret-thing/);
  t.match(JSON.stringify(log.at(-2)) + JSON.stringify(log.at(-1)), /secret-thing/);
});
