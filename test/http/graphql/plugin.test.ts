import type { InjectOptions } from 'fastify';
import t from 'tap';
import { fetcher } from '#src/http/graphql/fetcher.ts';
import { buildServer } from '#src/http/server.ts';
import type { Deps } from '#src/operations/call/deps.ts';
import { clusters, startService } from '#test/support/service.ts';
import { unwatched } from '#test/support/unwatched.ts';

const service = await startService(t);
const { app, graphql, rest, account } = service;
const one = await account();
const ok = '{ accounts { edges { cursor } } }';
const json = { 'content-type': 'application/json' };
const post = (payload: unknown, headers: Record<string, string> = json) => ({
  method: 'POST' as const,
  url: '/graphql',
  headers,
  payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
});

t.test('a request that reaches no operation has the status and the code of its problem', async (t) => {
  const notText = '/query must be a GraphQL document, as text';
  const cases = [
    ['no body', post('', json), 400, notText],
    [
      'no content type',
      { method: 'POST', url: '/graphql' },
      415,
      /^Send the request with Content-Type: application\/json/,
    ],
    ['null', post('null'), 400, notText],
    ['text', post('"x"'), 400, notText],
    ['a batch', post([{ query: ok }]), 400, notText],
    ['no query', post({}), 400, notText],
    ['an empty query', post({ query: ' ' }), 400, notText],
    ['a query that is no text', post({ query: 5 }), 400, notText],
    [
      'variables that are no object',
      post({ query: ok, variables: 'x' }),
      400,
      /^A GraphQL request consists of query/,
    ],
    [
      'an operation name that is no text',
      post({ query: ok, operationName: {} }),
      400,
      /^A GraphQL request consists of query/,
    ],
    [
      'an unknown operation name',
      post({ query: ok, operationName: 'Z' }),
      400,
      /Unknown operation named "Z"/,
    ],
    ['broken JSON', post('{'), 400, 'The body must be JSON.'],
    ['broken GraphQL', post({ query: '{' }), 400, /^Syntax Error/],
    ['an unknown field', post({ query: '{ nope }' }), 400, /Cannot query field "nope"/],
    [
      'an unknown argument',
      post({ query: '{ accounts(limit: 1) { edges { cursor } } }' }),
      400,
      /Unknown argument "limit"/,
    ],
    [
      'a wrong type',
      post({ query: '{ accounts(first: "1") { edges { cursor } } }' }),
      400,
      /Int cannot represent/,
    ],
    [
      'an enum value that is none',
      post({ query: '{ changes(filter: {kind: NOPE}) { edges { cursor } } }' }),
      400,
      /"NOPE" does not exist in "ChangeKind"/,
    ],
    [
      'a missing variable',
      post({ query: 'query ($id: ID!) { change(id: $id) { id } }' }),
      400,
      /"\$id" of required type "ID!" was not provided/,
    ],
    [
      'a subscription',
      post({ query: 'subscription { sweepProgress(id: "a") { id } }' }),
      400,
      /a subscription\. Use a WebSocket/,
    ],
    [
      'XML',
      post('<a/>', { 'content-type': 'application/xml' }),
      415,
      /^Send the request with Content-Type: application\/json/,
    ],
    [
      'plain text',
      post(JSON.stringify({ query: ok }), { 'content-type': 'text/plain' }),
      415,
      /^Send the request with Content-Type: application\/json/,
    ],
    ['over 256 KiB', post({ query: `# ${'x'.repeat(256 * 1024)}` }), 413, /larger than 256 KiB/],
    [
      'a deep query',
      post({ query: '{a'.repeat(100_000) }),
      400,
      /^Syntax Error: Document contains more that 2000 tokens/,
    ],
    ['by GET, no query', { url: '/graphql', headers: json }, 400, notText],
    [
      'by GET, broken variables',
      { url: `/graphql?query=${encodeURIComponent(ok)}&variables={`, headers: json },
      400,
      /^A GraphQL request consists of query/,
    ],
    [
      'by GET, a mutation',
      {
        url: `/graphql?query=${encodeURIComponent('mutation { deleteAccount(accountId: "1") }')}`,
        headers: json,
      },
      400,
      /Send mutations by POST/,
    ],
  ] as const;
  for (const [what, request, status, message] of cases) {
    const answer = await app.inject(request as InjectOptions);
    t.equal(answer.statusCode, status, what);
    const { data, errors } = answer.json();
    t.equal(data ?? null, null, what);
    t.match(
      errors[0],
      {
        message,
        extensions: {
          status,
          retryable: false,
          instance: '/graphql',
          requestId: answer.headers['x-request-id'],
        },
      },
      what,
    );
    t.not(errors[0].extensions.code, 'INTERNAL', what);
  }
});

