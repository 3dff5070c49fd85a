import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { buildServer } from '#src/http/server.ts';
import type { Deps } from '#src/operations/call/deps.ts';
import { unwatched } from '#test/support/unwatched.ts';

// Refusals do not reveal the schema: in production a document with existing names is refused in the same
// words as one with unknown names. All documents here are invalid in some part.

const reached = () => {
  throw new Error('an operation was called');
};
const deps = {
  ...unwatched,
  accounts: { list: reached, get: reached },
  permissions: { allows: reached },
} as unknown as Deps;
const server = async (graphiql: boolean) => {
  const app = await buildServer({
    deps,
    ready: async () => {},
    authenticate: null,
    logLevel: 'silent',
    graphiql,
  });
  t.teardown(() => app.close());
  return app;
};
const [production, development] = [await server(false), await server(true)];
type Payload = { query: string; variables?: unknown; operationName?: string };
const ask = async (app: typeof production, payload: Payload) => {
  const answer = await app.inject({ method: 'POST', url: '/graphql', payload: { ...payload } });
  return `${answer.statusCode} ${answer.body.replaceAll(/"requestId":"[^"]+"/g, '"requestId":"…"')}`;
};
const many = (count: number, one: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => one(i)).join(' ');
const constant = await ask(production, { query: '{ nope }' });

/** An existing name beside an unknown one: query, variables, name of the operation. */
const guesses: Record<string, [Payload | string, Payload | string]> = {
  'a field with fields': ['{ accounts }', '{ acounts }'],
  'a field without its argument': ['{ account { name } }', '{ acount { name } }'],
  'a mutation': ['mutation { deleteAccount }', 'mutation { dropAccount }'],
  'a list, by what a large page of it costs': [
    '{ accounts(first: 1000000) { x } }',
    '{ acounts(first: 1000000) { x } }',
  ],
  'a list, by what many fields of it cost': [
    `{ executionRoles(accountId: "1") { ${many(300, (i) => `a${i}: x`)} } }`,
    `{ executionRolls(accountId: "1") { ${many(300, (i) => `a${i}: x`)} } }`,
  ],
  'a list, by aliases': [
    `{ ${many(10, (i) => `a${i}: accounts(first: 100) { ${many(30, (j) => `b${j}: x`)} }`)} }`,
    `{ ${many(10, (i) => `a${i}: acounts(first: 100) { ${many(30, (j) => `b${j}: x`)} }`)} }`,
  ],
  'one of two fields': [
    '{ account(accountId: "1") { name nope } x }',
    '{ account(accountId: "1") { nam nope } x }',
  ],
  'a field of a field': [
    '{ accounts { edges { node { name { x } } } } }',
    '{ accounts { edges { node { nam { x } } } } }',
  ],
  'an argument': [
    '{ accounts(first: "x") { edges { cursor } } }',
    '{ accounts(frist: "x") { edges { cursor } } }',
  ],
  'a field of an input': [
    '{ changes(filter: {kind: 1}) { edges { cursor } } }',
    '{ changes(filter: {kin: 1}) { edges { cursor } } }',
  ],
  'a value of an enum, in a literal': [
    '{ changes(filter: {kind: CREATE, x: 1}) { edges { cursor } } }',
    '{ changes(filter: {kind: CREAT, x: 1}) { edges { cursor } } }',
  ],
  'a value of an enum, in a variable': [
    {
      query: 'query ($f: ChangeFilter) { changes(filter: $f) { edges { cursor } } }',
      variables: { f: { kind: 'CREATE', x: 1 } },
    },
    {
      query: 'query ($f: ChangeFilter) { changes(filter: $f) { edges { cursor } } }',
      variables: { f: { kind: 'CREAT', x: 1 } },
    },
  ],
  'a field of an input, in a variable': [
    {
      query: 'mutation ($i: AccountInput!) { putAccount(input: $i) { name } }',
      variables: { i: { accountId: '1' } },
    },
    {
      query: 'mutation ($i: AccountInput!) { putAccount(input: $i) { name } }',
      variables: { i: { acountId: '1' } },
    },
  ],
  'a field of an input deep in a variable': [
    {
      query: 'mutation ($i: ExtendExecutionRoleInput!) { extendExecutionRole(input: $i) { plan { id } } }',
      variables: { i: { clusters: [{ region: 5 }] } },
    },
    {
      query: 'mutation ($i: ExtendExecutionRoleInput!) { extendExecutionRole(input: $i) { plan { id } } }',
      variables: { i: { clustres: [{}] } },
    },
  ],
  'a type of a variable': [
    { query: 'query ($x: AccountInput!) { __typename }', variables: {} },
    { query: 'query ($x: AcountInput!) { __typename }', variables: {} },
  ],
  'a type that is no input': ['query ($x: Account) { __typename }', 'query ($x: Acount) { __typename }'],
  'a type of a variable, by its value': [
    { query: 'query ($x: ChangeKind) { __typename @skip(if: $x) }', variables: { x: 'CREATE' } },
    { query: 'query ($x: ChangeKine) { __typename @skip(if: $x) }', variables: { x: 'CREATE' } },
  ],
  'a type of a fragment': ['{ ... on Account { __typename } }', '{ ... on Acount { __typename } }'],
  'a type of a named fragment': [
    '{ ...F } fragment F on Account { x }',
    '{ ...F } fragment F on Acount { x }',
  ],
  'a type of a fragment that is not spread': [
    '{ __typename } fragment F on Account { name }',
    '{ __typename } fragment F on Acount { name }',
  ],
  'a fragment that spreads itself': [
    '{ ...F } fragment F on Query { accounts ...F }',
    '{ ...F } fragment F on Query { acounts ...F }',
  ],
  'a type, by introspection': ['{ __type(name: "Account") { name } }', '{ __type(name: "Acount") { name } }'],
  'a field beside introspection': [
    '{ __schema { queryType { name } } accounts }',
    '{ __schema { queryType { name } } acounts }',
  ],
  'a field with more faults than are looked for, before introspection': [
    `{ accounts { ${many(150, (i) => `a${i}`)} } __schema { queryType { name } } }`,
    `{ acounts { ${many(150, (i) => `a${i}`)} } __schema { queryType { name } } }`,
  ],
  'a directive': ['{ __typename @deprecated }', '{ __typename @deprecatet }'],
  'a field, by another name for the operation': [
    { query: 'query A { accounts { edges { cursor } } }', operationName: 'B' },
    { query: 'query A { acounts { edges { cursor } } }', operationName: 'B' },
  ],
  'a field, by a variable that is left out': [
    'query ($id: ID!) { account(accountId: $id) { name } }',
    'query ($id: ID!) { acount(accountId: $id) { name } }',
  ],
  'a field, by no name for the operation': [
    'query A { accounts { edges { cursor } } } query B { __typename }',
    'query A { acounts { edges { cursor } } } query B { __typename }',
  ],
};
const payloadOf = (one: Payload | string) => (typeof one === 'string' ? { query: one } : one);

