import type { InjectOptions } from 'fastify';
import t from 'tap';
import { parse } from 'yaml';
import { apiFiles } from '#dev/tools/describe-api.ts';
import { startService } from '#test/support/service.ts';

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  example?: unknown;
}
interface Operation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { example?: Record<string, unknown> }> };
}

const { paths } = parse((await apiFiles())['openapi.yaml'] ?? '') as {
  paths: Record<string, Record<string, Operation>>;
};
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    path,
    method: method.toUpperCase(),
    ...operation,
  })),
);
const bodyOf = ({ requestBody }: Operation) => requestBody?.content['application/json']?.example;

t.test('every operation with input has an example, and none is dangerous', async (t) => {
  t.ok(operations.length > 35);
  for (const operation of operations) {
    const { operationId, parameters = [], requestBody, method } = operation;
    for (const { name, required, example, in: place } of parameters)
      if (required && place !== 'header') t.not(example, undefined, `${operationId}: ${name} has an example`);
    if (requestBody && operationId !== 'importAccounts')
      t.ok(bodyOf(operation), `${operationId}: its body has an example`);
    const all = JSON.stringify([parameters.map(({ example }) => example), bodyOf(operation)]);
    t.notMatch(
      all,
      /"\*"|\*\/|compact|REPLACE|override/,
      `${operationId}: no wildcard, nothing that takes lines away`,
    );
    const dryRun = parameters.find(({ name }) => name === 'dryRun');
    if (method !== 'GET' && dryRun) t.equal(dryRun.example, true, `${operationId}: the example is a dry run`);
  }
});

t.test('each example works when it is sent unchanged', async (t) => {
  const service = await startService(t, { sweepConcurrency: 2 });
  const { app, world, organization, checkpoint, settled } = service;
  const { accountId, seed } = await service.account({
    accountId: '111122223333',
    labels: { team: 'payments' },
  });
  seed(['checkout', 'my-cluster']);
  await service.account({ accountId: '333344445555' });
  organization([{ accountId, name: 'payments-prod' }]);
  /** The real IDs of the records that the examples name. */
  const post = async (url: string, payload: object) =>
    (await app.inject({ method: 'POST', url, payload })).json();
  const ids: Record<string, string> = {};
  const role = `/v1/accounts/${accountId}/execution-roles/AmazonEKSFargatePodExecutionRole`;
  ids.change = (await post(`${role}/extend`, { clusters: [{ region: 'us-west-2', name: 'new' }] })).change.id;
  await app.inject({ method: 'PUT', url: `${role}/clusters/us-west-2/checkout` });
  ids.claim = (await app.inject('/v1/claims')).json().items[0].id;
  await checkpoint();
  ids.sweep = (await post('/v1/sweeps', { operation: 'CHECK', select: { all: true } })).id;
  ids.import = (await post('/v1/accounts/import', {})).id;
  await settled();
  ids.token = (
    await post('/v1/service-tokens', { name: 'other', groups: ['rolewright-viewers'] })
  ).serviceToken.id;
  await app.inject({
    method: 'PUT',
    url: '/v1/schedules/nightly',
    payload: { cron: '0 3 * * *', sweep: { select: { all: true } } },
  });
  t.ok(world.account(accountId));

  const real = (value: string) =>
    value
      .replace(/^(change|sweep|import|claim)_.*$/, (_, kind: string) => ids[kind] ?? '')
      .replace(/^0123456789abcdef$/, ids.token ?? '');
  for (const operation of operations) {
    const { operationId, path, method, parameters = [] } = operation;
    // A dead letter takes a day, and a stream of events does not end.
    if (['redeliverDeadLetter', 'streamSweepEvents'].includes(operationId)) continue;
    const given = parameters.filter(({ example }) => example !== undefined);
    const url = path.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(real(String(given.find((one) => one.in === 'path' && one.name === name)?.example))),
    );
    const query = Object.fromEntries(
      given.flatMap(({ in: place, name, example }) => (place === 'query' ? [[name, String(example)]] : [])),
    );
    const payload = bodyOf(operation);
    const answer = await app.inject({
      method: method as InjectOptions['method'],
      url,
      query,
      ...(payload && { payload }),
    } as InjectOptions);
    t.ok(answer.statusCode < 300, `${operationId}: ${answer.statusCode}`, {
      body: answer.body.slice(0, 500),
    });
  }
});
