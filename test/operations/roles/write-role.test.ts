import t from 'tap';
import { clusters, roleName, startService, statementOf, trustOf } from '#test/support/service.ts';

const { rest, account, world, changes } = await startService(t);

const policy = 'arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy';
const logging = 'arn:aws:iam::aws:policy/CloudWatchLogsFullAccess';
const boundary = 'arn:aws:iam::aws:policy/PowerUserAccess';
const trusted = (text: string) => JSON.parse(text) as unknown;

t.test('create makes role, trust policy, tags and policies, and reports them everywhere', async (t) => {
  const { accountId, roles, role, line, ledger } = await account();
  const wanted = {
    clusters: clusters('a', 'b', 'a'),
    path: '/eks/',
    description: 'Fargate (50 % off) é',
    tags: { team: 'payments + more', 'cost:centre': '' },
    permissionsBoundary: boundary,
    additionalPolicyArns: [logging],
    reason: 'a new cluster',
  };
  const { status, json, headers } = await rest('POST', roles, wanted);
  t.equal(status, 201);
  t.match(world.role(accountId, roleName), {
    roleName,
    path: '/eks/',
    description: wanted.description,
    tags: wanted.tags,
    attached: [policy, logging],
    permissionsBoundary: boundary,
  });
  t.same(trusted(world.role(accountId, roleName)?.trustText ?? ''), trustOf([line('a'), line('b')]));
  t.match(json.report, { verdict: 'COMPLIANT', roleArn: `arn:aws:iam::${accountId}:role/eks/${roleName}` });
  t.match(json.change, {
    kind: 'CREATE',
    outcome: 'SUCCEEDED',
    reason: 'a new cluster',
    via: 'REST',
    before: null,
    error: null,
  });
  t.same(
    json.change.steps.map(({ action, awsRequestId }: { action: string; awsRequestId: string }) => [
      action,
      awsRequestId,
    ]),
    ledger().map(({ action, requestId }) => [action, requestId]),
  );
  t.equal(json.plan.steps.length, 3);
  t.equal(json.change.diff, json.plan.diff, 'what happened is what was planned');
  t.match(json.change.after, { tags: wanted.tags, policies: { attached: [policy, logging] } });
  const read = await rest('GET', role);
  t.equal(read.headers.etag, headers.etag);
  t.match(read.json, {
    permissionsBoundary: boundary,
    clusters: clusters('a', 'b'),
    policies: { inline: [] },
  });
  t.same(await changes(accountId), [json.change]);
});

t.test("a role in China has China's ARNs", async (t) => {
  const { accountId, roles, line, trust } = await account({ partition: 'aws-cn' });
  t.match(await rest('POST', roles, { clusters: [{ region: 'cn-north-1', name: 'a' }] }), { status: 201 });
  t.same(trusted(trust()), trustOf([line('a')]));
  t.match(world.role(accountId, roleName)?.attached, [
    'arn:aws-cn:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy',
  ]);
});

t.test('a refusal is in the log, and AWS gets no write', async (t) => {
  const a = clusters('a');
  const big = clusters(...Array.from({ length: 40 }, (_, i) => `cluster-number-${i}`));
  const serviceLinked = { path: '/aws-service-role/eks.amazonaws.com/' };
  const { Condition: _, ...open } = statementOf([]);
  const bare = { trustText: JSON.stringify({ Version: '2012-10-17', Statement: [open] }) };
  const cases = [
    ['POST', '', { clusters: a }, 409, 'ROLE_EXISTS', 'CREATE', {}],
    ['POST', `/${roleName}/extend`, { clusters: big }, 422, 'QUOTA_EXCEEDED', 'EXTEND', {}],
    ['PUT', `/${roleName}`, { clusters: big }, 422, 'QUOTA_EXCEEDED', 'EXTEND', {}],
    ['POST', `/${roleName}/extend`, { clusters: a }, 409, 'UNMODIFIABLE_ROLE', 'EXTEND', serviceLinked],
    ['PUT', `/${roleName}`, { clusters: a }, 409, 'UNMODIFIABLE_ROLE', 'EXTEND', serviceLinked],
    [
      'DELETE',
      `/${roleName}/clusters/us-west-2/a`,
      undefined,
      409,
      'UNMODIFIABLE_ROLE',
      'RETRACT',
      serviceLinked,
    ],
    ['POST', `/${roleName}/extend`, { clusters: a }, 409, 'TRUST_MISMATCH', 'EXTEND', bare],
    ['DELETE', `/${roleName}/clusters/us-west-2/a`, undefined, 409, 'LAST_CLUSTER', 'RETRACT', {}],
    ['DELETE', `/${roleName}/clusters/us-west-2/z`, undefined, 404, 'CLUSTER_NOT_LISTED', 'RETRACT', {}],
    ['POST', '/none/extend', { clusters: a }, 404, 'ROLE_NOT_FOUND', 'EXTEND', {}],
  ] as const;
  for (const [method, path, body, status, code, kind, differences] of cases) {
    const { accountId, roles, seed, ledger } = await account();
    seed(['a'], differences);
    const what = `${method} ${path}: ${code}`;
    const refused = await rest(method, roles + path, body);
    t.match(refused, { status, json: { code, changeId: /^change_/ } }, what);
    t.match(
      await changes(accountId),
      [{ id: refused.json.changeId, kind, outcome: 'FAILED', steps: [], error: { code } }],
      what,
    );
    t.same(ledger(), [], what);
    if (code === 'TRUST_MISMATCH')
      t.match(
        refused.json.plan.steps,
        [{ action: 'iam:UpdateAssumeRolePolicy' }],
        'it shows the plan of MERGE',
      );
    const dry = await rest(method, `${roles + path}?dryRun=true`, body);
    t.match(dry, { status, json: { code, changeId: undefined } }, `${what}, dry`);
    t.equal((await changes(accountId)).length, 1, `${what}: a dry run is no attempt`);
  }
});