t.test('every error of a document is reported', async (t) => {
  const { json } = await graphql('{ nope nada account(accountId: "1") { nix } }');
  t.equal(json.errors.length, 3);
});

t.test('an error in a variable has its place', async (t) => {
  const { json } = await graphql(
    'query ($c: [ClusterInput!]!) { checkExecutionRole(accountId: "1", roleName: "r", clusters: $c) { verdict } }',
    { c: [{ region: 1, name: 'x', zone: 1 }] },
  );
  t.same(
    json.errors.flatMap(({ extensions }: { extensions: { errors: { pointer: string }[] } }) =>
      extensions.errors.map(({ pointer }) => pointer),
    ),
    ['/0/region', '/0'],
  );
});

t.test('by GET, and as application/graphql, a query is answered', async (t) => {
  t.match((await app.inject({ url: `/graphql?query=${encodeURIComponent(ok)}`, headers: json })).json(), {
    data: { accounts: {} },
  });
  t.match((await app.inject(post(ok, { 'content-type': 'application/graphql' }))).json(), {
    data: { accounts: {} },
  });
});

t.test('neither GET nor HEAD changes anything', async (t) => {
  const { accountId } = await account();
  const mutation = `mutation { deleteAccount(accountId: "${accountId}") }`;
  for (const method of ['GET', 'HEAD'] as const) {
    const answer = await app.inject({ method, url: '/graphql', query: { query: mutation }, headers: json });
    t.equal(answer.statusCode, 400, method);
  }
  t.match(await rest('GET', `/v1/accounts/${accountId}`), { status: 200 });
});

t.test('by GET too, a document without an operation is an error', async (t) => {
  for (const [query, operationName] of [
    [ok, 'nope'],
    ['query a { __typename } query b { __typename }', ''],
    ['fragment f on Query { __typename }', ''],
    ['{', ''],
  ] as const) {
    const answer = await app.inject({ url: '/graphql', query: { query, operationName }, headers: json });
    t.match(answer.json(), { data: null, errors: [{ extensions: { code: 'INVALID_INPUT' } }] }, query);
    t.equal(answer.statusCode, 400, query);
  }
});

t.test('one field may fail while another answers', async (t) => {
  const { status, json } = await graphql(
    `{ a: account(accountId: "1") { name } b: account(accountId: "${one.accountId}") { accountId } }`,
  );
  t.equal(status, 200);
  t.match(json, {
    data: { a: null, b: { accountId: one.accountId } },
    errors: [{ path: ['a'], extensions: { code: 'INVALID_INPUT' } }],
  });
});

