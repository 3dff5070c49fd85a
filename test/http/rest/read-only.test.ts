import t from 'tap';
import { runSql } from '#test/support/postgres.ts';
import { clusters, startService, type TestAccount, type TestService } from '#test/support/service.ts';

const service = await startService(t, { sweepConcurrency: 1 });
const { rest } = service;

/** Each resource that has a PUT, in an existing state. */
const resources: Record<string, (x: TestAccount, s: TestService) => Promise<string>> = {
  'an account': async (x) => `/v1/accounts/${x.accountId}`,
  'a role': async (x) => {
    const tags = { team: 'payments', 'aws:cloudformation:stack-name': 'x' };
    x.seed(['a', 'prod-*'], { tags, description: 'pods' });
    return x.role;
  },
  'a line': async (x) => {
    x.seed(['a']);
    const url = `${x.role}/clusters/us-west-2/a`;
    // It keeps a claim of the line.
    await rest('PUT', url);
    return url;
  },
  'a schedule': async (x) => {
    const url = `/v1/schedules/s-${x.accountId}`;
    await rest('PUT', url, { cron: '0 3 * * *', sweep: { select: { accountIds: [x.accountId] } } });
    return url;
  },
};

for (const [what, make] of Object.entries(resources))
  t.test(`PUT accepts the answer of GET: ${what}`, async (t) => {
    const url = await make(await service.account(), service);
    const { json: shown } = await rest('GET', url);
    const put = await rest('PUT', url, shown);
    t.equal(put.status, 200, '', { json: put.json });
    if ('plan' in put.json) t.same(put.json.plan.steps, [], 'nothing has to be done');
    const { json: after } = await rest('GET', url);
    // A PUT of a line claims it.
    const steady = (one: object) => ({ ...one, updatedAt: '', claims: [] });
    t.same(steady(after), steady(shown), 'and nothing changes');
  });

t.test("a PUT of GET's answer keeps defaults as defaults", async (t) => {
  const { accountId } = await service.account();
  const url = `/v1/accounts/${accountId}`;
  const ownRole = `arn:aws:iam::${accountId}:role/Own`;
  const own = async () =>
    (
      await runSql(
        service.databaseUrl,
        `SELECT member_role_arn, external_id FROM account WHERE account_id = '${accountId}'`,
      )
    )[0]?.rows[0];
  await rest('PUT', url, { name: 'n' });
  await rest('PUT', url, (await rest('GET', url)).json);
  t.same(await own(), { member_role_arn: null, external_id: null });
  await rest('PUT', url, { name: 'n', memberRoleArn: ownRole, externalId: 'own' });
  await rest('PUT', url, (await rest('GET', url)).json);
  t.same(await own(), { member_role_arn: ownRole, external_id: 'own' });
});

t.test('a read-only member with another value is refused, with its place', async (t) => {
  const x = await service.account();
  x.seed(['a'], { tags: { 'aws:stack': 'x' } });
  const shown = (await rest('GET', x.role)).json;
  const boundary = `arn:aws:iam::${x.accountId}:policy/Boundary`;
  const bounded = `${x.roles}/bounded`;
  await rest('PUT', bounded, { clusters: clusters('a'), permissionsBoundary: boundary });
  const cases: [string, string, object, string[]][] = [
    [
      'the status of an account',
      `/v1/accounts/${x.accountId}`,
      { name: 'n', status: 'CLOSED', createdAt: '2020-01-01' },
      ['/status', '/createdAt'],
    ],
    [
      'the ID in the path',
      `/v1/accounts/${x.accountId}`,
      { name: 'n', accountId: '999999999999' },
      ['/accountId'],
    ],
    [
      'read-only members of an account that does not exist',
      '/v1/accounts/999999999998',
      { name: 'n', status: 'ACTIVE' },
      ['/status'],
    ],
    ['the trust policy', x.role, { ...shown, trust: { ...shown.trust, size: 1 } }, ['/trust']],
    [
      'a permissions boundary that cannot be removed',
      bounded,
      { clusters: clusters('a'), permissionsBoundary: null },
      ['/permissionsBoundary'],
    ],
    [
      "a tag of AWS's own",
      x.role,
      { clusters: clusters('a'), tags: { 'aws:stack': 'y', 'aws:b': 'c' } },
      ['/tags/aws:stack', '/tags/aws:b'],
    ],
    [
      'a pattern that the role has no line for',
      x.role,
      { clusters: [...clusters('a'), { region: 'us-west-2', name: 'x-*' }] },
      ['/clusters/1'],
    ],
    [
      'a pattern, before a cluster that is wrong',
      x.role,
      {
        clusters: [
          ...clusters('a'),
          { region: 'us-west-2', name: 'x-*' },
          { region: 'us-west-2', name: '-' },
        ],
      },
      ['/clusters/1/name', '/clusters/2/name'],
    ],
    ['what covers a line', `${x.role}/clusters/us-west-2/a`, { coveredBy: [] }, ['/coveredBy']],
  ];
  for (const [what, url, body, pointers] of cases) {
    const { status, json } = await rest('PUT', url, body);
    t.equal(status, 400, what);
    t.same(
      json.errors.map(({ pointer }: { pointer: string }) => pointer),
      pointers,
      what,
    );
  }
  t.equal(
    (await rest('PUT', '/v1/accounts/999999999998', { name: 'n', accountId: '999999999998' })).status,
    201,
    'the ID of the path is',
  );
});

t.test('a retry under its key gets its answer, although the resource has changed', async (t) => {
  const x = await service.account();
  const url = `/v1/accounts/${x.accountId}`;
  const { json: shown } = await rest('GET', url);
  const headers = { 'idempotency-key': `put-${x.accountId}` };
  const first = await rest('PUT', url, { ...shown, name: 'another' }, headers);
  const again = await rest('PUT', url, { ...shown, name: 'another' }, headers);
  t.equal(first.status, 200);
  t.match(again, { status: 200, json: first.json, headers: { 'idempotency-replayed': 'true' } });
  t.equal(
    (await rest('PUT', url, { ...shown, name: 'another' })).status,
    400,
    'without a key the old representation is refused',
  );
});

t.test('a content type without a body is accepted', async (t) => {
  const x = await service.account();
  x.seed(['a', 'b']);
  const headers = { 'content-type': 'application/json' };
  for (const [method, url] of [
    ['DELETE', `${x.role}/clusters/us-west-2/b`],
    ['PUT', `${x.role}/clusters/us-west-2/a`],
    ['GET', x.role],
  ] as const)
    t.equal((await service.app.inject({ method, url, headers })).statusCode, 200, method);
});

t.test("a problem's members come in the order of RFC 9457, and before its own", async (t) => {
  const x = await service.account();
  x.seed([], { trustText: '{"Version":"2012-10-17","Statement":[]}' });
  const { json } = await rest('POST', `${x.role}/extend`, { clusters: clusters('a') });
  t.equal(json.code, 'TRUST_MISMATCH');
  const standard = [
    'type',
    'title',
    'status',
    'detail',
    'instance',
    'code',
    'errors',
    'requestId',
    'retryable',
  ];
  t.same(Object.keys(json).slice(0, standard.length), standard);
  t.ok('plan' in json);
});
