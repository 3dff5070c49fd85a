import fc from 'fast-check';
import t from 'tap';
import {
  canonical,
  isSameCanonical,
  oneOrMany,
  pointerTo,
  readDocument,
  readWritten,
  shadowedStrings,
  sizeOf,
  textOf,
} from '#src/domain/policy/document.ts';

t.test('repeated keys', (t) => {
  const rows: [string, string, string[]][] = [
    ['none', '{"a":1,"b":{"a":2}}', []],
    ['at the top', '{"a":1,"a":2}', ['/a']],
    ['three times', '{"a":1,"a":2,"a":3}', ['/a', '/a']],
    ['nested', '{"a":{"b":{"c":1,"c":2}}}', ['/a/b/c']],
    ['in an array', '{"a":[0,{"b":1},{"b":1,"c":[],"b":2}]}', ['/a/2/b']],
    ['after an array', '{"a":[1,2],"b":[3,4],"a":5}', ['/a']],
    ['after an object', '{"a":{"x":1},"a":{"x":1}}', ['/a']],
    ['the same key in two objects', '{"Statement":[{"Effect":1},{"Effect":1}]}', []],
    ['escaped', '{"\\u0061":1,"a":2}', ['/a']],
    ['an escaped quote', '{"a\\"":1,"a\\"":2,"a":3}', ['/a"']],
    ['braces, colons and commas in strings', '{"{\\"a\\":1,":"},{\\"a\\":","a":":"}', []],
    ['a string that is a key elsewhere', '{"a":"b","b":"a"}', []],
    ['a backslash at the end of a string', '{"a":"\\\\","b":"a","a":1}', ['/a']],
    ['with white space', '{ "a" :\n1 ,\t"a" : 2 }', ['/a']],
    ['a key with / and ~', '{"a/b~":1,"a/b~":2}', ['/a~1b~0']],
    ['a key that objects inherit', '{"constructor":1}', []],
    ['__proto__', '{"__proto__":1,"__proto__":2}', ['/__proto__']],
    ['not JSON', '{"a":1,"a":2', []],
  ];
  for (const [about, text, expected] of rows) t.same(readDocument(text).duplicates, expected, about);
  t.end();
});

t.test('values hidden by the last of repeated keys', (t) => {
  t.same(shadowedStrings('{"a":["x","y"],"b":"z","a":"y"}'), ['x']);
  t.same(shadowedStrings('{"a":["x","y"],"b":"z"}'), []);
  t.same(shadowedStrings('{"a":{"k":1},"a":"x"}'), ['k'], 'a key is a string too');
  t.end();
});

t.test('a text that is not a policy reads as an empty policy', (t) => {
  const deep = (depth: number) => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
  for (const text of [
    '',
    'null',
    '[]',
    '"x"',
    '{',
    '\uFEFF{}',
    '{"a":1}}',
    deep(64),
    deep(60_000),
    '{"a":'.repeat(20_000),
    `{"a":[${'1,'.repeat(8193)}1]}`,
  ])
    t.same(readDocument(text).content, {}, text.slice(0, 20));
  t.notSame(readDocument(deep(63)).content, {}, 'sixty-four deep is read');
  const many = (count: number) =>
    JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 0])));
  t.notSame(readDocument(many(4096)).content, {}, 'so many keys are read');
  t.same(readDocument(many(4097)).content, {}, 'a text with more keys is not a policy');
  const large = JSON.stringify({ Statement: 'x'.repeat(131_000) });
  t.equal(String(readDocument(large).content.Statement).length, 131_000, 'a string as long as a document');
  t.equal(readDocument(`{"a":"${'\\"'.repeat(65_000)}"}`).duplicates.length, 0, 'as many escapes as fit');
  t.end();
});

