import type { InjectOptions } from 'fastify';
import { getIntrospectionQuery } from 'graphql';
import t from 'tap';
import { buildServer } from '#src/http/server.ts';
import type { Deps } from '#src/operations/call/deps.ts';
import { unwatched } from '#test/support/unwatched.ts';

// The checks of graphql-cop (github.com/dolevf/graphql-cop), each against the service as it is in production.
// No refused request may reach an operation: there is none.
const reached = () => {
  throw new Error('an operation was called');
};
const deps = { ...unwatched, accounts: { list: reached, get: reached } } as unknown as Deps;
const app = await buildServer({ deps, ready: async () => {}, authenticate: null, logLevel: 'silent' });
t.teardown(() => app.close());

const json = { 'content-type': 'application/json' };
const send = (request: InjectOptions) => app.inject({ method: 'POST', url: '/graphql', ...request });
const ask = async (query: unknown, variables: object = {}) => {
  const answer = await send({ headers: json, payload: JSON.stringify({ query, variables }) });
  return {
    status: answer.statusCode,
    body: answer.body,
    message: answer.json().errors?.[0]?.message as string,
    answer,
  };
};
const encoded = (query: string) => `query=${encodeURIComponent(query)}`;

t.test('introspection is off, however it is asked for', async (t) => {
  for (const query of [
    getIntrospectionQuery(),
    '{ __schema { types { name } } }',
    '{ a: __type(name: "Query") { name } }',
    '{ ...F } fragment F on Query { ... { __schema { queryType { name } } } }',
  ]) {
    const { status, message } = await ask(query);
    t.equal(status, 400);
    t.match(message, 'introspection are disabled');
  }
});

t.test('there is no GraphiQL or other page, for browsers either', async (t) => {
  for (const url of ['/graphiql', '/graphql', '/playground', '/console', '/altair', '/v1/graphql/explorer']) {
    const answer = await app.inject({ url, headers: { accept: 'text/html' } });
    t.ok(answer.statusCode >= 400, url);
    t.match(answer.headers['content-type'], /json/, url);
  }
});

t.test('errors correct no guess, and name nothing that the caller did not', async (t) => {
  const guesses: [string, object?][] = [
    ['{ acount(accountId: "1") { name } }'],
    ['{ account { name } }'],
    ['{ account(acountId: "1") { name } }'],
    ['{ account(accountId: "1") { nam } }'],
    ['{ account(accountId: "1") }'],
    ['{ accounts { edges { node { name { x } } } } }'],
    ['{ changes(filter: { kin: CREATE }) { edges { cursor } } }'],
    ['{ changes(filter: { kind: CREAT }) { edges { cursor } } }'],
    ['query ($x: AccountInpu!) { __typename }'],
    ['{ ... on Quer { __typename } }'],
    ['{ __typename @skp(if: true) }'],
    ['mutation { putAccount(input: {}) { nam } }'],
    ['mutation ($i: AccountInput!) { putAccount(input: $i) { partition } }', { i: {} }],
    [
      'mutation ($i: AccountInput!) { putAccount(input: $i) { partition } }',
      { i: { accountId: '1', name: 'n', label: {} } },
    ],
    [
      'mutation ($i: ExtendExecutionRoleInput!) { extendExecutionRole(input: $i) { change { id } } }',
      { i: { onMismatch: 'MERG' } },
    ],
    ['query ($f: ChangeFilter) { changes(filter: $f) { edges { cursor } } }', { f: { kind: 'CREAT' } }],
    ['query ($f: ChangeFilter) { changes(filter: $f) { edges { cursor } } }', { f: 5 }],
  ];
  for (const [query, variables] of guesses) {
    const { status, body, message } = await ask(query, variables);
    const what = `${query} ${JSON.stringify(variables ?? {})}`;
    t.equal(status, 400, what);
    t.match(message, /^The document, its variables or its operation name do not match the schema\./, what);
    t.notMatch(body, /Did you mean|Connection|ID!|String!|CREATE\b|MERGE|"Query"|labels|subfields/, what);
  }
});

t.test('by GET there are no mutations, and no queries that a page of another site could send', async (t) => {
  for (const query of ['{ __typename }', 'mutation { deleteAccount(accountId: "1") }', '']) {
    const answer = await app.inject(`/graphql?${encoded(query)}`);
    t.equal(answer.statusCode, 415, query);
  }
  const mutation = await app.inject({
    url: `/graphql?${encoded('mutation { deleteAccount(accountId: "1") }')}`,
    headers: json,
  });
  t.match(mutation.json(), { data: null, errors: [{ message: 'Send mutations by POST.' }] });
  t.match((await app.inject({ url: `/graphql?${encoded('{ __typename }')}`, headers: json })).json(), {
    data: { __typename: 'Query' },
  });
});

