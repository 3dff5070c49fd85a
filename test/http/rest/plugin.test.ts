import type { InjectOptions } from 'fastify';
import t from 'tap';
import { clusters, roleName, startService } from '#test/support/service.ts';

const service = await startService(t);
const { app, rest, account, world } = service;
const x = await account();
const json = { 'content-type': 'application/json' };

t.test('errors of a request say what to do', async (t) => {
  const { roles, role } = x;
  const body = (payload: string) => ({ method: 'POST' as const, url: roles, headers: json, payload });
  const fields =
    'accountId, roleName, clusters, path, description, tags, permissionsBoundary, additionalPolicyArns, reason, override, dryRun, ifMatch, idempotencyKey, wait';
  const cases = [
    ['broken JSON', body('{"clusters":'), 400, ' the body must be JSON'],
    [
      'JSON that would change prototypes',
      body('{"__proto__":{"x":1},"clusters":[]}'),
      400,
      ' the body must be JSON',
    ],
    ['an empty body', body(''), 400, '/clusters is required: it must be 1 to 100 clusters'],
    ['no body', { method: 'POST', url: roles }, 400, '/clusters is required: it must be 1 to 100 clusters'],
    ['null', body('null'), 400, '/clusters is required: it must be 1 to 100 clusters'],
    [
      'an array',
      body('[]'),
      400,
      ' the body must be a JSON object',
      '/clusters is required: it must be 1 to 100 clusters',
    ],
    [
      'an unknown field',
      body('{"clusters":[{"region":"us-west-2","name":"a"}],"cluster":1}'),
      400,
      `/cluster is not a field here; the fields are ${fields}`,
    ],
    [
      'a field that every object has',
      body('{"clusters":[{"region":"us-west-2","name":"a"}],"constructor":1}'),
      400,
      `/constructor is not a field here; the fields are ${fields}`,
    ],
    [
      'fields in the wrong place',
      {
        method: 'POST',
        url: `${roles}?reason=x&dryRun=true`,
        payload: { clusters: clusters('a'), accountId: '1', dryRun: true, ifMatch: '*' },
      },
      400,
      '/reason must be in the body, not in the query',
      '/accountId must be in the path, not in the body',
      '/dryRun must be in the query, not in the body',
      '/ifMatch must be in the header, not in the body',
    ],
    [
      'a body where a query belongs',
      { method: 'DELETE', url: `${role}/clusters/us-west-2/a`, payload: { reason: 'x' } },
      400,
      '/reason must be in the query, not in the body',
    ],
    ...['', 'x'.repeat(256), 'ü'].map(
      (key) =>
        [
          `the Idempotency-Key ${key}`,
          {
            method: 'POST',
            url: roles,
            payload: { clusters: clusters('a') },
            headers: { 'idempotency-key': key },
          },
          400,
          '/idempotencyKey must be a key of 1 to 255 printable ASCII characters, the same in every retry',
        ] as const,
    ),
    [
      'an Idempotency-Key in the body',
      { method: 'POST', url: roles, payload: { clusters: clusters('a'), idempotencyKey: 'x' } },
      400,
      '/idempotencyKey must be in the header, not in the body',
    ],
    [
      'a query that is none',
      { url: `${role}/check?cluster=a&cluster=b/c/d` },
      400,
      '/cluster/0 must be REGION/NAME, as in us-west-2/my-cluster',
      '/cluster/1 must be REGION/NAME, as in us-west-2/my-cluster',
    ],
    [
      'no cluster to check',
      { url: `${role}/check` },
      400,
      '/cluster is required: it must be REGION/NAME, as in us-west-2/my-cluster; it may repeat, up to 100 times',
    ],
    [
      'a field of the body in the query',
      { url: `${role}/check?cluster=us-west-2/a&clusters=b` },
      400,
      '/clusters is not a field here; the fields are accountId, roleName, cluster',
    ],
    [
      'a label that is none',
      { url: '/v1/accounts?label=a&label==b&label=k=v' },
      400,
      ...[0, 1].map(
        (i) =>
          `/label/${i} must be KEY=VALUE, with a key of 1 to 63 letters, digits or _./-, beginning with a letter or digit, and a value of at most 256 characters`,
      ),
    ],
    ['a path that is none', { url: `${x.roles}/%zz` }, 400, ' must be a valid URL path'],
    ['a path too long', { url: `${x.roles}/${'r'.repeat(2000)}` }, 400],
    ['XML', { ...body('<a/>'), headers: { 'content-type': 'application/xml' } }, 415],
    ['plain text', { ...body('{}'), headers: { 'content-type': 'text/plain' } }, 415],
    ['no type', { method: 'POST', url: roles, payload: Buffer.from('{}') }, 415],
    [
      'a form',
      { ...body('clusters=1'), headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
    ],
    ['over 256 KiB', { ...body(`{"reason":"${'x'.repeat(256 * 1024)}"}`) }, 413],
  ] as const;
  for (const [what, request, status, ...said] of cases) {
    const answer = await app.inject(request as InjectOptions);
    t.equal(answer.statusCode, status, what);
    t.match(
      answer.headers,
      { 'content-type': /^application\/problem\+json/, 'x-request-id': answer.json().requestId },
      what,
    );
    t.match(
      answer.json(),
      {
        type: /^urn:/,
        title: String,
        status,
        detail: String,
        instance: String,
        code: String,
        retryable: false,
      },
      what,
    );
    const errors = answer.json().errors as { pointer: string; message: string }[];
    if (said.length > 0)
      t.same(
        errors.map(({ pointer, message }) => `${pointer} ${message}`),
        said,
        what,
      );
  }
  t.same(x.ledger(), [], 'none of it reached AWS');
  t.same(x.calls(), {}, 'not even to look');
  t.same(await service.changes(x.accountId), [], 'nor the log');
});

t.test('a body of just under 256 KiB, and 100 clusters, are taken', async (t) => {
  const { roles, role } = await account({ quotas: { trustPolicySize: 8192 } });
  const many = clusters(...Array.from({ length: 100 }, (_, i) => `c${i}`));
  t.match(await rest('POST', `${role}/check`, { clusters: many }), { json: { verdict: 'MISSING' } });
  t.match(await rest('POST', roles, { clusters: many }), { status: 201 });
  const padded = JSON.stringify({ clusters: clusters('a') }).padEnd(256 * 1024 - 1);
  t.match(await rest('POST', `${role}/check`, padded, json), { status: 200 });
});

t.test('parameters of the query', async (t) => {
  const one = await account();
  const wrote = async (words: string, name: string) => {
    const { status, json } = await rest('POST', `${one.roles}?${words}`, {
      roleName: name,
      clusters: clusters('a'),
    });
    return status >= 400 ? json.errors[0]?.pointer : json.change ? 'WRITTEN' : 'DRY';
  };
  const cases = {
    true: 'DRY',
    false: 'WRITTEN',
    '': '/dryRun',
    yes: '/dryRun',
    '1': '/dryRun',
    TRUE: '/dryRun',
    'true&dryRun=false': '/dryRun',
  };
  for (const [word, expected] of Object.entries(cases))
    t.equal(await wrote(`dryRun=${word}`, `r-${word.length}`), expected, `dryRun=${word}`);
  t.equal(await wrote('dryrun=true', 'r'), '/dryrun', 'a mistyped request never writes');
  for (const limit of ['0', '101', '1.5', '1e1', '0x10', ' 5', 'true', '', '5&limit=6'])
    t.match(
      await rest('GET', `/v1/accounts?limit=${limit}`),
      { status: 400, json: { errors: [{ pointer: '/limit' }] } },
      `limit=${limit}`,
    );
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty'])
    t.match(
      await rest('GET', `/v1/accounts?${name}=1`),
      {
        status: 400,
        json: {
          errors: [
            { pointer: `/${name}`, message: 'is not a field here; the fields are label, limit, cursor' },
          ],
        },
      },
      name,
    );
});

t.test('accounts: 201 for a new one, 200 for a change, 204 for a deletion, and pages', async (t) => {
  const url = '/v1/accounts/222222222222';
  const created = await rest('PUT', url, { name: 'one', labels: { team: 'x', constructor: 'y' } });
  t.match(created, {
    status: 201,
    json: {
      accountId: '222222222222',
      status: 'ACTIVE',
      memberRoleArn: 'arn:aws:iam::222222222222:role/RolewrightMember',
      externalId: 'ext-1',
    },
  });
  const replaced = await rest('PUT', url, { name: 'two', partition: 'aws-cn', externalId: 'own' });
  t.match(replaced, {
    status: 200,
    json: {
      name: 'two',
      labels: {},
      externalId: 'own',
      createdAt: created.json.createdAt,
      memberRoleArn: /^arn:aws-cn:/,
    },
  });
  t.same(replaced.json.labels, {}, 'omitted fields are removed');
  t.match(await rest('DELETE', url), { status: 204, json: null });
  t.match(await rest('DELETE', url), { status: 404, json: { code: 'ACCOUNT_UNKNOWN' } });
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const { json } = await rest('GET', `/v1/accounts?limit=2${cursor && `&cursor=${cursor}`}`);
    seen.push(...json.items.map(({ accountId }: { accountId: string }) => accountId));
    cursor = json.nextCursor;
  }
  t.same(seen, [...new Set(seen)].sort(), 'each once, in order');
  t.ok(seen.length >= 3);
});

