import t from 'tap';
import { Fault } from '#src/fault.ts';
import { createPermissions } from '#src/permissions/cedar.ts';
import { authenticateAnyone, headersOf, teamPolicies } from '#test/support/callers.ts';
import { runSql } from '#test/support/postgres.ts';
import { clusters, roleName, startService, statementOf, type TestAccount } from '#test/support/service.ts';

// Who else needs this cluster? PUT and DELETE of a line make and end claims; no other change may.

const service = await startService(t, { authenticate: () => authenticateAnyone });
const { rest, account, changes, world } = service;

const lineOf = ({ role }: TestAccount, name: string, region = 'us-west-2') =>
  `${role}/clusters/${region}/${name}`;
const put = (x: TestAccount, name: string, query = '') => rest('PUT', `${lineOf(x, name)}${query}`);
const remove = (x: TestAccount, name: string, query = '') => rest('DELETE', `${lineOf(x, name)}${query}`);
const claimants = async (x: TestAccount, name: string) =>
  (await rest('GET', lineOf(x, name))).json.claims?.map(({ claimant }: { claimant: string }) => claimant);
const kinds = async ({ accountId }: TestAccount) =>
  (await changes(accountId)).map(({ kind, outcome }) => `${kind} ${outcome}`);
const wide = '%2a';

/** A role with these lines. */
async function given(...lines: string[]): Promise<TestAccount> {
  const target = await account();
  target.seed(lines);
  return target;
}

t.test('a wide line is kept for its claimants', async (t) => {
  const x = await given('first', '*');
  const kept = await put(x, 'w1', '?claimant=tf-1');
  t.match(kept, {
    status: 200,
    json: {
      plan: { steps: [] },
      change: { kind: 'CLAIM', outcome: 'SUCCEEDED', steps: [], claimant: 'tf-1' },
      lineKept: null,
    },
  });
  t.same(x.ledger(), [], 'nothing is written to AWS');
  t.same((await put(x, 'w1', '?claimant=tf-1')).json.change, null, 'once');
  const { json } = await rest('GET', lineOf(x, 'w1'));
  t.match(json.claims, [{ claimant: 'tf-1', actor: { subject: 'administrator' }, since: /Z$/ }]);

  for (const query of ['', '&dryRun=true']) {
    const refused = await remove(x, wide, `?reason=x${query}`);
    t.match(refused, {
      status: 409,
      json: { code: 'CLUSTER_CLAIMED', claims: [{ claimant: 'tf-1' }], plan: { steps: [{}] } },
    });
    t.match(
      refused.json.detail,
      /us-west-2\/w1 is claimed by administrator \(claimant tf-1\).*override=CLUSTER_CLAIMED/,
    );
    t.same(refused.json.plan.effects.clustersLost.map(({ name }: { name: string }) => name).sort(), [
      '*',
      'w1',
    ]);
  }
  t.same(await kinds(x), ['RETRACT FAILED', 'CLAIM SUCCEEDED'], 'a dry run is no attempt');
  t.same(x.ledger(), []);

  const forced = await remove(x, wide, '?override=CLUSTER_CLAIMED');
  t.match(forced, {
    status: 200,
    json: { change: { kind: 'RETRACT', overrides: ['CLUSTER_CLAIMED'] }, lineKept: null },
  });
  t.match(await rest('GET', lineOf(x, 'w1')), { status: 404, json: { code: 'CLUSTER_NOT_LISTED' } });
  t.match((await rest('GET', `/v1/claims?accountId=${x.accountId}`)).json.items, [
    { claimant: 'tf-1', cluster: { name: 'w1' }, roleName },
  ]);
  t.match(await remove(x, 'w1', '?claimant=tf-1'), {
    status: 200,
    json: { change: { kind: 'RELEASE', steps: [] }, lineKept: null },
  });
  t.match(
    await remove(x, 'w1', '?claimant=tf-1'),
    { status: 404, json: { code: 'CLUSTER_NOT_LISTED' } },
    'no claim, no line',
  );
});