t.test('by POST there is JSON alone', async (t) => {
  const body = JSON.stringify({ query: '{ __typename }' });
  const cases: [string | undefined, string][] = [
    ['application/x-www-form-urlencoded', encoded('{ __typename }')],
    [
      'multipart/form-data; boundary=x',
      '--x\r\ncontent-disposition: form-data; name="query"\r\n\r\n{ __typename }\r\n--x--\r\n',
    ],
    ['text/plain', body],
    ['text/plain; application/json', body],
    ['application/jsonx', body],
    [undefined, body],
  ];
  for (const [type, payload] of cases) {
    // The header that another library requires instead does not help here.
    const answer = await send({
      headers: { ...(type && { 'content-type': type }), 'mercurius-require-preflight': '1' },
      payload,
    });
    t.equal(answer.statusCode, 415, String(type));
  }
  t.equal(
    (await send({ headers: { 'content-type': 'application/json; charset=utf-8' }, payload: body }))
      .statusCode,
    200,
  );
});

t.test('aliases cannot ask a hundred times at once', async (t) => {
  const { status, message } = await ask(
    `{ ${Array.from({ length: 101 }, (_, i) => `a${i}: __typename`).join(' ')} }`,
  );
  t.equal(status, 400);
  t.match(message, 'asks for 101 root fields, aliases included; the limit is 10');
});

t.test('the same field over and over', async (t) => {
  t.match((await ask(`{ ${'__typename '.repeat(500)} }`)).message, /500 root fields/);
  t.match((await ask(`{ a ${'__typename '.repeat(5000)} }`)).message, /more that 2000 tokens/);
});

t.test('a batch is refused', async (t) => {
  const payload = JSON.stringify(Array.from({ length: 10 }, () => ({ query: '{ __typename }' })));
  const answer = await send({ headers: json, payload });
  t.match(answer, { statusCode: 400 });
  t.match(answer.json().errors, [{ message: '/query must be a GraphQL document, as text' }]);
});

t.test('too many directives', async (t) => {
  for (const directive of ['@aa ', '@include(if: true) ']) {
    const { status, message, answer } = await ask(`{ __typename ${directive.repeat(50)} }`);
    t.equal(status, 400);
    t.match(message, /has 50 directives; the limit is 20/);
    t.equal(answer.json().errors.length, 1, 'one error, not fifty');
  }
});

t.test('circles: of fragments, and of introspection', async (t) => {
  for (const query of [
    '{ ...A } fragment A on Query { ...A }',
    '{ ...A } fragment A on Query { ...B } fragment B on Query { ...C } fragment C on Query { ...A }',
  ])
    t.match(await ask(query), { status: 400, message: /do not match the schema/ });
  const circle = `{ __schema { types { ${'fields { type { '.repeat(5)}name${' } }'.repeat(5)} } } }`;
  t.match(await ask(circle), { status: 400, message: /introspection are disabled/ });
  const open = await buildServer({
    deps,
    ready: async () => {},
    authenticate: null,
    logLevel: 'silent',
    graphiql: true,
  });
  t.teardown(() => open.close());
  const known = await open.inject({
    method: 'POST',
    url: '/graphql',
    headers: json,
    payload: JSON.stringify({ query: circle }),
  });
  t.match(known, { statusCode: 400 }, 'nor in development');
  t.match(known.json().errors, [{ message: /Maximum introspection depth exceeded/ }]);
  const whole = { query: getIntrospectionQuery() };
  const schema = await open.inject({
    method: 'POST',
    url: '/graphql',
    headers: json,
    payload: JSON.stringify(whole),
  });
  t.match(
    schema.json(),
    { data: { __schema: { types: Array } } },
    "in development GraphiQL's introspection works",
  );
});

t.test('no tracing, and no debugging', async (t) => {
  const answer = await send({
    headers: { ...json, 'apollo-tracing': '1', 'x-apollo-tracing': '1' },
    payload: JSON.stringify({ query: '{ __typename }', extensions: { tracing: true, debug: true } }),
  });
  t.same(answer.json(), { data: { __typename: 'Query' } });
});

t.test('errors have no stack, no file path and no library exception', async (t) => {
  const malformed: unknown[] = [
    'qwerty { abc }',
    '{',
    '\u0000',
    '{"kind":"Document"}',
    '{"kind":"Document","definitions":[{"kind":"OperationDefinition"}]}',
    '{"kind":"Document","loc":{},"definitions":[{}]}',
    '[]',
    'true',
    'null',
    '"x"',
    '{ __typename } { __typename }',
    '{ __proto__ }',
    '{ constructor }',
    'query ($a: [[[[[[ID]]]]]]) { __typename }',
    'subscription { x }',
  ];
  for (const query of malformed) {
    const { status, body } = await ask(query, { __proto__: 1 });
    t.equal(status, 400, String(query));
    t.match(JSON.parse(body).errors[0].extensions.code, 'INVALID_INPUT', String(query));
    t.notMatch(body, /stacktrace|node_modules|\.[jt]s:\d+|TypeError|exception/i, String(query));
  }
});