t.test("the account's own quota decides", async (t) => {
  const big = clusters(...Array.from({ length: 40 }, (_, i) => `cluster-number-${i}`));
  const { roles } = await account({ quotas: { trustPolicySize: 4096 } });
  t.match(await rest('POST', roles, { clusters: big }), {
    status: 201,
    json: { report: { trust: { quota: 4096 } } },
  });
});

t.test('extend', async (t) => {
  const { role, seed, line, trust, ledger, accountId } = await account();
  const others = [
    {
      Sid: 'Nodes',
      Effect: 'Allow',
      Principal: { Service: ['ec2.amazonaws.com'] },
      Action: ['sts:AssumeRole'],
    },
    {
      Sid: 'Lock',
      Effect: 'Deny',
      Principal: '*',
      Action: 'sts:*',
      Condition: {
        StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' },
        BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
      },
    },
  ];
  const before = {
    Id: 'mine',
    Version: '2012-10-17',
    Statement: [others[0], { Sid: 'Fargate', ...statementOf([line('a')]) }, others[1]],
  };
  seed([], { trustText: JSON.stringify(before) });

  const { json } = await rest('POST', `${role}/extend`, { clusters: clusters('b') });
  t.match(json.change, { kind: 'EXTEND', outcome: 'SUCCEEDED' }, 'it succeeds');
  const expected = {
    ...before,
    Statement: [others[0], { Sid: 'Fargate', ...statementOf([line('a'), line('b')]) }, others[1]],
  };
  t.equal(trust(), JSON.stringify(expected), 'every other statement is unchanged, verbatim');
  t.match(json.plan.effects, { clustersGained: clusters('b'), clustersLost: [], statementsRemoved: [] });
  t.match(json.change.diff, /^\+.*b\/\*/m);

  world.clearLedger(accountId);
  const again = await rest('POST', `${role}/extend`, { clusters: clusters('a', 'b') });
  t.match(
    again,
    { status: 200, json: { change: null, plan: { steps: [], diff: '' } } },
    'covered already: nothing to do',
  );
  t.same(ledger(), [], 'and nothing was written');
  t.equal((await changes(accountId)).length, 1);
});

t.test('ensure creates, then adds what is missing, then does nothing', async (t) => {
  const { role, accountId, line, trust } = await account();
  const wanted = {
    clusters: clusters('a'),
    tags: { a: '1' },
    description: 'd',
    permissionsBoundary: boundary,
  };
  t.match(await rest('PUT', role, wanted), {
    status: 201,
    json: { change: { kind: 'CREATE' }, report: { verdict: 'COMPLIANT' } },
  });
  t.match(await rest('PUT', role, wanted), { status: 200, json: { change: null } });
  world.putRole({
    accountId,
    roleName,
    attached: [logging],
    tags: { b: '2' },
    permissionsBoundary: null,
    description: 'theirs',
  });
  t.match(await rest('PUT', role, { ...wanted, clusters: clusters('b') }), {
    status: 200,
    json: { change: { outcome: 'SUCCEEDED' } },
  });
  t.match(world.role(accountId, roleName), {
    attached: [logging, policy],
    tags: { a: '1', b: '2' },
    permissionsBoundary: boundary,
    description: 'd',
  });
  t.same(trusted(trust()), trustOf([line('a'), line('b')]), 'a line that is not requested again stays');
});

t.test('a line as a resource: put, put again, delete, gone', async (t) => {
  const { role, seed, trust, line, ledger } = await account();
  seed(['a']);
  const url = `${role}/clusters/us-west-2/b`;
  t.match(await rest('GET', url), { status: 404 });
  t.match(await rest('PUT', url), {
    status: 200,
    json: { change: { kind: 'EXTEND', outcome: 'SUCCEEDED', clusters: clusters('b') } },
  });
  t.match(await rest('PUT', url, {}), { status: 200, json: { change: null } });
  t.match(await rest('GET', url), { status: 200 });
  t.match(await rest('DELETE', `${url}?reason=gone`), {
    status: 200,
    json: { change: { kind: 'RETRACT', outcome: 'SUCCEEDED', reason: 'gone' } },
  });
  t.match(await rest('GET', url), { status: 404, json: { code: 'CLUSTER_NOT_LISTED' } });
  t.match(await rest('DELETE', url), { status: 404, json: { code: 'CLUSTER_NOT_LISTED' } });
  t.same(trusted(trust()), trustOf([line('a')]));
  t.equal(ledger().length, 2);
  t.match(await rest('PUT', `${role}/clusters/*/*`), { status: 200 }, 'any cluster in any Region');
});