t.test('a null option counts as omitted', async (t) => {
  const query = `mutation ($input: CreateExecutionRoleInput!) { createExecutionRole(input: $input) { plan { steps { action } } change { id } } }`;
  const input = {
    accountId: one.accountId,
    clusters: clusters('a'),
    roleName: null,
    path: null,
    tags: null,
    reason: null,
    ifMatch: null,
    permissionsBoundary: null,
    additionalPolicyArns: null,
    description: null,
    dryRun: true,
  };
  t.match((await graphql(query, { input })).json, {
    data: { createExecutionRole: { change: null, plan: { steps: [{}, {}] } } },
  });
  const lists =
    '{ accounts(first: null, after: null, labels: null) { edges { cursor } } changes(first: null, filter: {kind: null, since: null}) { edges { cursor } } }';
  t.match((await graphql(lists)).json, { data: { accounts: {}, changes: {} } });
});

t.test('keys that every JavaScript object has are ordinary keys', async (t) => {
  const { accountId, roles } = await account();
  const { json } = await graphql(
    `mutation { createExecutionRole(input: {accountId: "${accountId}", clusters: [{region: "us-west-2", name: "a"}], tags: {__proto__: "x", constructor: "y"}}) { change { outcome } } }`,
  );
  t.match(json, { data: { createExecutionRole: { change: { outcome: 'SUCCEEDED' } } } });
  const read = await app.inject(`${roles}/AmazonEKSFargatePodExecutionRole`);
  t.match(read.body, '"__proto__":"x"');
  t.match(read.body, '"constructor":"y"');
});

t.test('pages: the cursor of the page, and of any item, leads to what comes after it', async (t) => {
  const { accountId, role, seed } = await account();
  seed(['a']);
  for (const name of ['b', 'c', 'd']) await rest('PUT', `${role}/clusters/us-west-2/${name}`);
  const query = `query ($after: String) { changes(first: 2, after: $after, filter: {accountId: "${accountId}"}) { edges { cursor node { id clusters { name } } } pageInfo { hasNextPage endCursor } } }`;
  const names = (page: { edges: { node: { clusters: { name: string }[] } }[] }) =>
    page.edges.flatMap(({ node }) => node.clusters.map(({ name }) => name));
  const { changes: first } = (await graphql(query)).json.data;
  t.same(names(first), ['d', 'c']);
  t.equal(first.pageInfo.hasNextPage, true);
  const { changes: second } = (await graphql(query, { after: first.pageInfo.endCursor })).json.data;
  t.same(names(second), ['b']);
  t.match(second.pageInfo, { hasNextPage: false, endCursor: second.edges[0].cursor });
  t.same(names((await graphql(query, { after: first.edges[0].cursor })).json.data.changes), ['c', 'b']);
});

