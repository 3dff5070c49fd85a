import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import { mockCredentials } from '@backstage/backend-test-utils';
import type { TemplateAction } from '@backstage/plugin-scaffolder-node';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import type { JsonObject } from '@backstage/types';
import { createCheckAction } from '../../plugins/scaffolder-backend-module-rolewright/src/check.ts';
import {
  createCreateAction,
  createExtendAction,
} from '../../plugins/scaffolder-backend-module-rolewright/src/write.ts';
import { headersOfJane, rolewrightAt } from '../support/backstage.ts';
import { problem, roleService, startServer } from '../support/rolewright.ts';
import '../support/jest.ts';

const input = { entityRef: 'component:default/payments', clusters: [{ region: 'us-west-2', name: 'a' }] };
const jane = mockCredentials.user('user:default/jane');
type Create = typeof createCheckAction | typeof createExtendAction | typeof createCreateAction;

interface Run {
  given?: JsonObject;
  /** Who runs the task. */
  as?: BackstageCredentials;
  [more: string]: unknown;
}

/** Runs an action as a step of a task does. */
async function run(action: ReturnType<Create>, { given = input, as = jane, ...more }: Run = {}) {
  const lines: string[] = [];
  const output: Record<string, unknown> = {};
  const context = {
    ...createMockActionContext({ input: given }),
    logger: { info: (line: string) => lines.push(line) },
    output: (name: string, value: unknown) => {
      output[name] = value;
    },
    getInitiatorCredentials: async () => as,
    ...more,
  };
  await (action as unknown as TemplateAction).handler(context as never);
  return { output, lines };
}

async function start(denied?: string[]) {
  const server = await startServer(roleService);
  return { ...server, rolewright: rolewrightAt(server.url, denied) };
}

test('a check', async () => {
  const { rolewright, seen } = await start();
  const { output, lines } = await run(createCheckAction(rolewright));
  assert.deepEqual(output, {
    verdict: 'COMPLIANT',
    action: 'NONE',
    sentence: 'The role pods of account 111122223333 can start pods on Fargate in us-west-2/a.',
    accountId: '111122223333',
    roleName: 'pods',
  });
  assert.deepEqual(lines, [output.sentence]);
  assert.partialDeepStrictEqual(seen[0], { body: { clusters: input.clusters }, headers: headersOfJane });
});

const writes = [
  ['extend', createExtendAction, '/v1/accounts/111122223333/execution-roles/pods/extend', {}, 'now covers'],
  [
    'create',
    createCreateAction,
    '/v1/accounts/111122223333/execution-roles',
    { roleName: 'pods' },
    'was created for',
  ],
] as const;
for (const [name, create, path, more, words] of writes) {
  test(`${name}: a write, and its dry run`, async () => {
    const { rolewright, seen } = await start();
    const { output } = await run(create(rolewright), { given: { ...input, reason: 'CHG-1' } });
    assert.partialDeepStrictEqual(output, {
      sentence: `The role pods of account 111122223333 ${words} us-west-2/a.`,
      changeId: 'change-1',
      changeUrl: 'https://rolewright.example/history/change-1',
      diff: '+ line',
    });
    assert.partialDeepStrictEqual(seen[0], {
      path,
      query: { dryRun: 'false' },
      body: { ...more, clusters: input.clusters, reason: 'CHG-1' },
      headers: headersOfJane,
    });
    const dry = await run(create(rolewright), { isDryRun: true });
    assert.equal(seen[1]?.query.dryRun, 'true');
    assert.deepEqual(dry.lines.slice(1), ['+ line'], 'the diff is in the log');
    assert.equal(dry.output.changeId, '');
  });

  test(`${name}: a step that runs again sends the same key, and another step another one`, async () => {
    const { rolewright, seen } = await start();
    const action = create(rolewright);
    const task = { id: 'task-1' };
    await run(action, { task, step: { id: 'one' } });
    await run(action, { task, step: { id: 'one' } });
    await run(action, { task, step: { id: 'two' } });
    await run(action, { task: { id: 'task-2' }, step: { id: 'one' } });
    await run(action, { task, step: { id: 'one' }, given: { ...input, reason: 'each' } });
    const keys = seen.map(({ headers }) => headers['idempotency-key']);
    assert.equal(keys[0], keys[1]);
    assert.equal(new Set(keys).size, 4);
  });

  test(`${name}: a step that was done is not sent again`, async () => {
    const { rolewright, seen } = await start();
    const done = new Map<string, unknown>();
    const checkpoint = async ({ key, fn }: { key: string; fn: () => Promise<unknown> }) => {
      if (!done.has(key)) done.set(key, await fn());
      return done.get(key);
    };
    const first = await run(create(rolewright), { checkpoint });
    assert.deepEqual((await run(create(rolewright), { checkpoint })).output, first.output);
    assert.equal(seen.length, 1);
    await run(create(rolewright), { checkpoint, isDryRun: true });
    assert.equal(seen.length, 2, 'a dry run is another one');
  });

  test(`${name}: what may not be done is not sent`, async () => {
    const { rolewright, seen } = await start([`rolewright.role.${name}`]);
    await assert.rejects(
      run(create(rolewright)),
      /^Error: Backstage does not permit rolewright\.role\.\w+ of component:default\/payments to you\. Ask an administrator of Backstage for the permission\.$/,
    );
    const { rolewright: open } = await start();
    const service = mockCredentials.service('external:ci');
    await assert.rejects(run(create(open), { as: service }), /Rolewright needs a signed-in person/);
    assert.deepEqual(seen, []);
  });

  test(`${name}: an error is one sentence and its remedy, and holds no more`, async () => {
    const { rolewright, reply } = await start();
    reply(() => problem(409, 'ROLE_BUSY', 'The role is busy. Wait.', { plan: { diff: 'x'.repeat(2000) } }));
    await assert.rejects(run(create(rolewright)), (error: Error) => {
      assert.equal(error.message, 'The role is busy. Try again in a minute.');
      assert.equal(error.cause, undefined);
      assert.deepEqual(Object.keys(error), []);
      return true;
    });
  });
}
