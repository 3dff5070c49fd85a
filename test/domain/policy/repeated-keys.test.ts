import t from 'tap';
import { findConflicts, joinRepeats } from '#src/domain/policy/repeated-keys.ts';

t.test('repeated keys that readers do not agree on', (t) => {
  const rows: [string, string[]][] = [
    ['{"a":1,"a":1.0}', []],
    ['{"a":["x"],"a":"x"}', []],
    ['{"a":1,"a":2}', ['/a']],
    ['{"a":1,"a":2,"a":2}', ['/a']],
    ['{"b":[{"a/b":{"c":1,"c":{}}}]}', ['/b/0/a~1b/c']],
    ['{"a":{"b":1},"a":{"b":2}}', ['/a']],
    ['{"a":1,"b":[]}', []],
  ];
  for (const [text, found] of rows) t.same(findConflicts(text), found, text);
  t.end();
});

t.test('statements and conditions under every repeated key', (t) => {
  const rows: [text: string, joined: unknown][] = [
    ['{"Version":"a","Version":"b"}', { Version: 'b', Statement: [] }],
    ['{"Statement":{"Sid":"a"},"Statement":[{"Sid":"b"},1]}', { Statement: [{ Sid: 'a' }, { Sid: 'b' }, 1] }],
    ['{"Statement":{"Effect":"Deny","Effect":"Allow"}}', { Statement: [{ Effect: 'Allow' }] }],
    [
      '{"Statement":{"Condition":{"a":{"b":"x"}},"Condition":{"a":{"b":["y"]}}}}',
      { Statement: [{ Condition: { a: { b: ['x', 'y'] } } }] },
    ],
    [
      '{"Statement":{"Condition":{"a":{"b":"x","b":"y","c":1},"d":{"e":2,"e":3}}}}',
      { Statement: [{ Condition: { a: { b: ['x', 'y'], c: 1 }, d: { e: [2, 3] } } }] },
    ],
    [
      '{"Statement":{"Condition":{"a":{"b":"x"},"a":1}}}',
      { Statement: [{ Condition: { a: [{ b: 'x' }, 1] } }] },
    ],
  ];
  for (const [text, joined] of rows) t.same(joinRepeats(text), joined, text);
  t.end();
});