t.test('pages: the history is read backwards too, from the end or from any item', async (t) => {
  const { accountId, role, seed } = await account();
  seed(['a']);
  for (const name of ['b', 'c', 'd']) await rest('PUT', `${role}/clusters/us-west-2/${name}`);
  const page = async (args: string) =>
    (
      await graphql(
        `{ changes(filter: {accountId: "${accountId}"}${args}) { edges { cursor node { clusters { name } } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
      )
    ).json;
  const names = ({ data }: { data: { changes: { edges: { node: { clusters: { name: string }[] } }[] } } }) =>
    data.changes.edges.flatMap(({ node }) => node.clusters.map(({ name }) => name)).join('');
  const all = (await page('')).data.changes;
  const [d, c, b] = all.edges.map(({ cursor }: { cursor: string }) => cursor);
  t.same(all.pageInfo, { hasNextPage: false, hasPreviousPage: false, startCursor: d, endCursor: b });
  for (const [args, expected, more] of [
    [', last: 2', 'cb', { hasNextPage: true, hasPreviousPage: true, startCursor: c, endCursor: b }],
    [
      `, last: 1, before: "${b}"`,
      'c',
      { hasNextPage: true, hasPreviousPage: true, startCursor: c, endCursor: c },
    ],
    [`, last: 2, before: "${b}"`, 'dc', { hasNextPage: true, hasPreviousPage: false }],
    [`, before: "${b}"`, 'dc', { hasNextPage: true, hasPreviousPage: false }],
    [
      `, before: "${d}"`,
      '',
      { hasNextPage: true, hasPreviousPage: false, startCursor: null, endCursor: /./ },
    ],
    [`, first: 1, after: "${d}"`, 'c', { hasNextPage: true, hasPreviousPage: true }],
    [`, after: "${b}"`, '', { hasNextPage: false, hasPreviousPage: true }],
  ] as const) {
    const answer = await page(args);
    t.equal(names(answer), expected, args);
    t.match(answer.data.changes.pageInfo, more, args);
  }
  for (const [args, pointer] of [
    [', first: 1, last: 1', '/last'],
    [`, after: "${b}", last: 1`, '/last'],
    [`, first: 1, before: "${b}"`, '/before'],
    [', last: 0', '/last'],
    [', before: "x"', '/before'],
  ] as const)
    t.match(
      (await page(args)).errors,
      [{ extensions: { code: 'INVALID_INPUT', errors: [{ pointer }] } }],
      args,
    );
});

t.test('an answer has the ID of its request', async (t) => {
  const answer = await app.inject({
    ...post({
      query: `mutation { extendExecutionRole(input: {accountId: "${one.accountId}", roleName: "none", clusters: [{region: "us-west-2", name: "a"}]}) { change { id } } }`,
    }),
    headers: { ...json, 'x-request-id': 'mine-1' },
  });
  t.equal(answer.headers['x-request-id'], 'mine-1');
  t.match(answer.json().errors, [{ extensions: { code: 'ROLE_NOT_FOUND', requestId: 'mine-1' } }]);
  t.match(await service.changes(one.accountId), [{ via: 'GRAPHQL', requestId: 'mine-1', outcome: 'FAILED' }]);
});

t.test('GraphiQL is one page without scripts from elsewhere, and only where it is asked for', async (t) => {
  const app = await buildServer({
    deps: unwatched as Deps,
    ready: async () => {},
    authenticate: null,
    logLevel: 'silent',
    graphiql: true,
  });
  t.teardown(() => app.close());
  const page = await app.inject('/graphiql');
  t.match(page, { statusCode: 200, headers: { 'content-type': /^text\/html/ } });
  t.match(page.body, 'Rolewright GraphiQL');
  t.notMatch(page.body, /<(script|link)[^>]+(src|href)="http/);
  t.ok(
    page.body.includes(`"fetcher":${fetcher}`),
    'it uses our fetcher; npm run conform tries that in a browser',
  );
  const plain = await buildServer({
    deps: unwatched as Deps,
    ready: async () => {},
    authenticate: null,
    logLevel: 'silent',
  });
  t.teardown(() => plain.close());
  t.equal((await plain.inject('/graphiql')).statusCode, 404);
});

t.test('an error points to the argument as it was written', async (t) => {
  const cases: [string, string[]][] = [
    ['{ accounts(first: 0, after: "-") { edges { cursor } } }', ['/first']],
    ['{ accounts(after: "-") { edges { cursor } } }', ['/after']],
    [
      '{ changes(first: 0, filter: { accountId: "1" }) { edges { cursor } } }',
      ['/filter/accountId', '/first'],
    ],
    ['{ changes(last: 101) { edges { cursor } } }', ['/last']],
    ['{ changes(before: "made-up") { edges { cursor } } }', ['/before']],
    ['{ sweepResults(id: "a b", first: 101) { edges { cursor } } }', ['/first', '/id']],
    [
      'mutation { putSchedule(input: { name: "-", cron: "x", sweep: { select: {} } }) { name } }',
      ['/cron', '/name'],
    ],
  ];
  for (const [query, pointers] of cases) {
    const { json } = await service.graphql(query);
    const { errors, detail } = json.errors[0].extensions;
    t.same(errors.map(({ pointer }: { pointer: string }) => pointer).sort(), pointers, query);
    t.ok(
      pointers.every((pointer) => detail.includes(`${pointer} `)),
      detail,
    );
  }
});
