import t from 'tap';
import Type from 'typebox';
import { Fault } from '#src/fault.ts';
import { createCalls } from '#src/http/mcp/calls.ts';
import type { Deps } from '#src/operations/call/deps.ts';
import type { Operation } from '#src/operations/call/operation.ts';
import { operations } from '#src/operations/index.ts';
import { callerOf } from '#test/support/scripted-aws.ts';

t.test('each call after the first is counted, and not made once the limit is reached', async (t) => {
  let [counted, made] = [0, 0];
  const call = async () => {
    made += 1;
    return { items: [], nextCursor: null };
  };
  const operation = { ...operations.accounts, call } as Operation;
  const calls = createCalls({} as Deps, callerOf, async () => {
    counted += 1;
    if (counted >= 2) throw new Fault('RATE_LIMITED', 'Too many.');
  });
  await calls.read(operation, {});
  t.same([counted, made], [0, 1], 'the request itself was counted for the first');
  await calls.read(operation, {});
  t.same([counted, made], [1, 2]);
  await t.rejects(calls.read(operation, {}), { code: 'RATE_LIMITED' });
  await t.rejects(calls.planExtension({}), { code: 'RATE_LIMITED' });
  t.equal(made, 2);
});

t.test('no operation that can write can be read', async (t) => {
  const calls = createCalls({} as Deps, callerOf, async () => {});
  const mutations = Object.values(operations).filter(({ kind }) => kind === 'MUTATION');
  t.ok(mutations.length > 10);
  for (const { name, ...operation } of mutations) {
    const called = { ...operation, name, output: Type.Object({}), call: t.fail } as unknown as Operation;
    await t.rejects(calls.read(called, { dryRun: true }), { message: `a tool tried to write: ${name}` });
  }
});

t.test('a plan is a dry run, whatever its input says', async (t) => {
  const { call } = operations.extendExecutionRole;
  t.teardown(() => {
    operations.extendExecutionRole.call = call;
  });
  const given: object[] = [];
  operations.extendExecutionRole.call = (async (_: Deps, input: object) => given.push(input)) as never;
  const calls = createCalls({} as Deps, callerOf, async () => {});
  for (const dryRun of [false, undefined, null, 0, 'false'])
    await calls.planExtension({ dryRun, clusters: [] });
  t.same(
    given,
    Array.from({ length: 5 }, () => ({ dryRun: true, clusters: [] })),
  );
});
