import t from 'tap';
import { clusters, startService, statementOf, type TestAccount, trustOf } from '#test/support/service.ts';

// A write to a role without any sign of an execution role is refused without an override.

const service = await startService(t, { sweepConcurrency: 2 });
const { rest, graphql, account, changes, world } = service;

const admin = 'OrganizationAccountAccessRole';
const person = {
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::999999999999:root' },
  Action: 'sts:AssumeRole',
};
const policy = 'arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy';
const textOf = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });

/** An administrator's role: no sign of Fargate. */
const administers = (one: TestAccount, differences: object = {}) =>
  world.putRole({
    accountId: one.accountId,
    roleName: admin,
    trustText: textOf(person),
    attached: [],
    ...differences,
  });

const refused = {
  status: 409,
  json: { code: 'NOT_AN_EXECUTION_ROLE', plan: { steps: [{ action: /^iam:/ }] } },
};
const writes = [
  ['PUT', '', { clusters: clusters('a') }],
  ['PUT', '/clusters/us-west-2/a', undefined],
  ['POST', '/extend', { clusters: clusters('a') }],
  ['POST', '/extend', { clusters: clusters('a'), onMismatch: 'MERGE' }],
  ['POST', '/extend', { clusters: clusters('a'), onMismatch: 'REPLACE' }],
] as const;

for (const [method, path, body] of writes)
  t.test(`${method} …${path} ${JSON.stringify(body ?? {})}`, async (t) => {
    const one = await account();
    administers(one);
    const role = `${one.roles}/${admin}`;
    t.match(await rest(method, `${role + path}?dryRun=true`, body), refused, 'a dry run');
    t.match(
      await rest(method, `${role + path}?override=MANAGED_ELSEWHERE`, body),
      refused,
      'another override',
    );
    const { json } = await rest(method, role + path, body);
    t.match(json, {
      code: 'NOT_AN_EXECUTION_ROLE',
      detail: /override=NOT_AN_EXECUTION_ROLE/,
      changeId: /^change_/,
    });
    t.match((await changes(one.accountId))[0], {
      id: json.changeId,
      outcome: 'FAILED',
      error: { code: 'NOT_AN_EXECUTION_ROLE' },
    });
    t.same(one.ledger(), [], 'AWS gets no write');
  });

t.test('an override, by its name', async (t) => {
  const one = await account();
  administers(one);
  const role = `${one.roles}/${admin}`;
  const query = '?override=NOT_AN_EXECUTION_ROLE';
  t.match(await rest('PUT', `${role}${query}&dryRun=true`, { clusters: clusters('a') }), {
    status: 200,
    json: { change: null },
  });
  t.match(await rest('POST', `${role}/extend${query}`, { clusters: clusters('a') }), {
    json: { code: 'TRUST_MISMATCH' },
  });
  t.match(await rest('PUT', role + query, { clusters: clusters('a') }), {
    status: 200,
    json: {
      change: {
        outcome: 'SUCCEEDED',
        override: 'NOT_AN_EXECUTION_ROLE',
        overrides: ['NOT_AN_EXECUTION_ROLE'],
      },
    },
  });
});

t.test('each sign is enough', async (t) => {
  const rows: [string, object][] = [
    [
      'its trust policy names the service',
      { trustText: textOf(person, statementOf(['arn:aws:eks:us-west-2:1:fargateprofile/x/*'])) },
    ],
    ['it has the policy', { attached: [policy] }],
    ['it has a usual name', { roleName: 'eksctl-c-FargatePodExecutionRole-1' }],
  ];
  for (const [sign, differences] of rows) {
    const one = await account();
    administers(one, differences);
    const { roleName = admin } = differences as { roleName?: string };
    const { json } = await rest('POST', `${one.roles}/${roleName}/extend`, {
      clusters: clusters('a'),
      onMismatch: 'MERGE',
    });
    t.match(json, { change: { outcome: 'SUCCEEDED', overrides: [] } }, sign);
  }
});

t.test('a role that this service has changed before is known by its ID', async (t) => {
  const one = await account();
  administers(one);
  const role = `${one.roles}/${admin}`;
  const body = { clusters: clusters('a') };
  t.match(await rest('PUT', role, body), refused);
  t.match(await rest('PUT', role, body), refused, 'a refusal is no sign');
  const { json } = await rest('PUT', `${role}?override=NOT_AN_EXECUTION_ROLE`, body);
  const undo = await rest('POST', `/v1/changes/${json.change.id}/revert`);
  t.match(
    undo,
    { status: 200, json: { change: { outcome: 'SUCCEEDED', overrides: [] } } },
    'it can be reverted',
  );
  t.match(
    world.role(one.accountId, admin),
    { attached: [], trustText: textOf(person) },
    'and no sign is left',
  );
  const inCapitals = `${one.roles}/${admin.toUpperCase()}`;
  t.match(await rest('PUT', inCapitals, body), { status: 200, json: { change: { overrides: [] } } });
  world.deleteRole(one.accountId, admin);
  administers(one);
  t.match(await rest('PUT', role, body), refused, 'another role of the same name');
});

t.test('without a step there is no refusal', async (t) => {
  const [one, other] = [await account(), await account()];
  administers(one, { trustText: JSON.stringify(trustOf([one.line('a')])), attached: [policy] });
  const extended = await rest('POST', `${one.roles}/${admin}/extend`, { clusters: clusters('a') });
  t.match(extended, { status: 200, json: { change: null } });
  administers(other);
  t.match(await rest('DELETE', `${other.roles}/${admin}/clusters/us-west-2/a`), {
    status: 404,
    json: { code: 'CLUSTER_NOT_LISTED' },
  });
});

t.test('GraphQL, and a sweep', async (t) => {
  const one = await account();
  administers(one);
  const input = { accountId: one.accountId, roleName: admin, clusters: clusters('a') };
  const mutation =
    'mutation ($input: EnsureExecutionRoleInput!) { ensureExecutionRole(input: $input) { change { overrides } } }';
  t.match((await graphql(mutation, { input })).json.errors[0].extensions, {
    code: 'NOT_AN_EXECUTION_ROLE',
    plan: { steps: [{}] },
  });

  const select = { accountIds: [one.accountId] };
  for (const dryRun of [true, false]) {
    const sweep = { operation: 'EXTEND', select, roleName: admin, clusters: clusters('a'), dryRun };
    const { json } = await rest('POST', '/v1/sweeps', sweep);
    const results = async () => (await rest('GET', `/v1/sweeps/${json.id}/results`)).json.items;
    while ((await results()).length === 0) await new Promise(setImmediate);
    t.match(await results(), [{ error: { code: 'NOT_AN_EXECUTION_ROLE' } }], `dryRun ${dryRun}`);
  }
  t.same(one.ledger(), []);
  const answer = await graphql(mutation, { input: { ...input, override: 'NOT_AN_EXECUTION_ROLE' } });
  t.same(answer.json.data.ensureExecutionRole.change.overrides, ['NOT_AN_EXECUTION_ROLE']);
});
