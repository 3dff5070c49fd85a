import t, { type Test } from 'tap';
import type { FaultSpec } from '#src/sandbox/aws/faults.ts';
import { clusters, roleName, startService, statementOf, trustOf } from '#test/support/service.ts';

// What becomes of a change when AWS fails at it, in every way and at every moment.

const requestTimeoutMs = 500;
const { rest, account, world, changes } = await startService(t, { requestTimeoutMs });
const body = { clusters: clusters('a') };
type Fail = NonNullable<FaultSpec['fail']>[number];

interface Case {
  what: string;
  fail: Fail;
  status: number;
  code?: string;
  outcome: string;
  /** The outcome of each step that was begun. */
  steps: string[];
}

const attach = { action: 'iam:AttachRolePolicy' };
const create = { action: 'iam:CreateRole' };
const creations: Case[] = [
  {
    what: 'attaching is denied',
    fail: { ...attach, code: 'AccessDenied' },
    status: 502,
    code: 'AWS_FAILED',
    outcome: 'PARTIAL',
    steps: ['SUCCEEDED', 'FAILED'],
  },
  {
    what: 'attaching is throttled for good',
    fail: { ...attach, code: 'Throttling', times: 3 },
    status: 503,
    code: 'AWS_THROTTLED',
    outcome: 'PARTIAL',
    steps: ['SUCCEEDED', 'FAILED'],
  },
  {
    what: 'attaching is throttled once',
    fail: { ...attach, code: 'Throttling', times: 1 },
    status: 201,
    outcome: 'SUCCEEDED',
    steps: ['SUCCEEDED', 'SUCCEEDED'],
  },
  {
    what: 'AWS breaks before it attaches',
    fail: { ...attach, code: 'ServiceFailure' },
    status: 502,
    code: 'AWS_FAILED',
    outcome: 'UNKNOWN',
    steps: ['SUCCEEDED', 'UNKNOWN'],
  },
  {
    what: 'AWS breaks after it attached',
    fail: { ...attach, code: 'ServiceFailure', when: 'after' },
    status: 201,
    outcome: 'SUCCEEDED',
    steps: ['SUCCEEDED', 'SUCCEEDED'],
  },
  {
    what: 'the connection breaks before it attaches',
    fail: { ...attach, kind: 'reset' },
    status: 502,
    code: 'AWS_FAILED',
    outcome: 'UNKNOWN',
    steps: ['SUCCEEDED', 'UNKNOWN'],
  },
  {
    what: 'the connection breaks after it attached',
    fail: { ...attach, kind: 'reset', when: 'after' },
    status: 201,
    outcome: 'SUCCEEDED',
    steps: ['SUCCEEDED', 'SUCCEEDED'],
  },
  {
    what: 'AWS never answers, and does not attach',
    fail: { ...attach, kind: 'hang' },
    status: 502,
    code: 'AWS_FAILED',
    outcome: 'UNKNOWN',
    steps: ['SUCCEEDED', 'UNKNOWN'],
  },
  {
    what: 'AWS never answers, but attaches',
    fail: { ...attach, kind: 'hang', when: 'after' },
    status: 201,
    outcome: 'SUCCEEDED',
    steps: ['SUCCEEDED', 'SUCCEEDED'],
  },
  {
    what: 'creating is denied',
    fail: { ...create, code: 'AccessDenied' },
    status: 502,
    code: 'AWS_FAILED',
    outcome: 'FAILED',
    steps: ['FAILED'],
  },
  {
    what: 'someone else creates it first',
    fail: { ...create, code: 'EntityAlreadyExists' },
    status: 409,
    code: 'ROLE_EXISTS',
    outcome: 'FAILED',
    steps: ['FAILED'],
  },
  {
    what: 'the connection breaks before it creates',
    fail: { ...create, kind: 'reset' },
    status: 502,
    code: 'AWS_FAILED',
    outcome: 'UNKNOWN',
    steps: ['UNKNOWN'],
  },
  {
    what: 'the connection breaks after it created',
    fail: { ...create, kind: 'reset', when: 'after' },
    status: 502,
    code: 'AWS_FAILED',
    outcome: 'PARTIAL',
    steps: ['SUCCEEDED'],
  },
];