t.test('If-Match', async (t) => {
  const { role, roles, seed, ledger } = await account();
  const extend = (ifMatch: string, name: string) =>
    rest('POST', `${role}/extend`, { clusters: clusters(name) }, { 'if-match': ifMatch });
  const create = (ifMatch: string) =>
    rest('POST', roles, { clusters: clusters('a') }, { 'if-match': ifMatch });
  t.match(await create('*'), {
    status: 412,
    json: { code: 'ROLE_CHANGED', detail: /There is no such role/ },
  });
  seed(['a']);
  const etag = String((await rest('GET', role)).headers.etag);
  t.match(await extend('"other"', 'b'), { status: 412, json: { code: 'ROLE_CHANGED' } });
  t.match(await extend(`W/${etag}`, 'b'), { status: 412 }, 'a weak one never matches');
  t.same(ledger(), []);
  t.match(
    await extend(`"other", ${etag}`, 'b'),
    { status: 200, json: { change: { outcome: 'SUCCEEDED' } } },
    'one of several',
  );
  t.match(await extend(etag, 'c'), { status: 412 }, 'it is another role now');
  t.match(await extend('*', 'c'), { status: 200 });
});

t.test('a dry run of any write shows the plan, and leaves AWS and the log alone', async (t) => {
  const { accountId, roles, role, seed, ledger } = await account();
  const dry = (method: string, url: string, body?: unknown) => rest(method, `${url}?dryRun=true`, body);
  const before = JSON.stringify(world.role(accountId, roleName));
  t.match(await dry('POST', roles, { clusters: clusters('a') }), {
    json: { change: null, plan: { steps: [{ action: 'iam:CreateRole' }, {}] } },
  });
  t.match(await dry('PUT', role, { clusters: clusters('a') }), {
    json: { change: null, plan: { steps: [{ action: 'iam:CreateRole' }, {}] } },
  });
  t.equal(JSON.stringify(world.role(accountId, roleName)), before);
  seed(['a', 'b']);
  const writes = [
    ['PUT', role, { clusters: clusters('z') }],
    ['POST', `${role}/extend`, { clusters: clusters('z') }],
    ['PUT', `${role}/clusters/us-west-2/z`, {}],
    ['DELETE', `${role}/clusters/us-west-2/a`, undefined],
  ] as const;
  for (const [method, url, body] of writes)
    t.match(
      await dry(method, url, body),
      { status: 200, json: { change: null, plan: { steps: [{ action: 'iam:UpdateAssumeRolePolicy' }] } } },
      url,
    );
  t.same(ledger(), []);
  t.same(await changes(accountId), []);
  const registered = (await rest('GET', `/v1/accounts/${accountId}`)).json;
  t.match((await dry('PUT', `/v1/accounts/${accountId}`, { name: 'other' })).json, { name: 'other' });
  t.match(await dry('DELETE', `/v1/accounts/${accountId}`), { status: 204 });
  t.same((await rest('GET', `/v1/accounts/${accountId}`)).json, registered);
});

t.test('a role name in another letter case is the same role', async (t) => {
  const { accountId, roles, seed } = await account();
  seed(['a']);
  const shouted = roleName.toUpperCase();
  t.match(await rest('POST', roles, { roleName: shouted, clusters: clusters('a') }), {
    status: 409,
    json: { code: 'ROLE_EXISTS' },
  });
  const { json } = await rest('POST', `${roles}/${shouted}/extend`, { clusters: clusters('b') });
  t.match(json.change, { outcome: 'SUCCEEDED', roleName }, "the log has the role's own name");
  t.match(
    (await rest('GET', `/v1/changes?accountId=${accountId}&roleName=${roleName.toLowerCase()}`)).json.items
      .length,
    2,
  );
});

t.test('twelve extends of one role at once lose no line', async (t) => {
  const { accountId, roles, role, seed, trust, line } = await account();
  seed(['a']);
  world.addFaults({ latency: [{ accountId, ms: 5 }] });
  const names = Array.from({ length: 12 }, (_, i) => `c${i}`);
  const answers = await Promise.all(
    // Two letter cases of the name must not make two locks.
    names.map((name, i) =>
      rest('POST', i % 2 ? `${role}/extend` : `${roles}/${roleName.toLowerCase()}/extend`, {
        clusters: clusters(name),
      }),
    ),
  );
  t.same(
    new Set(answers.map(({ status, json }) => `${status} ${json.change?.outcome}`)),
    new Set(['200 SUCCEEDED']),
  );
  const { Statement } = trusted(trust()) as {
    Statement: [{ Condition: { ArnLike: { 'aws:SourceArn': string[] } } }];
  };
  t.same(
    Statement[0].Condition.ArnLike['aws:SourceArn'].toSorted(),
    ['a', ...names].map((name) => line(name)).sort(),
  );
});
