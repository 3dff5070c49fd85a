import t, { type Test } from 'tap';
import type { FaultSpec } from '#dev/sandbox/aws/faults.ts';
import { clusters, roleName, startService, statementOf, trustOf } from '#test/support/service.ts';

// The outcome of a change when AWS fails, in every way and at every moment.

const requestTimeoutMs = 2000;
const { rest, account, world, changes } = await startService(t, { requestTimeoutMs });
const body = { clusters: clusters('a') };
type Fail = NonNullable<FaultSpec['fail']>[number];

type Case = [
  what: string,
  fail: Fail,
  status: number,
  code: string | undefined,
  outcome: string,
  steps: string,
];

const attach = { action: 'iam:AttachRolePolicy' };
const create = { action: 'iam:CreateRole' };
const update = { action: 'iam:UpdateAssumeRolePolicy' };

/** The last column is the outcome of each step that was sent. */
const creations: Case[] = [
  [
    'attaching is denied',
    { ...attach, code: 'AccessDenied' },
    502,
    'AWS_FAILED',
    'PARTIAL',
    'SUCCEEDED FAILED',
  ],
  [
    'attaching is throttled for good',
    { ...attach, code: 'Throttling', times: 3 },
    503,
    'AWS_THROTTLED',
    'PARTIAL',
    'SUCCEEDED FAILED',
  ],
  [
    'attaching is throttled once',
    { ...attach, code: 'Throttling', times: 1 },
    201,
    undefined,
    'SUCCEEDED',
    'SUCCEEDED SUCCEEDED',
  ],
  [
    'AWS breaks before it attaches',
    { ...attach, code: 'ServiceFailure' },
    502,
    'AWS_FAILED',
    'UNKNOWN',
    'SUCCEEDED UNKNOWN',
  ],
  [
    'AWS breaks after it attached',
    { ...attach, code: 'ServiceFailure', when: 'after' },
    201,
    undefined,
    'SUCCEEDED',
    'SUCCEEDED SUCCEEDED',
  ],
  [
    'the connection breaks before it attaches',
    { ...attach, kind: 'reset' },
    502,
    'AWS_FAILED',
    'UNKNOWN',
    'SUCCEEDED UNKNOWN',
  ],
  [
    'the connection breaks after it attached',
    { ...attach, kind: 'reset', when: 'after' },
    201,
    undefined,
    'SUCCEEDED',
    'SUCCEEDED SUCCEEDED',
  ],
  [
    'AWS never answers, and does not attach',
    { ...attach, kind: 'hang' },
    502,
    'AWS_FAILED',
    'UNKNOWN',
    'SUCCEEDED UNKNOWN',
  ],
  [
    'AWS never answers, but attaches',
    { ...attach, kind: 'hang', when: 'after' },
    201,
    undefined,
    'SUCCEEDED',
    'SUCCEEDED SUCCEEDED',
  ],
  ['creating is denied', { ...create, code: 'AccessDenied' }, 502, 'AWS_FAILED', 'FAILED', 'FAILED'],
  [
    'somebody else creates it first',
    { ...create, code: 'EntityAlreadyExists' },
    409,
    'ROLE_EXISTS',
    'FAILED',
    'FAILED',
  ],
  [
    'the connection breaks before it creates',
    { ...create, kind: 'reset' },
    502,
    'AWS_FAILED',
    'UNKNOWN',
    'UNKNOWN',
  ],
  [
    'the connection breaks after it created',
    { ...create, kind: 'reset', when: 'after' },
    502,
    'AWS_FAILED',
    'PARTIAL',
    'SUCCEEDED',
  ],
];
const overQuota = {
  ...update,
  code: 'LimitExceeded',
  message: 'Cannot exceed quota for ACLSizePerRole: 2048',
};
const extensions: Case[] = [
  ['it is denied', { ...update, code: 'AccessDenied' }, 502, 'AWS_FAILED', 'FAILED', 'FAILED'],
  ['it is over a quota that was not raised', overQuota, 422, 'QUOTA_EXCEEDED', 'FAILED', 'FAILED'],
  ['the role was deleted', { ...update, code: 'NoSuchEntity' }, 404, 'ROLE_NOT_FOUND', 'FAILED', 'FAILED'],
  ['the connection breaks before', { ...update, kind: 'reset' }, 502, 'AWS_FAILED', 'UNKNOWN', 'UNKNOWN'],
  [
    'the connection breaks after',
    { ...update, kind: 'reset', when: 'after' },
    200,
    undefined,
    'SUCCEEDED',
    'SUCCEEDED',
  ],
];