t.test('in production a refusal does not reveal what exists', async (t) => {
  t.match(constant, /^400 .*"message":"[^"]+"/);
  for (const [what, [right, wrong]] of Object.entries(guesses)) {
    // Twice, because a refused document is cached and takes another path.
    for (const round of ['first', 'again']) {
      t.equal(await ask(production, payloadOf(right)), constant, `${what}: there is one, ${round}`);
      t.equal(await ask(production, payloadOf(wrong)), constant, `${what}: there is none, ${round}`);
    }
  }
});

t.test('limits are reported alike', async (t) => {
  const cases: Record<string, (name: string) => string> = {
    'root fields': (name) => `{ ${many(11, (i) => `a${i}: ${name}`)} }`,
    depth: (name) => `{ ${name} { ${'a { '.repeat(20)}b${' }'.repeat(20)} } }`,
    directives: (name) => `{ ${name} ${'@a '.repeat(30)} }`,
    'what a bomb of fragments costs': (name) =>
      `{ ${name} { ...F20 } } fragment F0 on A { b } ${many(20, (i) => `fragment F${i + 1} on A { ...F${i} ...F${i} }`)}`,
    'a subscription': (name) => `subscription { ${name} }`,
    syntax: (name) => `{ ${name} `,
  };
  for (const [what, query] of Object.entries(cases))
    t.equal(
      await ask(production, { query: query('accounts') }),
      await ask(production, { query: query('acountss') }),
      what,
    );
});

t.test('in development the error and its place are reported', async (t) => {
  for (const [what, [right, wrong]] of Object.entries(guesses)) {
    const [one, other] = [await ask(development, payloadOf(right)), await ask(development, payloadOf(wrong))];
    t.notMatch(one + other, 'details and introspection are disabled', what);
  }
  t.match(await ask(development, { query: '{ acounts }' }), 'Did you mean');
  t.match(await ask(development, { query: '{ nope nada }' }), /nope.*nada/);
});

t.test('a valid document that costs too much is refused for its cost', async (t) => {
  const query = '{ accounts(first: 1000000) { edges { cursor } } }';
  // Twice: the second time the document is cached.
  for (const _ of [1, 2]) t.match(await ask(production, { query }), /^400 .*costs 2000001/);
});

t.test('subscriptions are refused alike', async (t) => {
  await production.listen({ host: '127.0.0.1', port: 0 });
  const { port } = production.server.address() as AddressInfo;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
  t.teardown(() => socket.close());
  await once(socket, 'open');
  const say = async (message: object) => {
    socket.send(JSON.stringify(message));
    const [{ data }] = await once(socket, 'message');
    return String(data).replaceAll(/"requestId":"[^"]+"/g, '"requestId":"…"');
  };
  t.match(await say({ type: 'connection_init' }), 'connection_ack');
  const refusal = await say({ id: '1', type: 'subscribe', payload: { query: 'subscription { nope }' } });
  t.match(refusal, /"type":"error".*INVALID_INPUT/);
  for (const query of [
    'subscription { sweepProgress }',
    'subscription { sweepProgress(id: "1") { nope } }',
    'subscription { sweepProgress(id: "1") { id nope } nada }',
    'subscription { sweepProgress(first: 1000000) { id } }',
    'subscription { ... on Sweep { id } }',
    'subscription { ... on Sweeep { id } }',
    'subscription S { sweepProgress(id: "1") { id } } query { __schema { queryType { name } } }',
  ])
    t.equal(
      await say({
        id: '1',
        type: 'subscribe',
        payload: { query, operationName: query.includes('S {') ? 'S' : undefined },
      }),
      refusal,
      query,
    );
});