t.test('two claimants, one line', async (t) => {
  const x = await given('first');
  t.match(await put(x, 'w1', '?claimant=a'), {
    status: 200,
    json: { change: { kind: 'EXTEND', claimant: 'a' } },
  });
  t.match(await put(x, 'w1', '?claimant=b'), {
    status: 200,
    json: { change: { kind: 'CLAIM', claimant: 'b' } },
  });
  t.same(await claimants(x, 'w1'), ['a', 'b']);
  t.match(await remove(x, 'w1', '?claimant=c'), {
    status: 409,
    json: { code: 'CLUSTER_CLAIMED', plan: { effects: { clustersLost: clusters('w1') } } },
  });
  t.match(
    await remove(x, 'w1'),
    { status: 409, json: { code: 'CLUSTER_CLAIMED' } },
    'the caller is another claimant',
  );
  t.match(await remove(x, 'w1', '?claimant=a&dryRun=true'), {
    status: 200,
    json: { change: null, lineKept: 'CLAIMED', plan: { steps: [] } },
  });
  t.match(await remove(x, 'w1', '?claimant=a'), {
    status: 200,
    json: { change: { kind: 'RELEASE', lineKept: 'CLAIMED' }, lineKept: 'CLAIMED' },
  });
  t.match(await remove(x, 'w1', '?claimant=a'), { status: 409, json: { code: 'CLUSTER_CLAIMED' } });
  t.same(await claimants(x, 'w1'), ['b']);
  t.match(await remove(x, 'w1', '?claimant=b'), {
    status: 200,
    json: { change: { kind: 'RETRACT', claimant: 'b' }, lineKept: null },
  });
  t.match(await rest('GET', `/v1/claims?accountId=${x.accountId}`), {
    json: { items: [], nextCursor: null },
  });
  t.same(await kinds(x), [
    'RETRACT SUCCEEDED',
    'RETRACT FAILED',
    'RELEASE SUCCEEDED',
    'RETRACT FAILED',
    'RETRACT FAILED',
    'CLAIM SUCCEEDED',
    'EXTEND SUCCEEDED',
  ]);
});

t.test('the last line stays, and its claim ends', async (t) => {
  const x = await given('w1');
  await put(x, 'w1', '?claimant=a');
  await put(x, 'w1', '?claimant=b');
  t.match(await remove(x, 'w1', '?claimant=a'), {
    status: 200,
    json: { change: { kind: 'RELEASE' }, lineKept: 'CLAIMED' },
  });
  t.match(await remove(x, 'w1', '?claimant=b'), {
    status: 200,
    json: { change: { kind: 'RELEASE' }, lineKept: 'LAST_CLUSTER' },
  });
  t.match(
    await remove(x, 'w1', '?claimant=b'),
    { status: 409, json: { code: 'LAST_CLUSTER' } },
    'the same as without claims',
  );
  t.same(x.ledger(), []);
});

t.test('a wide line stays for other claimants when one releases it', async (t) => {
  const x = await given('first', '*');
  await put(x, wide, '?claimant=platform');
  await put(x, 'w1', '?claimant=a');
  t.match(await remove(x, wide, '?claimant=platform'), {
    status: 200,
    json: { change: { kind: 'RELEASE' }, lineKept: 'CLAIMED' },
  });
  t.match(await remove(x, wide, '?claimant=platform'), { status: 409, json: { code: 'CLUSTER_CLAIMED' } });
  t.match(
    await remove(x, 'w1', '?claimant=a'),
    { status: 200, json: { change: { kind: 'RELEASE' }, lineKept: null } },
    'it had no line of its own',
  );
  t.match(await remove(x, wide, '?claimant=platform'), {
    status: 200,
    json: { change: { kind: 'RETRACT' } },
  });
});

t.test('a line beside a wide one is kept for its claimants too', async (t) => {
  const x = await given('first', 'w1', '*');
  await put(x, 'w1', '?claimant=a');
  const refused = await remove(x, 'w1', '?claimant=b');
  t.match(refused, {
    status: 409,
    json: { code: 'CLUSTER_CLAIMED', plan: { effects: { clustersLost: clusters('w1') } } },
  });
  t.match(await remove(x, 'w1', '?claimant=b&override=CLUSTER_CLAIMED'), {
    status: 200,
    json: { change: { kind: 'RETRACT' } },
  });
  t.same(await claimants(x, 'w1'), ['a'], 'the claim is kept');
});

t.test('a line that somebody removes in IAM is gone, and its claims stay', async (t) => {
  const x = await given('first', 'w1');
  await put(x, 'w1', '?claimant=a');
  x.seed(['first']);
  t.match(await rest('GET', lineOf(x, 'w1')), { status: 404, json: { code: 'CLUSTER_NOT_LISTED' } });
  t.match((await rest('GET', `/v1/claims?accountId=${x.accountId}&claimant=a`)).json.items, [
    { cluster: { name: 'w1' } },
  ]);
  t.match(await put(x, 'w1', '?claimant=a'), { status: 200, json: { change: { kind: 'EXTEND' } } });
});

