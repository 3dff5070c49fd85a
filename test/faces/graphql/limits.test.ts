import { getIntrospectionQuery, parse } from 'graphql';
import t from 'tap';
import { limits, withinCost, withinLimits } from '#src/faces/graphql/limits.ts';
import { graphqlSchema } from '#src/faces/graphql/schema.ts';

const schema = graphqlSchema();
const judge = (query: string) => {
  const document = parse(query);
  withinLimits(document);
  withinCost(schema, document);
};
const many = (count: number, one: (i: number) => string) => Array.from({ length: count }, (_, i) => one(i)).join(' ');
const deep = (levels: number, kind: string) => `{ ${`${kind} { `.repeat(levels - 1)}id${' }'.repeat(levels - 1)} }`;
// Each spreads the one before twice: 2^30 fields from 31 lines.
const bomb = `{ ...F30 } fragment F0 on Query { __typename } ${many(30, (i) => `fragment F${i + 1} on Query { ...F${i} ...F${i} }`)}`;

t.test('what may be asked for', async (t) => {
  const cases = {
    'the introspection of GraphiQL': getIntrospectionQuery(),
    'the most root fields': `{ ${many(limits.rootFields, (i) => `a${i}: __typename`)} }`,
    'the most levels': deep(limits.depth, 'a'),
    'the most directives': `{ a ${'@include(if: true) '.repeat(limits.directives)} }`,
    'a small page of many fields': `{ changes(first: 10) { edges { node { ${many(1000, (i) => `a${i}: id`)} } } } }`,
    'a thousand fields of one role': `{ executionRole(accountId: "1", roleName: "r") { ${many(1000, (i) => `a${i}: id`)} } }`,
    'two operations, each within the limits': `query A { ${many(9, (i) => `a${i}: __typename`)} } query B { ${many(9, (i) => `a${i}: __typename`)} }`,
    'a fragment that spreads itself, which the validation refuses': '{ ...F } fragment F on Query { ...F }',
  };
  for (const [what, query] of Object.entries(cases)) t.doesNotThrow(() => judge(query), what);
});

t.test('what may not says what the limit is', async (t) => {
  const cost = (query: string, text: RegExp) => [query, text] as const;
  const fields = (count: number) => many(count, (i) => `a${i}: id`);
  const cases = {
    'root fields by alias': cost(
      `{ ${many(11, (i) => `a${i}: __typename`)} }`,
      /asks for 11 root fields, aliases included; there may be 10/,
    ),
    'root fields by repetition': cost(`{ ${many(11, () => '__typename')} }`, /11 root fields/),
    'root fields by fragments': cost(
      `{ ...A ...A ...A ... { ...A ...A ...A } } fragment A on Query { a: __typename b: __typename }`,
      /12 root fields/,
    ),
    mutations: cost(`mutation { ${many(11, (i) => `a${i}: deleteAccount(accountId: "1")`)} }`, /11 root fields/),
    'the second operation': cost(`query A { __typename } query B { ${many(11, (i) => `a${i}: __typename`)} }`, /11 root fields/),
    'fields too deep': cost(deep(17, 'a'), /is 17 levels deep; there may be 16/),
    'inline fragments too deep': cost(deep(17, '...'), /17 levels deep/),
    'a chain of fragments too deep': cost(
      `{ ...F9 } fragment F0 on A { id } ${many(9, (i) => `fragment F${i + 1} on A { a { b { ...F${i} } } }`)}`,
      /19 levels deep/,
    ),
    directives: cost(`{ a ${'@a '.repeat(21)} }`, /has 21 directives; there may be 20/),
    'a bomb of fragments': cost(bomb, /root fields/),
    'a page': cost(`{ changes(first: 100) { edges { node { ${fields(120)} } } } }`, /costs 12201: .* it may cost 12000/),
    'a page read backwards': cost(`{ changes(last: 100) { edges { node { ${fields(120)} } } } }`, /costs 12201/),
    'the default page': cost(`{ accounts { edges { node { ${fields(240)} } } } }`, /costs 12101/),
    'a page whose size is a variable': cost(`query ($n: Int) { accounts(first: $n) { edges { node { ${fields(120)} } } } }`, /costs 12201/),
    'a page that nobody answers': cost('{ accounts(first: 1000000) { edges { cursor } } }', /costs 2000001/),
    'a list without pages': cost(`{ executionRoles(accountId: "1") { ${fields(120)} } }`, /costs 12001/),
    'two pages together': cost(
      `{ a: changes(first: 100) { edges { node { ${fields(60)} } } } b: changes(first: 100) { edges { node { ${fields(60)} } } } }`,
      /costs 12402/,
    ),
  };
  for (const [what, [query, message]] of Object.entries(cases))
    t.throws(() => judge(query), { code: 'INVALID_INPUT', message, details: { errors: [{ pointer: '/query' }] } }, what);
});

t.test('before it is known whether a document is valid, lists are no dearer than anything', (t) => {
  t.doesNotThrow(() => withinLimits(parse('{ accounts(first: 1000000) { edges { cursor } } }')));
  // Each spreads the one before twice: 2^levels fields, beneath one.
  const doubled = (levels: number) =>
    parse(`{ a { ...F${levels} } } fragment F0 on A { b } ${many(levels, (i) => `fragment F${i + 1} on A { ...F${i} ...F${i} }`)}`);
  t.doesNotThrow(() => withinLimits(doubled(13)));
  t.throws(() => withinLimits(doubled(14)), /costs 16385/);
  t.end();
});

t.test('a parsed document that a client made up is none', async (t) => {
  for (const made of [null, true, 5, [], {}, { kind: 'Document', loc: {}, definitions: [] }])
    t.throws(() => withinLimits(made as never), { code: 'INVALID_INPUT' }, JSON.stringify(made));
});

t.test('the largest page of the history with every field of a change is within the cost', async (t) => {
  const policies = 'policies { attached inline }';
  const snapshot = `{ tags trust ${policies} }`;
  const cluster = '{ name region }';
  const all = `accountId actor { issuer subject } after ${snapshot} at before ${snapshot} clusters ${cluster} diff editedOutside
    effects { clustersGained ${cluster} clustersLost ${cluster} statementsRemoved { pointer statement } } endedAt
    error { code detail } hash id idempotencyKey kind outcome override planId planned { action detail } previousHash reason
    recovered requestId reverts roleName seq sessionName settles steps { action at awsRequestId outcome } via`;
  t.doesNotThrow(() => judge(`{ changes(first: 100) { edges { cursor node { ${all} } } pageInfo { endCursor } } }`));
});