const outcomesOf = ({ steps }: { steps: { outcome: string }[] }) =>
  steps.map(({ outcome }) => outcome).join(' ');

t.test('a failed creation reports its steps, and a second one finishes it', async (t) => {
  // Concurrent: each has its own account, and some wait for time-outs and retries.
  await Promise.all(
    creations.map(async ([what, fail, status, code, outcome, steps]) => {
      const { accountId, roles, trust, line, ledger } = await account();
      world.addFaults({ fail: [{ times: 1, ...fail, accountId }] });
      const { json, ...answer } = await rest('POST', roles, body);
      t.equal(answer.status, status, what, { json });
      t.equal(json.code, code, what);
      t.match(json.change, { kind: 'CREATE', outcome, error: code ? { code } : null }, what);
      t.equal(outcomesOf(json.change), steps, what);
      t.same(await changes(accountId), [json.change], `${what}: the log has the same`);
      if (code)
        t.match(
          json.detail,
          new RegExp(`\\d of 2 steps are done; change ${json.change.id} is ${outcome}`),
          what,
        );
      if (code && outcome !== 'FAILED')
        t.match(json.detail, /Send the same request again to complete it/, what);

      const again = await rest('POST', roles, body);
      if (outcome === 'SUCCEEDED')
        t.match(again, { status: 409, json: { code: 'ROLE_EXISTS' } }, `${what}, again: nothing to finish`);
      else
        t.match(
          again,
          {
            status: 201,
            json: { change: { kind: 'CREATE', outcome: 'SUCCEEDED' }, report: { verdict: 'COMPLIANT' } },
          },
          `${what}, again`,
        );
      t.match(
        (await rest('POST', roles, body)).json.code,
        'ROLE_EXISTS',
        `${what}: the finished role is complete`,
      );
      t.same(JSON.parse(trust()), trustOf([line('a')]), what);
      t.same(
        ledger().map(({ action }) => action),
        ['iam:CreateRole', 'iam:AttachRolePolicy'],
        `${what}: each write once`,
      );
    }),
  );
});

t.test('a creation can be finished after failed attempts and refusals', async (t) => {
  const { accountId, roles, role } = await account();
  world.addFaults({ fail: [{ accountId, ...attach, code: 'AccessDenied', times: 3 }] });
  t.match((await rest('POST', roles, body)).json.change, { outcome: 'PARTIAL' });
  t.match((await rest('POST', roles, body)).json.change, { outcome: 'FAILED' });
  t.match((await rest('DELETE', `${role}/clusters/us-west-2/z`)).json, { code: 'CLUSTER_NOT_LISTED' });
  t.match((await rest('POST', roles, body)).json.change, { outcome: 'FAILED' });
  t.match(await rest('POST', roles, body), { status: 201, json: { change: { outcome: 'SUCCEEDED' } } });
  t.match(await rest('POST', roles, body), { status: 409, json: { code: 'ROLE_EXISTS' } });
});

t.test('another verb can finish a creation', async (t) => {
  const { accountId, roles, role } = await account();
  world.addFaults({ fail: [{ accountId, ...attach, code: 'AccessDenied', times: 1 }] });
  t.match((await rest('POST', roles, body)).json.change, { outcome: 'PARTIAL' });
  t.match((await rest('POST', `${role}/extend`, body)).json.change, { kind: 'REPAIR', outcome: 'SUCCEEDED' });
  t.match(await rest('POST', roles, body), { status: 409, json: { code: 'ROLE_EXISTS' } });
});