t.test('a role that was created again has no claims', async (t) => {
  const claimed = async () => {
    const x = await given('first', 'w1');
    await put(x, 'w1', '?claimant=a');
    world.deleteRole(x.accountId, roleName);
    return x;
  };
  const outside = await claimed();
  outside.seed(['first', 'w1']);
  t.same(await claimants(outside, 'w1'), []);
  t.match(await remove(outside, 'w1', '?claimant=b'), { status: 200, json: { change: { kind: 'RETRACT' } } });

  const ours = await claimed();
  t.match(await rest('POST', ours.roles, { clusters: clusters('first', 'w1') }), { status: 201 });
  t.same((await rest('GET', `/v1/claims?accountId=${ours.accountId}`)).json.items, []);
  t.match((await put(ours, 'w1', '?claimant=a')).json.change, { kind: 'CLAIM' });
});

t.test('the caller is the default claimant', async (t) => {
  const x = await given('first', 'w1');
  const bob = headersOf(['rolewright-operators'], {
    actor: { subject: 'bob', issuer: 'https://issuer.example' },
  });
  t.match((await rest('PUT', lineOf(x, 'w1'), {}, bob)).json.change, {
    kind: 'CLAIM',
    claimant: 'https://issuer.example|bob',
  });
  t.match(await remove(x, 'w1'), { status: 409, json: { code: 'CLUSTER_CLAIMED' } });
  t.match((await rest('DELETE', lineOf(x, 'w1'), undefined, bob)).json.change, { kind: 'RETRACT' });
});

t.test('a claimant is a text of 1 to 128 characters', async (t) => {
  const x = await given('first', 'w1');
  for (const [method, claimant, status] of [
    ['PUT', '', 400],
    ['PUT', 'x'.repeat(129), 400],
    ['DELETE', '', 400],
    ['DELETE', 'x'.repeat(129), 400],
    ['PUT', 'ü'.repeat(128), 200],
  ] as const) {
    const answer = await rest(method, `${lineOf(x, 'w1')}?claimant=${encodeURIComponent(claimant)}`);
    t.match(
      answer,
      status === 200 ? { status } : { status, json: { errors: [{ pointer: '/claimant' }] } },
      `${method} ${claimant.length}`,
    );
  }
  t.match(await rest('PUT', lineOf(x, 'w1'), { claimant: 'a' }), {
    status: 400,
    json: { errors: [{ pointer: '/claimant' }] },
  });
});

t.test('extend keeps claims on request', async (t) => {
  const x = await given('first');
  const extend = (query: string, body: object) =>
    rest('POST', `${x.role}/extend${query}`, { clusters: clusters('w1', 'w2'), ...body });
  t.match((await extend('', {})).json.change, { kind: 'EXTEND', claimant: null });
  t.same(await claimants(x, 'w1'), []);
  t.match((await extend('?claimant=a&dryRun=true', {})).json, { change: null, plan: { steps: [] } });
  t.same(await claimants(x, 'w1'), [], 'a dry run keeps nothing');
  t.match((await extend('?claimant=a', {})).json.change, { kind: 'CLAIM', claimant: 'a' });
  t.match((await extend('', { claim: true })).json.change, { kind: 'CLAIM', claimant: 'administrator' });
  t.same((await extend('?claimant=a', {})).json.change, null);
  for (const name of ['w1', 'w2']) t.equal((await claimants(x, name)).length, 2, name);
});

