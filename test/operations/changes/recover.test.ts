import t from 'tap';
import type { Deps } from '#src/operations/call/deps.ts';
import { recover } from '#src/operations/changes/recover.ts';
import { operations } from '#src/operations/index.ts';
import { callerOf } from '#test/support/scripted-aws.ts';
import { clusters, roleName, startService, type TestAccount } from '#test/support/service.ts';

// A process ends in the middle of a change, and another one settles the outcome.

let laterMs = 0;
let deaths = 0;
let dies: 'BEFORE' | 'AFTER' | null = null;
let real: Omit<Deps, 'log'> | undefined;
const errors: unknown[] = [];
const log = { info: () => {}, error: (details: object) => void errors.push(details) };

const { rest, account, world, changes } = await startService(t, {
  deps: (parts) => {
    real = { ...parts, now: () => new Date(Date.now() + laterMs) };
    const dead = () => {
      deaths += 1;
      return new Promise<never>(() => {});
    };
    return {
      now: real.now,
      // The process that makes the change stops at a write, and never goes on.
      roles: {
        ...parts.roles,
        write: async (...args) => {
          const when = dies;
          if (when === 'BEFORE') return dead();
          const answer = await parts.roles.write(...args);
          return when === 'AFTER' ? dead() : answer;
        },
      },
      // Its lock would end with it; here it never had one.
      locks: {
        ...parts.locks,
        whileHolding: (accountId, roleName, run) =>
          dies ? run({ confirm: async () => {} }) : parts.locks.whileHolding(accountId, roleName, run),
      },
    };
  },
});
t.afterEach(() => {
  laterMs = 0;
  dies = null;
  errors.length = 0;
});
const recovered = async (differences: Partial<Deps> = {}) =>
  recover({ ...(real as Omit<Deps, 'log'>), log, ...differences });
const one = async ({ accountId }: TestAccount) => (await changes(accountId))[0];

/** Ends while it extends the role by `b`. */
async function abandoned(when: 'BEFORE' | 'AFTER') {
  const target = await account();
  target.seed(['a']);
  dies = when;
  const before = deaths;
  void rest('POST', `${target.role}/extend`, { clusters: clusters('b'), reason: 'why' });
  while (deaths === before) await new Promise(setImmediate);
  dies = null;
  return target;
}

t.test('an accepted write is found at once', async (t) => {
  const target = await abandoned('AFTER');
  await recovered();
  const change = await one(target);
  t.match(change, {
    outcome: 'SUCCEEDED',
    recovered: true,
    error: null,
    reason: 'why',
    editedOutside: false,
  });
  t.match(change?.steps, [
    { action: 'iam:UpdateAssumeRolePolicy', outcome: 'SUCCEEDED', awsRequestId: null },
  ]);
  t.match(change?.diff, /\+.*fargateprofile\/b/);
  await recovered();
  t.same(await one(target), change, 'once');
});

t.test('a write that AWS did not accept is settled once a read would show it', async (t) => {
  const target = await abandoned('BEFORE');
  await recovered();
  t.match(await one(target), { outcome: 'PENDING' }, 'before that it may be in flight');
  laterMs = 50_000;
  await recovered();
  t.match(await one(target), { outcome: 'PENDING' });
  laterMs = 55_000;
  await recovered();
  t.match(await one(target), {
    outcome: 'FAILED',
    recovered: true,
    steps: [],
    diff: '',
    error: { code: 'INTERRUPTED', detail: /shows 0 of its 1 writes/ },
  });
  t.match(await rest('POST', `${target.role}/extend`, { clusters: clusters('b') }), {
    status: 200,
    json: { change: { outcome: 'SUCCEEDED' } },
  });
});

t.test('a role that somebody else edited meanwhile does not show the outcome of our change', async (t) => {
  const target = await abandoned('BEFORE');
  target.seed(['theirs']);
  laterMs = 55_000;
  await recovered();
  t.match(await one(target), {
    outcome: 'UNKNOWN',
    editedOutside: true,
    error: { detail: /neither the old nor the new one/ },
    diff: /theirs/,
  });
});

t.test('an interrupted creation is PARTIAL', async (t) => {
  const target = await account();
  dies = 'AFTER';
  const before = deaths;
  void rest('POST', target.roles, { clusters: clusters('a') });
  while (deaths === before) await new Promise(setImmediate);
  dies = null;
  laterMs = 55_000;
  await recovered();
  t.match(await one(target), {
    kind: 'CREATE',
    outcome: 'PARTIAL',
    steps: [{ action: 'iam:CreateRole' }],
    error: { detail: /shows 1 of its 2/ },
  });
  t.match(
    await rest('POST', target.roles, { clusters: clusters('a') }),
    { status: 201 },
    'and can be finished',
  );
});