t.test('a failed extension', async (t) => {
  await Promise.all(
    extensions.map(async ([what, fail, status, code, outcome, steps]) => {
      const { accountId, role, seed, trust, line } = await account();
      seed(['a']);
      world.addFaults({ fail: [{ times: 1, ...fail, accountId }] });
      const { json, ...answer } = await rest('POST', `${role}/extend`, { clusters: clusters('b') });
      t.match(
        { ...answer, json },
        { status, json: { code, change: { kind: 'EXTEND', outcome, error: code ? { code } : null } } },
        what,
      );
      t.equal(outcomesOf(json.change), steps, what);
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
  t.match(
    await seen(t, 15),
    { status: 200, outcome: 'SUCCEEDED', verdict: 'COMPLIANT' },
    'the write is waited for',
  );
  t.match(
    await seen(t, 60_000),
    {
      status: 200,
      outcome: 'SUCCEEDED',
      steps: [{ outcome: 'SUCCEEDED' }],
      error: null,
      diff: /\+.*fargateprofile\/b/,
      verdict: 'COMPLIANT',
    },
    'and succeeds even if no read shows it: AWS has accepted it',
  );
});

t.test('REPLACE names what it removes', async (t) => {
  const { role, seed } = await account();
  const { Condition: _, ...open } = statementOf([]);
  seed([], {
    trustText: JSON.stringify({
      Version: '2012-10-17',
      Statement: [open, { ...open, Principal: { Service: 'ec2.amazonaws.com' } }],
    }),
  });
  const { json } = await rest('POST', `${role}/extend?override=PRINCIPALS_LOST`, {
    ...body,
    onMismatch: 'REPLACE',
  });
  t.match(json.change, { kind: 'REPAIR', outcome: 'SUCCEEDED' });
  t.equal(json.plan.effects.statementsRemoved.length, 2);
});

t.test('an intent is in the log before AWS answers', async (t) => {
  const { accountId, role, seed } = await account();
  seed(['a']);
  world.addFaults({ fail: [{ accountId, action: 'iam:UpdateAssumeRolePolicy', kind: 'hang', times: 1 }] });
  const answer = rest('POST', `${role}/extend`, { clusters: clusters('b'), reason: 'in flight' });
  while (!world.calls(accountId)[accountId]?.['iam:UpdateAssumeRolePolicy']) await new Promise(setImmediate);
  const [pending] = await changes(accountId);
  t.match(pending, {
    kind: 'EXTEND',
    outcome: 'PENDING',
    reason: 'in flight',
    clusters: clusters('b'),
    steps: [],
    roleName,
  });
  t.match((await rest('GET', `/v1/changes/${pending?.id}`)).json, { outcome: 'PENDING' });
  t.match((await answer).json, { code: 'AWS_FAILED', change: { id: pending?.id, outcome: 'UNKNOWN' } });
  t.match(await changes(accountId), [{ id: pending?.id, outcome: 'UNKNOWN' }]);
});

t.test('the last write is the base of the next change when reads are older', async (t) => {
  const { accountId, role, seed, ledger, line, trust } = await account();
  seed(['a']);
  await rest('POST', `${role}/check`, body);
  world.addFaults({ stale: [{ accountId, lagMs: 60_000 }] });
  const extend = (...names: string[]) => rest('POST', `${role}/extend`, { clusters: clusters(...names) });
  for (const name of ['b', 'c', 'd'])
    t.match(await extend(name), {
      status: 200,
      json: { change: { outcome: 'SUCCEEDED', editedOutside: false }, report: { verdict: 'COMPLIANT' } },
    });
  const busy = {
    status: 409,
    json: { code: 'ROLE_BUSY', retryable: true, detail: /or somebody has undone it/ },
  };
  t.match(await extend('c'), busy, 'nothing to do on that base');
  t.match(await rest('DELETE', `${role}/clusters/us-west-2/b`), { status: 200 });
  t.same(JSON.parse(trust()), trustOf(['a', 'c', 'd'].map((name) => line(name))), 'no line is lost');
  world.clearFaults();
  t.match(await extend('e'), { status: 200, json: { change: { editedOutside: false } } });
  t.equal(ledger().length, 5);
});

t.test('while the outcome of a change is unknown, another change does not undo it', async (t) => {
  const { accountId, role, seed, line, trust } = await account();
  seed(['a']);
  await rest('POST', `${role}/check`, body);
  world.addFaults({
    stale: [{ accountId, lagMs: 60_000 }],
    fail: [{ ...update, accountId, kind: 'reset', when: 'after', times: 1 }],
  });
  const extend = (cluster: string) => rest('POST', `${role}/extend`, { clusters: clusters(cluster) });
  t.match(await extend('b'), {
    status: 502,
    json: { change: { outcome: 'UNKNOWN', steps: [{ outcome: 'UNKNOWN' }] } },
  });
  t.match(await extend('c'), {
    status: 409,
    json: { code: 'ROLE_BUSY', retryable: true, detail: /whether change change_\S+ took effect/ },
  });
  t.match(await extend('b'), { status: 200 }, 'repeating the change does no harm');
  t.match(await extend('c'), { status: 200 });
  t.same(JSON.parse(trust()), trustOf([line('a'), line('b'), line('c')]), 'no line is lost');
});

t.test('an edit by somebody else is kept and reported', async (t) => {
  const { role, seed, trust } = await account();
  seed(['a']);
  const extend = async (cluster: string) =>
    (await rest('POST', `${role}/extend`, { clusters: clusters(cluster) })).json.change;
  t.match(await extend('b'), { editedOutside: false }, 'before our first change an edit cannot be noticed');
  seed(['theirs']);
  t.match(await extend('c'), { outcome: 'SUCCEEDED', editedOutside: true });
  t.match(trust(), /theirs.*fargateprofile\/c/);
  t.match(await extend('d'), { editedOutside: false });
});

t.test(
  'a role that was deleted and created again is another role, whatever the log has under its name',
  async (t) => {
    const { accountId, role, seed, trust } = await account();
    seed(['a']);
    const put = () => rest('PUT', `${role}/clusters/us-west-2/b`);
    t.match(await put(), { status: 200, json: { change: { outcome: 'SUCCEEDED' } } });
    world.deleteRole(accountId, roleName);
    seed(['a'], { attached: [] });
    t.match(await put(), {
      status: 200,
      json: { change: { outcome: 'SUCCEEDED', editedOutside: true }, report: { verdict: 'COMPLIANT' } },
    });
    t.match(trust(), /fargateprofile\/b/);

    const other = await account();
    world.addFaults({ fail: [{ accountId: other.accountId, ...attach, code: 'AccessDenied', times: 1 }] });
    t.match((await rest('POST', other.roles, body)).json.change, { outcome: 'PARTIAL', roleId: /^AROA/ });
    world.deleteRole(other.accountId, roleName);
    other.seed(['a'], { attached: [], tags: { ManagedBy: 'Terraform' } });
    t.match(
      await rest('POST', other.roles, body),
      { status: 409, json: { code: 'ROLE_EXISTS' } },
      'an unfinished creation does not apply to the new role',
    );
    t.equal(other.ledger().length, 1);
  },
);

t.test('an edit during our write is reported', async (t) => {
  const other = await startService(t, {
    deps: ({ roles }) => ({
      roles: {
        ...roles,
        write: async (...args) => {
          const answer = await roles.write(...args);
          edit();
          return answer;
        },
      },
    }),
  });
  const { role, seed } = await other.account();
  const edit = () => seed(['theirs']);
  seed(['a']);
  const { json } = await other.rest('POST', `${role}/extend`, { clusters: clusters('ours') });
  t.match(json.change, {
    outcome: 'SUCCEEDED',
    editedOutside: true,
    error: { code: 'ROLE_CHANGED' },
    diff: /theirs/,
  });
  t.match(json.report, { verdict: 'NEEDS_EXTENSION' });
});

t.test('a role that somebody else created is not treated as ours', async (t) => {
  const { accountId, roles, seed, trust } = await account();
  world.addFaults({ fail: [{ accountId, action: 'iam:CreateRole', kind: 'reset', times: 1 }] });
  t.match(await rest('POST', roles, body), { status: 502, json: { change: { outcome: 'UNKNOWN' } } });
  seed(['theirs']);
  const before = trust();
  t.match(await rest('POST', roles, body), { status: 409, json: { code: 'ROLE_EXISTS' } });
  t.equal(trust(), before);
});

t.test('a role created at the same moment with other content is not treated as ours', async (t) => {
  const { accountId, roles, seed } = await account();
  world.addFaults({ fail: [{ accountId, action: 'iam:CreateRole', kind: 'hang', times: 1 }] });
  const answer = rest('POST', roles, {
    ...body,
    permissionsBoundary: `arn:aws:iam::${accountId}:policy/edge`,
  });
  while (!world.calls(accountId)[accountId]?.['iam:CreateRole']) await new Promise(setImmediate);
  seed(['a'], { attached: [] });
  t.match(await answer, {
    status: 502,
    json: { change: { outcome: 'UNKNOWN', steps: [{ outcome: 'UNKNOWN' }] } },
  });
});

t.test('a role that cannot be read after the write: the write still counts', async (t) => {
  const { accountId, role, seed } = await account();
  seed(['a']);
  await rest('POST', `${role}/extend`, body);
  const isWritten = () => world.calls(accountId)[accountId]?.['iam:UpdateAssumeRolePolicy'];
  world.addFaults({ latency: [{ accountId, action: 'iam:UpdateAssumeRolePolicy', ms: 50 }] });
  const answer = rest('POST', `${role}/extend`, { clusters: clusters('b') });
  while (!isWritten()) await new Promise(setImmediate);
  world.addFaults({ fail: [{ accountId, action: 'iam:GetRole', code: 'AccessDenied' }] });
  t.match(await answer, {
    status: 200,
    json: {
      change: { outcome: 'SUCCEEDED', error: null, diff: /fargateprofile\/b/ },
      report: { verdict: 'COMPLIANT' },
    },
  });
});

t.test('a quota that was just raised counts', async (t) => {
  const { accountId, role, seed } = await account({ quotas: { trustPolicySize: 260 } });
  seed(['a']);
  const extend = () => rest('POST', `${role}/extend`, { clusters: clusters('b') });
  t.match(await extend(), { status: 422, json: { code: 'QUOTA_EXCEEDED', detail: /allows 260/ } });
  world.putAccount({ accountId, quotas: { trustPolicySize: 2048 } });
  t.match(await extend(), { status: 200, json: { change: { outcome: 'SUCCEEDED' } } });
});

t.test('a refusal shows what would fit, and the clusters that rely on the role', async (t) => {
  const { role, roles, seed, line } = await account({ quotas: { trustPolicySize: 400 } });
  t.match(await rest('POST', roles, { clusters: clusters('old', 'gone') }), { status: 201 });
  t.match(await rest('DELETE', `${role}/clusters/us-west-2/gone`), { status: 200 });
  seed(['listed', 'another']);
  for (const url of [`${role}/extend`, `${role}/extend?dryRun=true`, `${role}?dryRun=true`]) {
    const { status, json } = await rest(url.includes('extend') ? 'POST' : 'PUT', url, {
      clusters: clusters('x', 'y'),
    });
    t.match({ status, code: json.code }, { status: 422, code: 'QUOTA_EXCEEDED' }, url);
    t.match(json.suggestion, { clusters: clusters('*'), compact: true, quota: 400 }, url);
    t.same(json.suggestion.alsoLetsIn, clusters('listed', 'another', 'old'), url);
    t.match(json.detail, 'us-west-2/old', url);
  }
  // Now somebody writes the statement as CDK does, without a condition.
  const { Condition: _, ...open } = statementOf([line('x')]);
  seed([], {
    trustText: JSON.stringify({ Version: '2012-10-17', Statement: [open, statementOf([line('listed')])] }),
  });
  const lost = [...clusters('old'), { region: '*', name: '*' }];
  const refused = await rest('POST', `${role}/extend`, { clusters: clusters('listed') });
  t.match(refused, { status: 409, json: { code: 'TRUST_MISMATCH' } });
  t.same(refused.json.plan.effects.clustersLost, lost, 'the plan that MERGE would apply');
  for (const dryRun of [true, false]) {
    const { json } = await rest('POST', `${role}/extend?dryRun=${dryRun}`, {
      clusters: clusters('listed'),
      onMismatch: 'MERGE',
    });
    t.same(json.plan.effects.clustersLost, lost, `dryRun=${dryRun}`);
  }
});