t.test('GraphQL has the same', async (t) => {
  const { graphql } = service;
  const x = await given('first');
  const role = { accountId: x.accountId, roleName };
  const ask = async (query: string, variables: object) => (await graphql(query, { ...variables })).json;
  const extended =
    'mutation ($input: ExtendExecutionRoleInput!) { extendExecutionRole(input: $input) { change { kind claimant } lineKept } }';
  const retracted =
    'mutation ($input: RetractClusterInput!) { retractCluster(input: $input) { change { kind lineKept } lineKept } }';
  const [w1] = clusters('w1');
  t.same(
    (await ask(extended, { input: { ...role, clusters: [w1], claimant: 'a' } })).data.extendExecutionRole,
    {
      change: { kind: 'EXTEND', claimant: 'a' },
      lineKept: null,
    },
  );
  t.match(await ask(extended, { input: { ...role, clusters: [w1], claim: true } }), {
    data: { extendExecutionRole: { change: { kind: 'CLAIM' } } },
  });
  const line =
    'query ($accountId: ID!, $roleName: String!, $region: String!, $name: String!) { executionRoleCluster(accountId: $accountId, roleName: $roleName, region: $region, name: $name) { claims { claimant actor { subject } since } } }';
  t.match(await ask(line, { ...role, ...w1 }), {
    data: { executionRoleCluster: { claims: [{ claimant: 'a' }, { claimant: 'administrator' }] } },
  });
  t.match(await ask(retracted, { input: { ...role, ...w1, claimant: 'b' } }), {
    errors: [{ extensions: { code: 'CLUSTER_CLAIMED' } }],
  });
  t.same((await ask(retracted, { input: { ...role, ...w1, claimant: 'a' } })).data.retractCluster, {
    change: { kind: 'RELEASE', lineKept: 'CLAIMED' },
    lineKept: 'CLAIMED',
  });
  const listed = await ask(
    'query ($id: ID!) { claims(accountId: $id) { edges { node { id cluster { name } claimant } } pageInfo { hasNextPage } } }',
    {
      id: x.accountId,
    },
  );
  t.match(listed.data.claims, {
    edges: [{ node: { cluster: { name: 'w1' } } }],
    pageInfo: { hasNextPage: false },
  });
  const { id } = listed.data.claims.edges[0].node;
  t.match(await ask('mutation ($id: ID!) { endClaim(id: $id) { change { kind claimant } } }', { id }), {
    data: { endClaim: { change: { kind: 'RELEASE', claimant: 'administrator' } } },
  });
});

interface Threat {
  what: string;
  lines: string[];
  given?: (x: TestAccount) => Promise<unknown>;
  /** Would take w1 away. */
  change: (x: TestAccount, given: unknown, query: string) => ReturnType<typeof rest>;
}
const changeIn = (answer: unknown): string => (answer as { json: { change: { id: string } } }).json.change.id;
const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const threats: Threat[] = [
  { what: 'DELETE of the line', lines: ['first', 'w1'], change: (x, _, query) => remove(x, 'w1', query) },
  { what: 'DELETE of a wide line', lines: ['first', '*'], change: (x, _, query) => remove(x, wide, query) },
  {
    what: 'a revert of what covers it',
    lines: ['first'],
    given: (x) => rest('POST', `${x.role}/extend`, { clusters: clusters('*') }),
    change: (_, answer, query) => rest('POST', `/v1/changes/${changeIn(answer)}/revert${query}`, {}),
  },
  {
    what: 'a revert that brings a Deny back',
    lines: ['first', 'w1'],
    given: async (x) => {
      const { accountId } = x;
      const deny = { ...statementOf([x.line('w1')]), Effect: 'Deny' };
      world.putRole({
        accountId,
        roleName,
        trustText: policy(statementOf([x.line('first'), x.line('w1')]), deny),
      });
      const extended = await rest('POST', `${x.role}/extend`, { clusters: clusters('z') });
      world.putRole({
        accountId,
        roleName,
        trustText: policy(statementOf([x.line('first'), x.line('w1'), x.line('z')])),
      });
      return extended;
    },
    change: (_, answer, query) =>
      rest('POST', `/v1/changes/${changeIn(answer)}/revert${query}`, { onLaterChanges: 'UNDO' }),
  },
];

for (const { what, lines, given: prepared, change } of threats)
  t.test(`${what} does not take a claimed cluster away`, async (t) => {
    const x = await given(...lines);
    const before = await prepared?.(x);
    t.match(await put(x, 'w1', '?claimant=a'), { status: 200 });
    const stored = x.trust();
    for (const query of ['?dryRun=true', '?override=MANAGED_ELSEWHERE']) {
      const refused = await change(x, before, query);
      t.match(refused, { status: 409, json: { code: 'CLUSTER_CLAIMED', retryable: false } }, query);
      t.ok(
        refused.json.plan.effects.clustersLost.some(({ name }: { name: string }) => name === 'w1'),
        'the plan names it',
      );
    }
    t.equal(x.trust(), stored);
    t.match((await changes(x.accountId))[0], {
      outcome: 'FAILED',
      error: { code: 'CLUSTER_CLAIMED' },
      overrides: [],
    });
    t.match(await change(x, before, '?override=CLUSTER_CLAIMED&dryRun=true'), {
      status: 200,
      json: { change: null },
    });
    const forced = await change(x, before, '?override=CLUSTER_CLAIMED');
    t.match(forced, {
      status: 200,
      json: { change: { outcome: 'SUCCEEDED', overrides: ['CLUSTER_CLAIMED'] } },
    });
    t.match(await rest('GET', lineOf(x, 'w1')), { status: 404 });
  });