t.test('a creation that goes wrong says what happened, and running it again finishes it', async (t) => {
  // Side by side: each has an account of its own, and some wait for time-outs and retries.
  await Promise.all(
    creations.map(async ({ what, fail, status, code, outcome, steps }) => {
      const { accountId, roles, trust, line, ledger } = await account();
      world.addFaults({ fail: [{ times: 1, ...fail, accountId }] });
      const { json, ...answer } = await rest('POST', roles, body);
      t.equal(answer.status, status, what, { json });
      t.equal(json.code, code, what);
      t.match(json.change, { kind: 'CREATE', outcome, error: code ? { code } : null }, what);
      t.same(
        json.change.steps.map((step: { outcome: string }) => step.outcome),
        steps,
        what,
      );
      t.same(await changes(accountId), [json.change], `${what}: the log has the same`);
      if (code) t.match(json.detail, new RegExp(`\\d of 2 steps are done; change ${json.change.id} is ${outcome}`), what);
      if (code && outcome !== 'FAILED') t.match(json.detail, /Send the same request again to finish it/, what);

      const again = await rest('POST', roles, body);
      if (outcome === 'SUCCEEDED') t.match(again, { status: 409, json: { code: 'ROLE_EXISTS' } }, `${what}, again: nothing to finish`);
      else
        t.match(
          again,
          { status: 201, json: { change: { kind: 'CREATE', outcome: 'SUCCEEDED' }, report: { verdict: 'COMPLIANT' } } },
          `${what}, again`,
        );
      t.match((await rest('POST', roles, body)).json.code, 'ROLE_EXISTS', `${what}: what is finished is there`);
      t.same(JSON.parse(trust()), trustOf([line('a')]), what);
      t.same(
        ledger().map(({ action }) => action),
        ['iam:CreateRole', 'iam:AttachRolePolicy'],
        `${what}: each write once`,
      );
    }),
  );
});

t.test('a creation can be finished however often finishing it failed, and after refusals', async (t) => {
  const { accountId, roles, role } = await account();
  world.addFaults({ fail: [{ accountId, ...attach, code: 'AccessDenied', times: 3 }] });
  t.match((await rest('POST', roles, body)).json.change, { outcome: 'PARTIAL' });
  t.match((await rest('POST', roles, body)).json.change, { outcome: 'FAILED' });
  t.match((await rest('DELETE', `${role}/clusters/us-west-2/z`)).json, { code: 'CLUSTER_NOT_LISTED' });
  t.match((await rest('POST', roles, body)).json.change, { outcome: 'FAILED' });
  t.match(await rest('POST', roles, body), { status: 201, json: { change: { outcome: 'SUCCEEDED' } } });
  t.match(await rest('POST', roles, body), { status: 409, json: { code: 'ROLE_EXISTS' } });
});

t.test('a creation that another verb finished is finished', async (t) => {
  const { accountId, roles, role } = await account();
  world.addFaults({ fail: [{ accountId, ...attach, code: 'AccessDenied', times: 1 }] });
  t.match((await rest('POST', roles, body)).json.change, { outcome: 'PARTIAL' });
  t.match((await rest('POST', `${role}/extend`, body)).json.change, { kind: 'REPAIR', outcome: 'SUCCEEDED' });
  t.match(await rest('POST', roles, body), { status: 409, json: { code: 'ROLE_EXISTS' } });
});

