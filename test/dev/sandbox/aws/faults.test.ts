import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  ListRolesCommand,
  UpdateRoleDescriptionCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import t from 'tap';
import type { FailRule } from '#dev/sandbox/aws/faults.ts';
import {
  china,
  failure,
  fargatePolicy,
  home,
  hub,
  keyOf,
  start,
  trust,
  trustOf,
} from './fixtures/sandbox.ts';

const RoleName = 'Pods';
const create = () => new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust });
const look = () => new GetRoleCommand({ RoleName });
const rule: FailRule = { accountId: home, action: 'iam:CreateRole', roleName: 'PODS', times: 1 };

const failures: [string, Partial<FailRule>, string, boolean][] = [
  ['an error before', { when: 'before', code: 'ServiceFailure' }, 'ServiceFailure 500', false],
  ['an error after', { when: 'after', code: 'ServiceFailure' }, 'ServiceFailure 500', true],
  ['a status of its own', { code: 'SlowDown', status: 503 }, 'SlowDown 503', false],
  ['a code of AWS with its status', { code: 'ConcurrentModification' }, 'ConcurrentModification 409', false],
  ['a connection torn down before', { kind: 'reset', when: 'before' }, 'ECONNRESET without an answer', false],
  ['a connection torn down after', { kind: 'reset', when: 'after' }, 'ECONNRESET without an answer', true],
];

t.test('a call fails once, before or after it took effect; the ledger knows', async (t) => {
  const { iam, world } = await start(t);
  for (const [about, members, expected, effective] of failures) {
    world.addFaults({ fail: [{ ...rule, ...members }] });
    const client = iam();
    const error = await client.send(create()).then(
      () => null,
      (thrown: Error & { code?: string }) => thrown,
    );
    t.equal(
      error?.code ? `${error.code} without an answer` : await failure(Promise.reject(error)),
      expected,
      about,
    );
    t.equal(world.role(home, RoleName) !== null, effective, `${about}: the role`);
    t.same(
      world.ledger().map(({ action }) => action),
      effective ? ['iam:CreateRole'] : [],
      `${about}: the ledger`,
    );
    t.equal(
      await failure(client.send(create())),
      effective ? 'EntityAlreadyExists 409' : 'succeeded',
      `${about}: the next call`,
    );
    world.deleteRole(home, RoleName);
    world.clearLedger();
  }
});

t.test('a rule with a chance applies to that share of the calls', async (t) => {
  const { iam, world } = await start(t);
  const [client, code] = [iam(), 'ServiceFailure'];
  world.addFaults({ fail: [{ action: 'iam:ListRoles', code, status: 400, chance: 0.5 }] });
  const answers: string[] = [];
  for (let i = 0; i < 60; i += 1) answers.push(await failure(client.send(new ListRolesCommand({}))));
  const struck = answers.filter((answer) => answer === 'ServiceFailure 400').length;
  t.ok(struck > 10 && struck < 50, `${struck} of 60`);
  t.equal(answers.filter((answer) => answer === 'succeeded').length, 60 - struck);
});

t.test('a call that hangs took effect, or not', async (t) => {
  const { iam, world } = await start(t);
  for (const when of ['before', 'after'] as const) {
    world.addFaults({ fail: [{ ...rule, kind: 'hang', when }] });
    const abort = new AbortController();
    const call = failure(iam().send(create(), { abortSignal: abort.signal }));
    // A call takes effect, if it does, in the same turn in which it is counted.
    while (!world.calls(home)[home]?.['iam:CreateRole']) await iam().send(new ListRolesCommand({}));
    abort.abort();
    t.equal(await call, 'AbortError without an answer');
    t.equal(world.ledger().length, when === 'after' ? 1 : 0, when);
    world.clearCalls();
  }
});

const elsewhere: [string, FailRule, string][] = [
  ['another account', { ...rule, accountId: china }, 'succeeded'],
  ['another action', { ...rule, action: 'iam:GetRole' }, 'succeeded'],
  ['another role', { ...rule, roleName: 'Other' }, 'succeeded'],
  ['everything', {}, 'ServiceFailure 500'],
];

t.test('rules apply to the calls that they match', async (t) => {
  const { iam, world } = await start(t);
  for (const [about, fail, expected] of elsewhere) {
    world.addFaults({ fail: [fail] });
    t.equal(await failure(iam().send(create())), expected, about);
    world.clearFaults();
    world.deleteRole(home, RoleName);
  }
});

t.test('an AssumeRole is matched by its target role', async (t) => {
  const { sts, world } = await start(t);
  const trustText = trustOf({ Effect: 'Allow', Principal: { AWS: hub }, Action: 'sts:AssumeRole' });
  world.putRole({ accountId: home, roleName: 'Member', trustText });
  const assume = new AssumeRoleCommand({
    RoleArn: `arn:aws:iam::${home}:role/Member`,
    RoleSessionName: 'test',
  });
  world.addFaults({
    fail: [
      { accountId: home, action: 'sts:AssumeRole', roleName: 'Member', code: 'ServiceUnavailable', times: 1 },
    ],
  });
  t.equal(await failure(sts().send(assume)), 'ServiceUnavailable 503');
  t.equal(await failure(sts().send(assume)), 'succeeded');
});