t.test(
  'a failed PUT claims nothing; one with an unknown outcome claims, because it may have taken effect',
  async (t) => {
    const held = async (x: TestAccount) =>
      (await rest('GET', `/v1/claims?accountId=${x.accountId}`)).json.items.map(
        ({ claimant }: { claimant: string }) => claimant,
      );
    for (const [code, outcome, expected] of [
      ['AccessDenied', 'FAILED', []],
      ['ServiceFailure', 'UNKNOWN', ['a']],
    ] as const) {
      const x = await given('first');
      world.addFaults({
        fail: [{ accountId: x.accountId, action: 'iam:UpdateAssumeRolePolicy', code, times: 1 }],
      });
      t.match(
        await put(x, 'w1', '?claimant=a'),
        { status: 502, json: { change: { kind: 'EXTEND', outcome, claimant: 'a' } } },
        code,
      );
      t.same(await held(x), expected, code);
      t.match(
        await put(x, 'w1', '?claimant=a'),
        { status: 200, json: { change: { kind: 'EXTEND', outcome: 'SUCCEEDED' } } },
        'again',
      );
      t.same(await held(x), ['a']);
    }
    const refused = await given();
    refused.seed([], { trustText: policy({ ...statementOf([]), Condition: undefined }) });
    t.match(await put(refused, 'w1', '?claimant=a'), { status: 409, json: { code: 'TRUST_MISMATCH' } });
    t.same(await held(refused), [], 'nor does one that is refused');
  },
);

t.test('a DELETE that fails ends no claim', async (t) => {
  const x = await given('first');
  await put(x, 'w1', '?claimant=a');
  world.addFaults({
    fail: [{ accountId: x.accountId, action: 'iam:UpdateAssumeRolePolicy', code: 'AccessDenied', times: 1 }],
  });
  t.match(await remove(x, 'w1', '?claimant=a'), {
    status: 502,
    json: { change: { kind: 'RETRACT', outcome: 'FAILED' } },
  });
  t.same(await claimants(x, 'w1'), ['a']);
  t.match(await remove(x, 'w1', '?claimant=a'), { status: 200, json: { change: { kind: 'RETRACT' } } });
});

t.test('an administrator ends a claim, and the line stays', async (t) => {
  const x = await given('first');
  await put(x, 'w1', '?claimant=a');
  const [{ id }] = (await rest('GET', `/v1/claims?accountId=${x.accountId}`)).json.items;
  t.same((await rest('DELETE', `/v1/claims/${id}?dryRun=true`)).json, { change: null });
  t.same(await claimants(x, 'w1'), ['a']);
  const key = { 'idempotency-key': id };
  const ended = await rest('DELETE', `/v1/claims/${id}`, undefined, key);
  t.match(ended.json.change, {
    kind: 'RELEASE',
    outcome: 'SUCCEEDED',
    claimant: 'a',
    clusters: clusters('w1'),
    steps: [],
    lineKept: null,
    before: null,
  });
  t.same((await changes(x.accountId))[0], ended.json.change, 'it is in the log');
  t.same((await rest('DELETE', `/v1/claims/${id}`, undefined, key)).json, ended.json, 'the stored answer');
  t.match(await rest('DELETE', `/v1/claims/${id}`), { status: 404, json: { code: 'CLAIM_NOT_FOUND' } });
  t.same(await claimants(x, 'w1'), []);
  t.match(
    await remove(x, 'w1', '?claimant=b'),
    { status: 200, json: { change: { kind: 'RETRACT' } } },
    'the same as without claims',
  );
});

t.test('a change about a claim alone is no change of the role', async (t) => {
  const x = await given('first', 'w1');
  const { id } = (await put(x, 'w1', '?claimant=a')).json.change;
  t.match(await rest('POST', `/v1/changes/${id}/revert`, {}), {
    status: 200,
    json: { change: null, plan: { steps: [] } },
  });
  const extended = await rest('POST', `${x.role}/extend`, { clusters: clusters('z') });
  await put(x, 'z', '?claimant=b');
  const [claim] = (await rest('GET', `/v1/claims?claimant=b&accountId=${x.accountId}`)).json.items;
  const { change } = (await rest('DELETE', `/v1/claims/${claim.id}`)).json;
  t.match(await rest('POST', `/v1/changes/${change.id}/revert`, {}), { status: 200, json: { change: null } });
  t.match(
    await rest('POST', `/v1/changes/${extended.json.change.id}/revert`, {}),
    { status: 200 },
    'nothing came later',
  );
});

