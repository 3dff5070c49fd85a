import t from 'tap';
import { clusters, roleName, startService, trustOf } from '#test/support/service.ts';

// Writes to a role that another tool owns.

const { rest, graphql, account, changes, world } = await startService(t);
const tags = { ManagedBy: 'Terraform' };

const writes = [
  ['POST', '/extend', { clusters: clusters('z') }, 'EXTEND'],
  ['PUT', '', { clusters: clusters('z') }, 'EXTEND'],
  ['PUT', '', { clusters: clusters('a'), tags: { team: 'x' } }, 'EXTEND'],
  ['PUT', '/clusters/us-west-2/z', undefined, 'EXTEND'],
  ['DELETE', '/clusters/us-west-2/a', undefined, 'RETRACT'],
] as const;

for (const [method, path, body, kind] of writes)
  t.test(`${method} …${path} ${JSON.stringify(body ?? {})}`, async (t) => {
    const { accountId, role, seed, ledger } = await account();
    seed(['a', 'b'], { tags });
    const refused = {
      status: 409,
      json: { code: 'MANAGED_ELSEWHERE', patch: { tool: 'Terraform', language: 'hcl', text: /^\S/ } },
    };

    const dry = await rest(method, `${role + path}?dryRun=true`, body);
    t.match(dry, refused, 'dry');
    t.same(await changes(accountId), [], 'a dry run is no attempt');

    const answer = await rest(method, role + path, body);
    t.match(answer, refused);
    t.match(answer.json, { detail: /ManagedBy=Terraform.*override=MANAGED_ELSEWHERE/, changeId: /^change_/ });
    t.equal(answer.json.plan.steps.length, 1, 'the plan in the refusal');
    t.match(await changes(accountId), [
      { kind, outcome: 'FAILED', override: null, steps: [], error: { code: 'MANAGED_ELSEWHERE' } },
    ]);
    t.same(ledger(), [], 'AWS gets no write');

    const query = '?override=MANAGED_ELSEWHERE';
    t.match(await rest(method, `${role + path}${query}&dryRun=true`, body), {
      status: 200,
      json: { change: null, plan: { steps: [{}] } },
    });
    const done = await rest(method, role + path + query, body);
    t.match(done, { status: 200, json: { change: { outcome: 'SUCCEEDED', override: 'MANAGED_ELSEWHERE' } } });
    t.same(done.json.plan.steps, answer.json.plan.steps, 'the refused plan is applied');
    t.same((await changes(accountId))[0], done.json.change, 'the log keeps it');
    t.match(
      await rest(method, role + path, body),
      method === 'DELETE' ? { status: 404 } : { status: 200, json: { change: null } },
    );
  });

t.test('GraphQL has the override too, and the log shows it', async (t) => {
  const { accountId, seed } = await account();
  seed(['a'], { tags });
  const extend = (more: object) =>
    graphql(
      'mutation ($input: ExtendExecutionRoleInput!) { extendExecutionRole(input: $input) { change { override overrides } } }',
      {
        input: { accountId, roleName, clusters: clusters('z'), ...more },
      },
    );
  t.match((await extend({})).json.errors[0].extensions, {
    code: 'MANAGED_ELSEWHERE',
    status: 409,
    patch: { language: 'hcl' },
  });
  const change = { override: 'MANAGED_ELSEWHERE', overrides: ['MANAGED_ELSEWHERE'] };
  t.same(
    (await extend({ override: 'MANAGED_ELSEWHERE' })).json.data,
    { extendExecutionRole: { change } },
    'one value is a list of it',
  );
  const two = { clusters: clusters('y'), override: ['CLUSTER_CLAIMED', 'MANAGED_ELSEWHERE'] };
  t.same(
    (await extend(two)).json.data,
    { extendExecutionRole: { change } },
    'an unneeded override is not in the log',
  );
  const { json } = await graphql(
    'query ($id: ID!) { changes(filter: { accountId: $id }) { edges { node { override overrides } } } }',
    {
      id: accountId,
    },
  );
  t.same(json.data.changes.edges, [
    { node: change },
    { node: change },
    { node: { override: null, overrides: [] } },
  ]);
});

t.test('without a step there is no refusal', async (t) => {
  const { role, seed } = await account();
  seed(['a', 'b'], { tags });
  t.match(await rest('POST', `${role}/extend`, { clusters: clusters('a') }), {
    status: 200,
    json: { change: null, plan: { steps: [] } },
  });
  t.match(await rest('PUT', `${role}?override=MANAGED_ELSEWHERE`, { clusters: clusters('a') }), {
    status: 200,
    json: { change: null },
  });
});

t.test('TRUST_MISMATCH comes first; with MERGE, MANAGED_ELSEWHERE', async (t) => {
  const { role, seed } = await account();
  const { Condition: _, ...open } = trustOf([]).Statement[0] as Record<string, unknown>;
  seed([], { tags, trustText: JSON.stringify({ Version: '2012-10-17', Statement: [open] }) });
  const body = { clusters: clusters('a') };
  t.match(await rest('POST', `${role}/extend`, body), { status: 409, json: { code: 'TRUST_MISMATCH' } });
  const merge = { ...body, onMismatch: 'MERGE' };
  t.match(await rest('POST', `${role}/extend`, merge), {
    status: 409,
    json: { code: 'MANAGED_ELSEWHERE', patch: { text: /aws:SourceArn/ } },
  });
  t.match(await rest('POST', `${role}/extend?override=MANAGED_ELSEWHERE`, merge), {
    json: { change: { kind: 'REPAIR', override: 'MANAGED_ELSEWHERE' } },
  });
});

t.test('create needs no override, nor does finishing it', async (t) => {
  const { accountId, roles, trust, line } = await account();
  world.addFaults({ fail: [{ accountId, action: 'iam:AttachRolePolicy', code: 'AccessDenied', times: 1 }] });
  const wanted = { clusters: clusters('a'), tags };
  t.match(await rest('POST', roles, wanted), { status: 502, json: { change: { outcome: 'PARTIAL' } } });
  t.match(await rest('POST', roles, wanted), {
    status: 201,
    json: { change: { kind: 'CREATE', outcome: 'SUCCEEDED', override: null } },
  });
  t.same(JSON.parse(trust()), trustOf([line('a')]));
});

t.test('without an owner an override does nothing', async (t) => {
  const { role, seed } = await account();
  seed(['a'], { tags: { team: 'terraform' } });
  const { status, json } = await rest('POST', `${role}/extend?override=MANAGED_ELSEWHERE`, {
    clusters: clusters('b'),
  });
  t.same([status, json.change.override], [200, null]);
});

t.test('invalid overrides', async (t) => {
  const { role, seed } = await account();
  seed(['a'], { tags });
  const body = { clusters: clusters('b') };
  for (const override of ['TRUST_MISMATCH', 'true', ''])
    t.match(
      await rest('POST', `${role}/extend?override=${override}`, body),
      { status: 400, json: { errors: [{ pointer: '/override', message: /MANAGED_ELSEWHERE/ }] } },
      override,
    );
  t.match(
    await rest('POST', `${role}/extend`, { ...body, override: 'MANAGED_ELSEWHERE' }),
    {
      status: 400,
      json: { errors: [{ pointer: '/override', message: 'must be in the query, not in the body' }] },
    },
    'it stands in the query',
  );
});
