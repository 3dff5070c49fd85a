import t from 'tap';
import { JsonText, yaml } from '#src/domain/patch/yaml.ts';
import { parseBlockYaml } from '#test/support/block-yaml.ts';

t.test('the output is readable', (t) => {
  const value = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Condition: { ArnLike: { 'aws:SourceArn': ['a', 'b'] }, Null: { x: 'false' } } },
    ],
    policy: new JsonText('{"a":["b"],"c":[ ],"d":1.10}'),
  };
  t.equal(
    yaml(value),
    `Version: "2012-10-17"
Statement:
  - Effect: "Allow"
    Condition:
      ArnLike:
        "aws:SourceArn":
          - "a"
          - "b"
      "Null":
        x: "false"
policy: |-
  {
    "a": [
      "b"
    ],
    "c": [],
    "d": 1.10
  }
`,
  );
  t.end();
});

t.test('parsing gives the same value', (t) => {
  const texts = [
    '',
    ' ',
    'no',
    '- x',
    '# x',
    'a: b',
    '"',
    '\\',
    '\n',
    '\\n',
    "'",
    '\t\b\f\0',
    '\x7f\x85\u2028\ufeff',
    'ü€𝒳',
    '*a',
    '{x}',
    '---',
  ];
  const keys = Object.fromEntries(
    [...texts, 'Null', 'yes', 'Y', 'On', 'a-b', '1', '__x'].map((key, i) => [key, i]),
  );
  const values = [
    ...texts,
    [],
    {},
    [[]],
    [['a'], [{ b: [] }]],
    { a: { b: {} } },
    keys,
    true,
    null,
    1.5,
    [null],
  ];
  for (const [i, value] of values.entries()) {
    t.same(parseBlockYaml(yaml({ value })), [{ value }], `value ${i}`);
    t.same(parseBlockYaml(yaml([value])), [[value]], `value ${i}, in a list`);
  }
  const document = { texts, keys };
  const [read] = parseBlockYaml(
    yaml({ spec: { policy: new JsonText(JSON.stringify(document)), more: 1 } }),
  ) as [{ spec: { policy: string; more: number } }];
  t.same([JSON.parse(read.spec.policy), read.spec.more], [document, 1], 'a document within a text');
  t.notMatch(yaml(document), /[^\n\x20-\x7e\xa0-\u2027\u202a-\ufefe]/, 'no unprintable characters');
  t.end();
});