t.test('a role has at most a thousand claims', async (t) => {
  const x = await given('first', 'w1');
  await put(x, 'w1', '?claimant=a');
  await runSql(
    service.databaseUrl,
    `INSERT INTO claim SELECT id || n, account_id, role_key, role_name, role_id, region, name, claimant || n, issuer, subject, since, change_id
     FROM claim, generate_series(1, 999) AS n WHERE account_id = '${x.accountId}'`,
  );
  t.match(await put(x, 'w1', '?claimant=b'), {
    status: 429,
    json: { code: 'RATE_LIMITED', retryable: false, detail: /at most 1000 claims/ },
  });
  t.match(
    await put(x, 'w1', '?claimant=a7'),
    { status: 200, json: { change: null } },
    'one that is there may be kept',
  );
  t.match(await remove(x, 'w1', '?claimant=a7'), { status: 200, json: { lineKept: 'CLAIMED' } });
  t.match(await put(x, 'w1', '?claimant=b'), { status: 200, json: { change: { kind: 'CLAIM' } } });
});

t.test('a list of claims holds those that its caller may see', async (t) => {
  const { account, rest } = await startService(t, {
    authenticate: () => authenticateAnyone,
    deps: () => ({ permissions: createPermissions(teamPolicies) }),
  });
  const administrator = headersOf(['administrators', 'payments', 'core']);
  for (const team of ['payments', 'core']) {
    const x = await account({ labels: { team } });
    x.seed(['first', 'w1']);
    for (const claimant of ['a', 'b']) {
      const answer = await rest('PUT', `${lineOf(x, 'w1')}?claimant=${team}-${claimant}`, {}, administrator);
      t.equal(answer.status, 200);
    }
  }
  const seen = async (team: string, query = '') => {
    const { json } = await rest('GET', `/v1/claims?limit=1${query}`, undefined, headersOf(['viewers', team]));
    return {
      claimants: json.items.map(({ claimant }: { claimant: string }) => claimant),
      next: json.nextCursor,
    };
  };
  for (const team of ['payments', 'core']) {
    const first = await seen(team);
    t.same(first.claimants, [`${team}-b`], 'newest first');
    t.same(await seen(team, `&cursor=${first.next}`), { claimants: [`${team}-a`], next: null });
  }
  t.same(await seen('nobody'), { claimants: [], next: null });
});

t.test('a process that lost its lock cannot claim', async (t) => {
  let isLost = false;
  const { rest, account, changes } = await startService(t, {
    deps: ({ locks }) => ({
      locks: {
        ...locks,
        whileHolding: (accountId, name, run, waitMs) =>
          locks.whileHolding(
            accountId,
            name,
            (lock) =>
              run({
                confirm: () =>
                  isLost ? Promise.reject(new Fault('ROLE_BUSY', 'The lock was lost.')) : lock.confirm(),
              }),
            waitMs,
          ),
      },
    }),
  });
  const x = await account();
  x.seed(['first', 'w1']);
  const send = (method: string, claimant: string) => rest(method, `${lineOf(x, 'w1')}?claimant=${claimant}`);
  const held = async () =>
    (await rest('GET', lineOf(x, 'w1'))).json.claims.map(({ claimant }: { claimant: string }) => claimant);
  isLost = true;
  t.match(await send('PUT', 'a'), {
    status: 409,
    json: { code: 'ROLE_BUSY', change: { kind: 'CLAIM', outcome: 'FAILED' } },
  });
  t.same(await held(), []);
  isLost = false;
  for (const claimant of ['a', 'b']) await send('PUT', claimant);
  isLost = true;
  t.match(await send('DELETE', 'a'), { status: 409, json: { code: 'ROLE_BUSY' } });
  t.same(await held(), ['a', 'b'], 'nor has one ended');
  t.match(await changes(x.accountId), [
    { kind: 'RELEASE', outcome: 'FAILED', error: { code: 'ROLE_BUSY' } },
    {},
    {},
    {},
  ]);
});