t.test('a deleted account keeps its history', async (t) => {
  const one = await account();
  await rest('POST', one.roles, { clusters: clusters('a') });
  await rest('DELETE', `/v1/accounts/${one.accountId}`);
  t.match(await rest('POST', `${one.role}/check`, { clusters: clusters('a') }), {
    status: 404,
    json: { code: 'ACCOUNT_UNKNOWN' },
  });
  t.match(await service.changes(one.accountId), [{ kind: 'CREATE', outcome: 'SUCCEEDED' }]);
  t.ok(world.role(one.accountId, roleName));
});

t.test('an account of one partition has no clusters in the Regions of another', async (t) => {
  const china = await account({ partition: 'aws-cn' });
  china.seed(['a']);
  const message = 'must be a Region of partition aws-cn, where this account is';
  const wrong = { status: 400, json: { errors: [{ pointer: '/clusters/0/region', message }] } };
  t.match(await rest('GET', `${china.role}/check?cluster=us-west-2/a`), wrong);
  // Any well-formed Region may be read and removed, because an old line may name it.
  for (const method of ['GET', 'DELETE'])
    t.match(
      await rest(method, `${china.role}/clusters/us-west-2/a`),
      { status: 404, json: { code: 'CLUSTER_NOT_LISTED' } },
      method,
    );
});

t.test('a dry run is never answered with 201', async (t) => {
  const accountId = '404040404040';
  const cases = [
    [`/v1/accounts/${accountId}?dryRun=true`, 200],
    [`/v1/accounts/${accountId}`, 201],
    [`/v1/accounts/${accountId}`, 200],
  ] as const;
  for (const [url, status] of cases) t.equal((await rest('PUT', url, { name: 'new' })).status, status, url);
});