t.test('throttling: a bucket for each account that calls', async (t) => {
  let now = 0;
  const { iam, world } = await start(t, { now: () => now });
  world.putRole({ accountId: china, roleName: RoleName, trustText: trust });
  world.putRole({ accountId: home, roleName: RoleName, trustText: trust });
  world.addFaults({ throttle: [{ perSecond: 2 }] });
  const calls = async (n: number, account = home) => {
    const outcomes = [];
    for (let i = 0; i < n; i += 1) outcomes.push(await failure(iam(keyOf(account)).send(look())));
    return outcomes;
  };
  t.same(await calls(3), ['succeeded', 'succeeded', 'Throttling 400']);
  t.same(await calls(1, china), ['succeeded']);
  now += 500;
  t.same(await calls(2), ['succeeded', 'Throttling 400']);
  world.addFaults({ throttle: [{ accountId: home, perSecond: 1000 }] });
  now += 500;
  t.same(await calls(3), ['succeeded', 'succeeded', 'succeeded'], 'the newest rule decides');
});

t.test('stale reads show the role as it was', async (t) => {
  let now = 0;
  const { iam, world } = await start(t, { now: () => now });
  world.addFaults({ stale: [{ accountId: home, lagMs: 1000, forMs: 10_000 }] });
  await iam().send(create());
  const seen = async () => {
    const role = await failure(iam().send(look()));
    if (role !== 'succeeded')
      return [role, await failure(iam().send(new ListAttachedRolePoliciesCommand({ RoleName })))];
    const { Role } = await iam().send(look());
    const { AttachedPolicies } = await iam().send(new ListAttachedRolePoliciesCommand({ RoleName }));
    const { Roles } = await iam().send(new ListRolesCommand({}));
    return [Role?.Description ?? null, AttachedPolicies?.length ?? 0, Roles?.length ?? 0];
  };
  t.same(await seen(), ['NoSuchEntity 404', 'NoSuchEntity 404']);
  t.equal(await failure(iam().send(create())), 'EntityAlreadyExists 409', 'writes see what is');
  now = 600;
  await iam().send(new AttachRolePolicyCommand({ RoleName, PolicyArn: fargatePolicy }));
  await iam().send(new UpdateRoleDescriptionCommand({ RoleName, Description: 'new' }));
  now = 1000;
  t.same(await seen(), [null, 0, 1], 'the creation is visible, later writes are not');
  now = 1600;
  t.same(await seen(), ['new', 1, 1]);
  now = 9500;
  world.deleteRole(home, RoleName);
  t.same(await seen(), ['new', 1, 1]);
  now = 10_000;
  t.same(await seen(), ['NoSuchEntity 404', 'NoSuchEntity 404'], 'the rule has ended');
});

t.test('latency delays the calls that it matches', async (t) => {
  const { iam, world } = await start(t);
  world.putRole({ accountId: home, roleName: RoleName, trustText: trust });
  world.addFaults({ latency: [{ accountId: home, action: 'iam:GetRole', ms: 60 }] });
  const started = performance.now();
  await iam().send(look());
  // A timer may fire up to a millisecond early.
  t.ok(performance.now() - started >= 59);
  world.clearFaults();
  t.equal(await failure(iam().send(new DeleteRoleCommand({ RoleName }))), 'succeeded');
});

t.test('with a random lag each stale read has its own age', async (t) => {
  let now = 1_000_000;
  const draws = [0, 0.9, 0];
  const { iam, world } = await start(t, { now: () => now, random: () => draws.shift() ?? 0 });
  const client = iam();
  await client.send(create());
  world.addFaults({ stale: [{ accountId: home, minLagMs: 0, lagMs: 1000 }] });
  now += 10;
  await client.send(new UpdateRoleDescriptionCommand({ RoleName, Description: 'new' }));
  now += 500;
  const seen = [];
  for (let i = 0; i < 3; i += 1) seen.push((await client.send(look())).Role?.Description);
  t.same(seen, ['new', undefined, 'new'], 'a later read can show an older state');
});

t.test(
  'a listener is told of each call, before and after it takes effect, and may tear the connection down',
  async (t) => {
    const { iam, world } = await start(t);
    const told: unknown[] = [];
    world.onCall(async ({ accountId, action, roleName, when }) => {
      await new Promise(setImmediate);
      told.push([
        accountId,
        action,
        roleName,
        when,
        world.role(home, RoleName) !== null,
        world.ledger().length,
      ]);
      return undefined;
    });
    await iam().send(create());
    t.same(told, [
      [home, 'iam:CreateRole', RoleName, 'before', false, 0],
      [home, 'iam:CreateRole', RoleName, 'after', true, 1],
    ]);
    for (const [when, exists] of [
      ['before', false],
      ['after', true],
    ] as const) {
      world.deleteRole(home, RoleName);
      world.onCall((call) => (call.when === when ? 'reset' : undefined));
      await t.rejects(iam().send(create()), { code: 'ECONNRESET' }, when);
      t.equal(world.role(home, RoleName) !== null, exists, when);
    }
    world.onCall(null);
    t.match(await iam().send(look()), { Role: { RoleName } }, 'the listener is not called any more');
  },
);
