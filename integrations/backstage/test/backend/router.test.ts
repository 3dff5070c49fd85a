import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { mockCredentials, startTestBackend } from '@backstage/backend-test-utils';
import rolewrightPlugin from 'backstage-plugin-rolewright-backend';
import { featuresFor, headersOfJane } from '../support/backstage.ts';
import { problem, roleService, startServer } from '../support/rolewright.ts';

const jane = mockCredentials.user.header('user:default/jane');

/** The plugin in Backstage's own test backend. */
async function start({ denied }: { denied?: string[] } = {}) {
  const rolewright = await startServer(roleService);
  const backend = await startTestBackend({
    features: [rolewrightPlugin, ...featuresFor(rolewright.url, denied)],
  });
  after(() => backend.stop());
  const ask = async (path: string, { as = jane as string | null, body = undefined as unknown } = {}) => {
    const answer = await fetch(`http://127.0.0.1:${backend.server.port()}/api/rolewright${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json', ...(as && { authorization: as }) },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: assertions say what it has to be
    return { status: answer.status, body: (await answer.json()) as any };
  };
  return { ...rolewright, ask };
}
const overview = '/overview?entityRef=component:default/payments';
const extension = {
  entityRef: 'Component:default/payments',
  clusters: [{ region: 'us-west-2', name: 'a' }],
  dryRun: false,
};

test('an overview', async () => {
  const { ask, seen } = await start();
  const { status, body } = await ask(overview);
  assert.equal(status, 200);
  assert.deepEqual(body, {
    role: { accountId: '111122223333', roleName: 'pods', roleArn: 'arn:aws:iam::111122223333:role/pods' },
    verdict: 'NEEDS_EXTENSION',
    sentence: 'The role pods of account 111122223333 needs a line for each cluster that it does not cover.',
    findings: [{ code: 'CLUSTER_NOT_LISTED', severity: 'ERROR', message: 'm', remedy: 'r' }],
    clusters: [
      { region: 'us-west-2', name: 'checkout' },
      { region: '*', name: '*' },
    ],
    readiness: [
      { cluster: { region: 'us-west-2', name: 'checkout' }, verdict: 'READY', reason: null, findings: [] },
    ],
    readinessUnknown: 'One more line was not asked about.',
    changes: [
      {
        id: 'change-1',
        at: '2026-11-30T12:00:00.000Z',
        kind: 'EXTEND',
        outcome: 'SUCCEEDED',
        clusters: [{ region: 'us-west-2', name: 'a' }],
        actor: 'token:backstage',
        onBehalfOf: 'user:default/jane',
        reason: 'because',
        url: 'https://rolewright.example/history/change-1',
      },
    ],
    mayExtend: true,
    consoleUrl: 'https://rolewright.example/roles/111122223333/pods',
  });
  for (const { path, headers } of seen) {
    assert.partialDeepStrictEqual(headers, headersOfJane, path);
    assert.match(headers['user-agent'] ?? '', /^rolewright-backstage\/\d/, path);
  }
  assert.deepEqual(seen.find(({ path }) => path === '/v1/changes')?.query, {
    accountId: '111122223333',
    roleName: 'pods',
    limit: '5',
  });
});

test('an overview of a role that is not there, and what the person may not see', async () => {
  const { ask, reply } = await start();
  const { body } = await ask('/overview?entityRef=component:default/missing');
  assert.partialDeepStrictEqual(body, {
    role: { roleArn: null },
    verdict: 'MISSING',
    sentence: 'Account 111122223333 has no role absent.',
    readiness: null,
    readinessUnknown: 'The account has no such role.',
  });
  reply((one) => {
    if (one.path === '/v1/changes') return problem(403, 'FORBIDDEN', 'Permission denied: changes.');
    if (one.path === '/v1/caller') return { body: { operations: ['executionRole'] } };
    if (one.path.endsWith('readiness')) return problem(502, 'AWS_FAILED', 'AWS failed. Look at AWS.');
    return roleService(one);
  });
  const { body: less } = await ask(overview);
  assert.partialDeepStrictEqual(less, { changes: null, mayExtend: false });
  assert.partialDeepStrictEqual(less.readiness[0], { verdict: null, reason: 'AWS failed. Look at AWS.' });
});

test('no button for whom Backstage does not permit it', async () => {
  const { ask } = await start({ denied: ['rolewright.role.extend'] });
  assert.equal((await ask(overview)).body.mayExtend, false);
});

test('an extension, and its preview', async () => {
  const { ask, seen } = await start();
  const { body } = await ask('/extend', { body: { ...extension, reason: 'CHG-1', idempotencyKey: 'k' } });
  assert.partialDeepStrictEqual(body, {
    diff: '+ line',
    effects: { clustersGained: [{ region: 'us-west-2', name: 'a' }], clustersLost: [], statementsRemoved: 0 },
    change: { id: 'change-1', onBehalfOf: 'user:default/jane' },
    sentence: 'The role pods of account 111122223333 now covers us-west-2/a.',
  });
  const { body: preview } = await ask('/extend', { body: { ...extension, dryRun: true } });
  assert.partialDeepStrictEqual(preview, {
    change: null,
    sentence: 'The role pods of account 111122223333 would cover us-west-2/a.',
  });
  assert.deepEqual(
    seen.map(({ path, query, body: sent }) => [path, query.dryRun, sent]),
    [
      [
        '/v1/accounts/111122223333/execution-roles/pods/extend',
        'false',
        { clusters: extension.clusters, reason: 'CHG-1' },
      ],
      ['/v1/accounts/111122223333/execution-roles/pods/extend', 'true', { clusters: extension.clusters }],
    ],
  );
  for (const { headers } of seen) assert.partialDeepStrictEqual(headers, headersOfJane);
});

test('a key belongs to its person, its entity and its input', async () => {
  const { ask, seen } = await start();
  const joe = mockCredentials.user.header('user:default/joe');
  const send = (more: object, as = jane) =>
    ask('/extend', { as, body: { ...extension, idempotencyKey: 'k', ...more } });
  await send({});
  await send({});
  await send({}, joe);
  await send({ reason: 'another' });
  await send({ dryRun: true });
  const keys = seen.map(({ headers }) => headers['idempotency-key']);
  assert.equal(keys[0], keys[1]);
  assert.equal(new Set(keys).size, 4);
  assert.match(String(keys[0]), /^[0-9a-f]{64}$/);
});

const forged = (more: object) => ({ body: { ...extension, ...more } });
const refusals: [string, string, Parameters<Awaited<ReturnType<typeof start>>['ask']>[1], number, string][] =
  [
    ['no such entity', '/overview?entityRef=component:default/other', {}, 404, 'NO_ENTITY'],
    ['no entity ref', '/overview', {}, 400, 'INVALID_INPUT'],
    ['an entity ref of two lines', '/overview?entityRef=component:default/a%0Ab', {}, 400, 'INVALID_INPUT'],
    ['an entity ref that turns text around', '/overview?entityRef=a:b/%E2%80%AEc', {}, 400, 'INVALID_INPUT'],
    ['two entity refs', `${overview}&entityRef=component:default/bare`, {}, 400, 'INVALID_INPUT'],
    ['no annotations', '/overview?entityRef=component:default/bare', {}, 404, 'NO_ANNOTATION'],
    [
      'a role that is a path',
      '/overview?entityRef=component:default/traversal',
      {},
      422,
      'INVALID_ANNOTATION',
    ],
    [
      'an account of one digit',
      '/overview?entityRef=component:default/number',
      {},
      422,
      'INVALID_ANNOTATION',
    ],
    ['a service', overview, { as: mockCredentials.service.header() }, 403, 'NO_PERSON'],
    [
      'a service that writes',
      '/extend',
      { as: mockCredentials.service.header(), body: extension },
      403,
      'NO_PERSON',
    ],
    ['an account in the request', '/extend', forged({ accountId: '999999999999' }), 400, 'INVALID_INPUT'],
    ['a role in the request', '/extend', forged({ roleName: 'admin' }), 400, 'INVALID_INPUT'],
    ['a person in the request', '/extend', forged({ onBehalfOf: 'x|y' }), 400, 'INVALID_INPUT'],
    [
      'an override in the request',
      '/extend',
      forged({ override: ['PRINCIPALS_LOST'] }),
      400,
      'INVALID_INPUT',
    ],
    [
      'a cluster with more members',
      '/extend',
      forged({ clusters: [{ region: 'r', name: 'n', x: 1 }] }),
      400,
      'INVALID_INPUT',
    ],
    ['no cluster', '/extend', forged({ clusters: [] }), 400, 'INVALID_INPUT'],
    ['no word about dry run', '/extend', forged({ dryRun: undefined }), 400, 'INVALID_INPUT'],
    ['no JSON', '/extend', { body: '{' }, 400, 'INVALID_INPUT'],
  ];
test('refusals, before Rolewright is asked', async (t) => {
  const { ask, seen } = await start();
  for (const [name, path, request, status, code] of refusals)
    await t.test(name, async () => {
      const answer = await ask(path, request);
      assert.equal(answer.status, status, JSON.stringify(answer.body));
      assert.equal(answer.body.error.code, code);
      assert.deepEqual(Object.keys(answer.body.error), ['code', 'message', 'remedy']);
      for (const text of [answer.body.error.message, answer.body.error.remedy])
        assert.match(text, /^[^\n]{5,300}\.$/);
      assert.deepEqual(seen, []);
    });
});

test('Backstage refuses what its policy does not permit', async () => {
  const { ask, seen } = await start({ denied: ['rolewright.role.read', 'rolewright.role.extend'] });
  for (const answer of [await ask(overview), await ask('/extend', { body: extension })])
    assert.partialDeepStrictEqual(answer, { status: 403, body: { error: { code: 'NOT_PERMITTED' } } });
  assert.deepEqual(seen, []);
});

test('a refusal of Rolewright is a sentence and a remedy, without the plan', async () => {
  const { ask, reply } = await start();
  const detail = 'The trust policy does not match. Send `onMismatch`.';
  reply(() => problem(409, 'TRUST_MISMATCH', detail, { plan: { diff: 'x'.repeat(2000) } }));
  assert.deepEqual(await ask('/extend', { body: extension }), {
    status: 409,
    body: {
      error: {
        code: 'TRUST_MISMATCH',
        message: 'The trust policy does not match.',
        remedy: "Repair the role in Rolewright's console, which shows the plan.",
      },
    },
  });
});

test('a credential that Rolewright refuses does not end the session of the person, and is not shown', async () => {
  const { ask, reply, seen } = await start();
  reply(() => problem(401, 'UNAUTHENTICATED', 'Authentication required.'));
  const answer = await ask('/extend', { body: extension });
  assert.partialDeepStrictEqual(answer, { status: 502, body: { error: { code: 'CREDENTIAL_REJECTED' } } });
  assert.ok(!JSON.stringify(answer).includes('service-token'));
  assert.equal(seen.length, 2, 'it is tried once more');
});
