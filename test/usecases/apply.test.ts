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
    {
      status: 200,
      outcome: 'UNKNOWN',
      steps: [{ outcome: 'SUCCEEDED' }],
      error: null,
      diff: /\+.*fargateprofile\/b/,
      verdict: 'NEEDS_EXTENSION',
    },
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

t.test('a read that is older than our last change is no ground for another', async (t) => {
  const { accountId, role, seed, ledger, line, trust } = await account();
  seed(['a']);
  await rest('POST', `${role}/check`, body);
  world.addFaults({ stale: [{ accountId, lagMs: 60_000 }] });
  const extend = (cluster: string) => rest('POST', `${role}/extend`, { clusters: clusters(cluster) });
  t.match(await extend('b'), { status: 200, json: { change: { outcome: 'UNKNOWN' } } });
  t.match(await extend('c'), { status: 409, json: { code: 'ROLE_BUSY', retryable: true, detail: /does not show change change_/ } });
  t.match(await extend('b'), { status: 200 }, 'the same again is no harm');
  t.same(JSON.parse(trust()), trustOf([line('a'), line('b')]));
  world.clearFaults();
  t.match(await extend('c'), { status: 200, json: { change: { outcome: 'SUCCEEDED' } } });
  t.same(JSON.parse(trust()), trustOf([line('a'), line('b'), line('c')]), 'no line is lost');
  t.equal(ledger().length, 3);
});

t.test('a role that somebody else made is not taken for ours', async (t) => {
  const { accountId, roles, seed, trust } = await account();
  world.addFaults({ fail: [{ accountId, action: 'iam:CreateRole', kind: 'reset', times: 1 }] });
  t.match(await rest('POST', roles, body), { status: 502, json: { change: { outcome: 'UNKNOWN' } } });
  seed(['theirs']);
  const before = trust();
  t.match(await rest('POST', roles, body), { status: 409, json: { code: 'ROLE_EXISTS' } });
  t.equal(trust(), before);
});

t.test('a role that is made at the same moment, but not as asked, does not pass for ours', async (t) => {
  const { accountId, roles, seed } = await account();
  world.addFaults({ fail: [{ accountId, action: 'iam:CreateRole', kind: 'hang', times: 1 }] });
  const answer = rest('POST', roles, { ...body, permissionsBoundary: `arn:aws:iam::${accountId}:policy/edge` });
  while (!world.calls(accountId)[accountId]?.['iam:CreateRole']) await new Promise(setImmediate);
  seed(['a'], { attached: [] });
  t.match(await answer, { status: 502, json: { change: { outcome: 'UNKNOWN', steps: [{ outcome: 'UNKNOWN' }] } } });
});

t.test('a role that cannot be read after the write: the log says why its outcome is not known', async (t) => {
  const { accountId, role, seed } = await account();
  seed(['a']);
  await rest('POST', `${role}/extend`, body);
  const isWritten = () => world.calls(accountId)[accountId]?.['iam:UpdateAssumeRolePolicy'];
  world.addFaults({ latency: [{ accountId, action: 'iam:UpdateAssumeRolePolicy', ms: 50 }] });
  const answer = rest('POST', `${role}/extend`, { clusters: clusters('b') });
  while (!isWritten()) await new Promise(setImmediate);
  world.addFaults({ fail: [{ accountId, action: 'iam:GetRole', code: 'AccessDenied' }] });
  t.match(await answer, { status: 200, json: { change: { outcome: 'UNKNOWN', error: { code: 'AWS_FAILED', detail: /iam:GetRole/ } } } });
});

t.test('a quota that was raised a moment ago counts', async (t) => {
  const { accountId, role, seed } = await account({ quotas: { trustPolicySize: 260 } });
  seed(['a']);
  const extend = () => rest('POST', `${role}/extend`, { clusters: clusters('b') });
  t.match(await extend(), { status: 422, json: { code: 'QUOTA_EXCEEDED', detail: /allows 260/ } });
  world.putAccount({ accountId, quotas: { trustPolicySize: 2048 } });
  t.match(await extend(), { status: 200, json: { change: { outcome: 'SUCCEEDED' } } });
});

t.test('the member role is not to be had, by whatever name', async (t) => {
  const { roles, ledger, accountId } = await account();
  for (const name of ['RolewrightMember', 'rolewrightmember']) {
    const mine = `${roles}/${name}`;
    for (const [method, url, payload] of [
      ['POST', `${mine}/extend`, { ...body, onMismatch: 'REPLACE' }],
      ['PUT', mine, { ...body, additionalPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }],
      ['POST', `${roles}?dryRun=true`, { ...body, roleName: name }],
      ['DELETE', `${mine}/clusters/us-west-2/a`, undefined],
    ] as const)
      t.match(await rest(method, url, payload), { status: 409, json: { code: 'UNMODIFIABLE_ROLE' } }, `${method} ${url}`);
  }
  t.same(ledger(), []);
  t.equal((await changes(accountId)).length, 6, 'each attempt is in the log, but for the dry runs');
});

t.test('what would fit, and who relies on the role, is told to whoever has to decide', async (t) => {
  const { role, roles, seed, line } = await account({ quotas: { trustPolicySize: 400 } });
  t.match(await rest('POST', roles, { clusters: clusters('old', 'gone') }), { status: 201 });
  t.match(await rest('DELETE', `${role}/clusters/us-west-2/gone`), { status: 200 });
  seed(['listed', 'another']);
  for (const url of [`${role}/extend`, `${role}/extend?dryRun=true`, `${role}?dryRun=true`]) {
    const { status, json } = await rest(url.includes('extend') ? 'POST' : 'PUT', url, { clusters: clusters('x', 'y') });
    t.match({ status, code: json.code }, { status: 422, code: 'QUOTA_EXCEEDED' }, url);
    t.match(json.suggestion, { clusters: clusters('*'), compact: true, quota: 400 }, url);
    t.same(json.suggestion.alsoLetsIn, clusters('listed', 'another', 'old'), url);
    t.match(json.detail, 'us-west-2/old', url);
  }
  // Now somebody writes it as CDK does: without a condition.
  const { Condition: _, ...open } = statementOf([line('x')]);
  seed([], { trustText: JSON.stringify({ Version: '2012-10-17', Statement: [open, statementOf([line('listed')])] }) });
  const lost = [...clusters('old'), { region: '*', name: '*' }];
  const refused = await rest('POST', `${role}/extend`, { clusters: clusters('listed') });
  t.match(refused, { status: 409, json: { code: 'TRUST_MISMATCH' } });
  t.same(refused.json.plan.effects.clustersLost, lost, 'the plan that MERGE would apply');
  for (const dryRun of [true, false]) {
    const { json } = await rest('POST', `${role}/extend?dryRun=${dryRun}`, { clusters: clusters('listed'), onMismatch: 'MERGE' });
    t.same(json.plan.effects.clustersLost, lost, `dryRun=${dryRun}`);
  }
});