t.test('an extension that goes wrong', async (t) => {
  const update = { action: 'iam:UpdateAssumeRolePolicy' };
  const cases: Case[] = [
    { what: 'denied', fail: { ...update, code: 'AccessDenied' }, status: 502, code: 'AWS_FAILED', outcome: 'FAILED', steps: ['FAILED'] },
    {
      what: 'over a quota that grew no more',
      fail: { ...update, code: 'LimitExceeded', message: 'Cannot exceed quota for ACLSizePerRole: 2048' },
      status: 422,
      code: 'QUOTA_EXCEEDED',
      outcome: 'FAILED',
      steps: ['FAILED'],
    },
    {
      what: 'the role went away',
      fail: { ...update, code: 'NoSuchEntity' },
      status: 404,
      code: 'ROLE_NOT_FOUND',
      outcome: 'FAILED',
      steps: ['FAILED'],
    },
    {
      what: 'broken off before',
      fail: { ...update, kind: 'reset' },
      status: 502,
      code: 'AWS_FAILED',
      outcome: 'UNKNOWN',
      steps: ['UNKNOWN'],
    },
    {
      what: 'broken off after',
      fail: { ...update, kind: 'reset', when: 'after' },
      status: 200,
      outcome: 'SUCCEEDED',
      steps: ['SUCCEEDED'],
    },
  ];
  await Promise.all(
    cases.map(async ({ what, fail, status, code, outcome, steps }) => {
      const { accountId, role, seed, trust, line } = await account();
      seed(['a']);
      world.addFaults({ fail: [{ times: 1, ...fail, accountId }] });
      const { json, ...answer } = await rest('POST', `${role}/extend`, { clusters: clusters('b') });
      t.match({ ...answer, json }, { status, json: { code, change: { kind: 'EXTEND', outcome, error: code ? { code } : null } } }, what);
      t.same(
        json.change.steps.map((step: { outcome: string }) => step.outcome),
        steps,
        what,
      );
      t.match(
        await rest('POST', `${role}/extend`, { clusters: clusters('b') }),
        { status: 200, json: { report: { verdict: 'COMPLIANT' } } },
        what,
      );
      t.same(JSON.parse(trust()), trustOf([line('a'), line('b')]), what);
    }),
  );
});

t.test('a write that reads do not show yet', async (t) => {
  const seen = async (t: Test, lagMs: number) => {
    const { accountId, role, seed, ledger } = await account();
    seed(['a']);
    await rest('POST', `${role}/check`, body);
    world.addFaults({ stale: [{ accountId, lagMs }] });
    const { status, json } = await rest('POST', `${role}/extend`, { clusters: clusters('b') });
    t.equal(ledger().length, 1);
    return { status, ...json.change, verdict: json.report.verdict };
  };
  t.match(await seen(t, 15), { status: 200, outcome: 'SUCCEEDED', verdict: 'COMPLIANT' }, 'is waited for');
  t.match(
    await seen(t, 60_000),
    { status: 200, outcome: 'UNKNOWN', steps: [{ outcome: 'SUCCEEDED' }], error: null, diff: '', verdict: 'NEEDS_EXTENSION' },
    'but not for ever: the outcome is then not known',
  );
});

t.test('REPLACE says what goes', async (t) => {
  const { role, seed } = await account();
  const { Condition: _, ...open } = statementOf([]);
  seed([], {
    trustText: JSON.stringify({ Version: '2012-10-17', Statement: [open, { ...open, Principal: { Service: 'ec2.amazonaws.com' } }] }),
  });
  const { json } = await rest('POST', `${role}/extend`, { ...body, onMismatch: 'REPLACE' });
  t.match(json.change, { kind: 'REPAIR', outcome: 'SUCCEEDED' });
  t.equal(json.plan.effects.statementsRemoved.length, 2);
});

t.test('an intent is in the log while AWS has not answered yet', async (t) => {
  const { accountId, role, seed } = await account();
  seed(['a']);
  world.addFaults({ fail: [{ accountId, action: 'iam:UpdateAssumeRolePolicy', kind: 'hang', times: 1 }] });
  const answer = rest('POST', `${role}/extend`, { clusters: clusters('b'), reason: 'in flight' });
  while (!world.calls(accountId)[accountId]?.['iam:UpdateAssumeRolePolicy']) await new Promise(setImmediate);
  const [pending] = await changes(accountId);
  t.match(pending, { kind: 'EXTEND', outcome: 'PENDING', reason: 'in flight', clusters: clusters('b'), steps: [], roleName });
  t.match((await rest('GET', `/v1/changes/${pending?.id}`)).json, { outcome: 'PENDING' });
  t.match((await answer).json, { code: 'AWS_FAILED', change: { id: pending?.id, outcome: 'UNKNOWN' } });
  t.match(await changes(accountId), [{ id: pending?.id, outcome: 'UNKNOWN' }]);
});