t.test('a change whose process holds the lock is left alone', async (t) => {
  const target = await account();
  target.seed(['a']);
  world.addFaults({
    latency: [{ accountId: target.accountId, action: 'iam:UpdateAssumeRolePolicy', ms: 300 }],
  });
  const answer = rest('POST', `${target.role}/extend`, { clusters: clusters('b') });
  while ((await one(target))?.outcome !== 'PENDING') await new Promise(setImmediate);
  laterMs = 55_000;
  await recovered();
  t.match(await one(target), { outcome: 'PENDING' });
  t.match((await answer).json.change, { outcome: 'SUCCEEDED', recovered: false });
});

t.test('an interrupted claim counts if the trust policy is the planned one', async (t) => {
  const held = async ({ accountId }: TestAccount) =>
    (await rest('GET', `/v1/claims?accountId=${accountId}`)).json.items.length;
  const claimed = async () => {
    const target = await account();
    target.seed(['a', 'b']);
    const parts = real as Omit<Deps, 'log'>;
    const stopped = Promise.withResolvers<void>();
    const open: Deps['ledger']['open'] = async (draft) => {
      await parts.ledger.open(draft);
      stopped.resolve();
      return new Promise<never>(() => {});
    };
    // Its lock would end with it; here it never had one.
    const whileHolding: Deps['locks']['whileHolding'] = (_, __, run) => run({ confirm: async () => {} });
    const deps: Deps = {
      ...parts,
      ledger: { ...parts.ledger, open },
      locks: { ...parts.locks, whileHolding },
      log,
    };
    const input = { accountId: target.accountId, roleName, clusters: clusters('b'), claimant: 'tf' };
    void operations.extendExecutionRole.call(deps, input, callerOf());
    await stopped.promise;
    return target;
  };
  const [same, edited, gone] = [await claimed(), await claimed(), await claimed()];
  edited.seed(['a']);
  await rest('DELETE', `/v1/accounts/${gone.accountId}`);
  t.equal(await held(same), 1, 'it is there from the intent on');
  await recovered();
  t.match(await one(same), { kind: 'CLAIM', outcome: 'SUCCEEDED', recovered: true });
  t.match(await one(edited), { kind: 'CLAIM', outcome: 'PENDING' }, 'a read may be stale');
  laterMs = 55_000;
  await recovered();
  t.match(await one(edited), { kind: 'CLAIM', outcome: 'UNKNOWN', editedOutside: true });
  t.match(await one(gone), { kind: 'CLAIM', outcome: 'UNKNOWN' });
  for (const target of [same, edited]) t.equal(await held(target), 1, 'the claim stays');
});

t.test('an account that is registered no more', async (t) => {
  const target = await abandoned('AFTER');
  await rest('DELETE', `/v1/accounts/${target.accountId}`);
  laterMs = 55_000;
  await recovered();
  t.match(await one(target), { outcome: 'UNKNOWN', error: { detail: /no longer registered/ } });
});

t.test('a role that cannot be read is retried, and delays no others', async (t) => {
  const [broken, whole] = [await abandoned('AFTER'), await abandoned('AFTER')];
  world.addFaults({ fail: [{ accountId: broken.accountId, action: 'iam:GetRole', code: 'AccessDenied' }] });
  await recovered();
  t.match(await one(broken), { outcome: 'PENDING' });
  t.match(await one(whole), { outcome: 'SUCCEEDED' });
  t.match(errors, [{ changeId: (await one(broken))?.id }], 'the service says so');
  world.clearFaults();
  await recovered();
  t.match(await one(broken), { outcome: 'SUCCEEDED' });
});

t.test('two replicas recover side by side', async (t) => {
  const targets = await Promise.all(Array.from({ length: 5 }, account));
  for (const target of targets) target.seed(['a']);
  dies = 'AFTER';
  const before = deaths;
  for (const target of targets) void rest('POST', `${target.role}/extend`, { clusters: clusters('b') });
  while (deaths < before + targets.length) await new Promise(setImmediate);
  dies = null;
  await Promise.all([recovered(), recovered(), recovered()]);
  for (const target of targets)
    t.match(await changes(target.accountId), [{ outcome: 'SUCCEEDED', roleName }]);
});

t.test('a process that was paused while another settled its change does not report success', async (t) => {
  const target = await account();
  target.seed(['a']);
  const { ledger } = real as Omit<Deps, 'log'>;
  world.addFaults({
    latency: [{ accountId: target.accountId, action: 'iam:UpdateAssumeRolePolicy', ms: 300 }],
  });
  const answer = rest('POST', `${target.role}/extend`, { clusters: clusters('b') });
  while ((await one(target))?.outcome !== 'PENDING') await new Promise(setImmediate);
  const { id = '' } = (await one(target)) ?? {};
  const failed = {
    outcome: 'FAILED',
    roleId: null,
    steps: [],
    after: null,
    diff: '',
    error: { code: 'INTERRUPTED', detail: 'x' },
  } as const;
  await ledger.settle({ changeId: id }, { ...failed, recovered: true, editedOutside: false, steps: [] });
  t.match(await answer, {
    status: 503,
    json: { code: 'UNAVAILABLE', retryable: true, change: { outcome: 'FAILED' } },
  });
});
