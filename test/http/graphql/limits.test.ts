import { type DocumentNode, getIntrospectionQuery, parse } from 'graphql';
import t from 'tap';
import { checkCost, checkLimits, checkOverlaps, limits } from '#src/http/graphql/limits.ts';
import { countOverlaps } from '#src/http/graphql/overlaps.ts';
import { createGraphqlSchema } from '#src/http/graphql/schema.ts';

const schema = createGraphqlSchema();
const judge = (query: string) => {
  const document = parse(query);
  checkLimits(document);
  checkCost(schema, document);
};
const many = (count: number, one: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => one(i)).join(' ');
const deep = (levels: number, kind: string) =>
  `{ ${`${kind} { `.repeat(levels - 1)}id${' }'.repeat(levels - 1)} }`;
// Each fragment spreads the previous one twice: 2^30 fields from 31 lines.
const bomb = `{ ...F30 } fragment F0 on Query { __typename } ${many(30, (i) => `fragment F${i + 1} on Query { ...F${i} ...F${i} }`)}`;

t.test('documents within the limits', async (t) => {
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

t.test('a refusal names the limit', async (t) => {
  const cost = (query: string, text: RegExp) => [query, text] as const;
  const fields = (count: number) => many(count, (i) => `a${i}: id`);
  const cases = {
    'root fields by alias': cost(
      `{ ${many(11, (i) => `a${i}: __typename`)} }`,
      /asks for 11 root fields, aliases included; the limit is 10/,
    ),
    'root fields by repetition': cost(`{ ${many(11, () => '__typename')} }`, /11 root fields/),
    'root fields by fragments': cost(
      `{ ...A ...A ...A ... { ...A ...A ...A } } fragment A on Query { a: __typename b: __typename }`,
      /12 root fields/,
    ),
    mutations: cost(
      `mutation { ${many(11, (i) => `a${i}: deleteAccount(accountId: "1")`)} }`,
      /11 root fields/,
    ),
    'the second operation': cost(
      `query A { __typename } query B { ${many(11, (i) => `a${i}: __typename`)} }`,
      /11 root fields/,
    ),
    'fields too deep': cost(deep(17, 'a'), /is 17 levels deep; the limit is 16/),
    'inline fragments too deep': cost(deep(17, '...'), /17 levels deep/),
    'a chain of fragments too deep': cost(
      `{ ...F9 } fragment F0 on A { id } ${many(9, (i) => `fragment F${i + 1} on A { a { b { ...F${i} } } }`)}`,
      /19 levels deep/,
    ),
    operations: cost(
      many(11, (i) => `query A${i} { a }`),
      /has 11 operations; the limit is 10/,
    ),
    directives: cost(`{ a ${'@a '.repeat(21)} }`, /has 21 directives; the limit is 20/),
    'a bomb of fragments': cost(bomb, /root fields/),
    'a page': cost(
      `{ changes(first: 100) { edges { node { ${fields(120)} } } } }`,
      /costs 12201 .* the limit is 12000/,
    ),
    'a page read backwards': cost(
      `{ changes(last: 100) { edges { node { ${fields(120)} } } } }`,
      /costs 12201/,
    ),
    'the default page': cost(`{ accounts { edges { node { ${fields(240)} } } } }`, /costs 12101/),
    'a page whose size is a variable': cost(
      `query ($n: Int) { accounts(first: $n) { edges { node { ${fields(120)} } } } }`,
      /costs 12201/,
    ),
    'the whole fleet twice': cost(
      `{ ${['a', 'b'].map((alias) => `${alias}: postureAccounts { total unreachable items { accountId name verdict roles checkedAt error } }`)} }`,
      /costs 12602/,
    ),
    'a page that nobody answers': cost('{ accounts(first: 1000000) { edges { cursor } } }', /costs 2000001/),
    'a list without pages': cost(`{ executionRoles(accountId: "1") { ${fields(120)} } }`, /costs 12001/),
    'two pages together': cost(
      `{ a: changes(first: 100) { edges { node { ${fields(60)} } } } b: changes(first: 100) { edges { node { ${fields(60)} } } } }`,
      /costs 12402/,
    ),
  };
  for (const [what, [query, message]] of Object.entries(cases))
    t.throws(
      () => judge(query),
      { code: 'INVALID_INPUT', message, details: { errors: [{ pointer: '/query' }] } },
      what,
    );
});

t.test('before validation lists cost no more than other fields', (t) => {
  t.doesNotThrow(() => checkLimits(parse('{ accounts(first: 1000000) { edges { cursor } } }')));
  // Each fragment spreads the previous one twice: 2^levels fields below one.
  const doubled = (levels: number) =>
    parse(
      `{ a { ...F${levels} } } fragment F0 on A { b } ${many(levels, (i) => `fragment F${i + 1} on A { ...F${i} ...F${i} }`)}`,
    );
  t.doesNotThrow(() => checkLimits(doubled(13)));
  t.throws(() => checkLimits(doubled(14)), /costs 16385/);
  t.end();
});

t.test('how often a document can name the same field', async (t) => {
  const role = (body: string) => parse(`{ executionRole(accountId: "1", roleName: "r") { ${body} } }`);
  const pairs = (count: number) => (count * (count - 1)) / 2;
  const cases: Record<string, [DocumentNode, number]> = {
    'each once': [role('roleName tags trust { hash }'), 0],
    'under aliases': [role(many(100, (i) => `a${i}: roleName`)), 0],
    'in two places': [role('trust { hash lines { name } } policies { attached }'), 0],
    'in twenty fragments': [
      role(
        `${many(20, (i) => `...F${i}`)} } } ${many(20, (i) => `fragment F${i} on ExecutionRole { roleName }`)} query B { a { b`,
      ),
      pairs(20),
    ],
    'in a fragment that is spread twice': [
      role('...F ...F } } fragment F on ExecutionRole { roleName } query B { a { b'),
      0,
    ],
    'twice in a row': [role('roleName roleName'), 1],
    'and what is beneath it': [role(many(3, () => 'trust { lines { name } }')), 3 * pairs(3)],
    'in an inline fragment': [role('roleName ... { roleName } ... on ExecutionRole { roleName }'), pairs(3)],
    'by an alias': [role('a: roleName a: roleName'), 1],
    '63 times': [role(many(63, () => 'roleName')), pairs(63)],
  };
  for (const [what, [document, expected]] of Object.entries(cases)) {
    t.equal(countOverlaps(document, 10_000), expected, what);
    t.doesNotThrow(() => checkOverlaps(document), what);
  }
  const message = /over 2000 pairs of fields with the same name\. Name each field once/;
  const tooMany = {
    '64 times': many(64, () => 'roleName'),
    '440 times, with fields': many(440, () => 'policies { attached }'),
  };
  const unused = parse(`{ a } fragment F on ExecutionRole { ${tooMany['64 times']} }`);
  t.throws(() => checkOverlaps(unused), { message }, 'in a fragment that nothing spreads');
  const doubled = many(40, (i) => `fragment F${i + 1} on A { x { ...F${i} } y { ...F${i} } }`);
  t.throws(
    () => checkOverlaps(parse(`{ a } fragment F0 on A { b } ${doubled}`)),
    { message },
    '2^40 places, and none of them twice',
  );
  for (const [what, body] of Object.entries(tooMany))
    t.throws(() => checkOverlaps(role(body)), { code: 'INVALID_INPUT', message }, what);
  t.ok(
    countOverlaps(role(many(440, () => 'policies { attached }')), 2000) < 100_000,
    'the counting ends when there are too many',
  );
});

t.test('the largest page of the history with every field of a change is within the cost', async (t) => {
  const policies = 'policies { attached inline }';
  const snapshot = `{ tags trust ${policies} }`;
  const cluster = '{ name region }';
  const all = `accountId actor { issuer subject } after ${snapshot} at before ${snapshot} clusters ${cluster} diff editedOutside
    effects { clustersGained ${cluster} clustersLost ${cluster} statementsRemoved { pointer statement } } endedAt
    error { code detail } hash id idempotencyKey kind outcome override planId planned { action detail } previousHash reason
    recovered requestId reverts roleName seq sessionName settles steps { action at awsRequestId outcome } via`;
  t.doesNotThrow(() =>
    judge(`{ changes(first: 100) { edges { cursor node { ${all} } } pageInfo { endCursor } } }`),
  );
});