t.test('a document that was just written reads as its text does', (t) => {
  const many = (length: number) => Object.fromEntries(Array.from({ length }, (_, i) => [`k${i}`, 0]));
  for (const content of [
    {},
    { Statement: [{ Sid: 'a b', Effect: 'Allow' }] },
    many(4096),
    many(4097),
    { a: Array.from({ length: 8194 }, () => 1) },
  ]) {
    const text = textOf(content);
    t.same(readWritten(content, text), readDocument(text), text.slice(0, 40));
  }
  t.end();
});

t.test('size is counted without white space', (t) => {
  const rows: [string, number][] = [
    ['', 0],
    ['{ "a" : 1 }', 7],
    ['{\n\t"a":\r\n"b c"}', 10],
  ];
  for (const [text, size] of rows) {
    t.equal(sizeOf(text), size);
    t.equal(readDocument(text).size, size);
  }
  t.end();
});

t.test('canonical form', (t) => {
  const same: [string, unknown, unknown][] = [
    ['keys in another order', { a: 1, b: { c: 1, d: 2 } }, { b: { d: 2, c: 1 }, a: 1 }],
    [
      'one value or an array of it',
      { Action: 'x', Statement: { a: 1 } },
      { Action: ['x'], Statement: [{ a: 1 }] },
    ],
    ['sets of strings in another order', { a: ['x', 'y'] }, { a: ['y', 'x'] }],
  ];
  for (const [about, a, b] of same) t.equal(canonical(a), canonical(b), about);
  const others: [string, unknown, unknown][] = [
    ['statements in another order', [{ a: 1 }, { b: 1 }], [{ b: 1 }, { a: 1 }]],
    ['a number and its text', { a: 1 }, { a: '1' }],
    ['an empty array and nothing', { a: [] }, {}],
    ['a comma in a string', { a: ['x,y'] }, { a: ['x', 'y'] }],
    ['a quote in a string', ['x"', 'y'], ['x', '"y']],
    ['__proto__', JSON.parse('{"__proto__":1}'), {}],
  ];
  for (const [about, a, b] of others) t.not(canonical(a), canonical(b), about);
  t.equal(canonical({ b: ['y', 'x'], a: null }), '{"a":null,"b":["x","y"]}');
  t.end();
});

t.test('values are the same when their canonical forms are', (t) => {
  const { value } = fc.letrec<{ value: unknown; object: object; list: unknown[] }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom('x', 'y', 'x,y', '"', '', '1', 1, -0, 0, true, null, {}, []),
      tie('object'),
      tie('list'),
    ),
    object: fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), tie('value'), { noNullPrototype: true }),
    list: fc.array(tie('value'), { maxLength: 3 }),
  }));
  const written = value.map((one) => JSON.parse(JSON.stringify(one)) as unknown);
  const seen = { same: 0, others: 0 };
  fc.assert(
    fc.property(fc.array(written, { minLength: 2, maxLength: 12 }), (values) => {
      for (const one of values)
        for (const other of values) {
          const isSame = canonical(one) === canonical(other);
          seen[isSame ? 'same' : 'others'] += 1;
          if (isSameCanonical(one, other) !== isSame)
            throw new Error(`${JSON.stringify(one)}, ${JSON.stringify(other)}: ${!isSame}`);
          if (!isSameCanonical(one, structuredClone(one)))
            throw new Error(`${JSON.stringify(one)}: its copy`);
        }
    }),
    { numRuns: 500 },
  );
  t.ok(seen.same > 500 && seen.others > 500, JSON.stringify(seen));
  t.end();
});

t.test('helpers', (t) => {
  t.equal(pointerTo('Statement', 0, 'a/b', 'c~d'), '/Statement/0/a~1b/c~0d');
  t.equal(pointerTo(), '');
  t.same(oneOrMany(undefined), []);
  t.same(oneOrMany('x'), ['x']);
  t.same(oneOrMany(['x', 'y']), ['x', 'y']);
  t.same(oneOrMany(null), [null]);
  t.equal(textOf({ a: [1] }), '{"a":[1]}');
  t.end();
});
