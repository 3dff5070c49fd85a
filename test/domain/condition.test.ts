// biome-ignore-all lint/suspicious/noTemplateCurlyInString: IAM policy variables are written like this.
import t from 'tap';
import { readCondition } from '#src/domain/condition.ts';
import type { JsonObject } from '#src/schema/primitives.ts';
import { accountId, lineOf } from '#test/domain/fixtures/observed.ts';

const read = (condition: unknown, variables = true, decidable = true) =>
  readCondition(condition, '/Condition', { accountId, variables, decidable });
const account = (operator: string, value: unknown): JsonObject => ({ [operator]: { 'aws:SourceAccount': value } });

t.test('the outcome of what is not about aws:SourceArn', (t) => {
  const rows: [string, unknown, 'HOLD' | 'FAIL' | 'UNPROVABLE'][] = [
    ['nothing', undefined, 'HOLD'],
    ['an empty block', {}, 'HOLD'],
    ['ours', account('StringEquals', accountId), 'HOLD'],
    ['another', account('StringEquals', '999988887777'), 'FAIL'],
    ['none at all', account('StringEquals', []), 'FAIL'],
    ['not another', account('StringNotLike', '9*'), 'HOLD'],
    ['not ours', account('StringNotLike', '1*'), 'FAIL'],
    ['ignoring case', account('StringEqualsIgnoreCase', accountId), 'HOLD'],
    ['an account is no ARN', account('ArnLike', accountId), 'UNPROVABLE'],
    ['nor a number to compare', account('NumericEquals', accountId), 'UNPROVABLE'],
    ['a failure settles it, first', { ...account('StringEquals', '999988887777'), Bool: { 'aws:SecureTransport': 'true' } }, 'FAIL'],
    ['a failure settles it, last', { Bool: { 'aws:SecureTransport': 'true' }, ...account('StringEquals', '999988887777') }, 'FAIL'],
    ['a variable', account('StringEquals', '${aws:PrincipalAccount}'), 'UNPROVABLE'],
    ['__proto__', JSON.parse('{"__proto__":{"aws:SourceArn":"x"}}'), 'UNPROVABLE'],
    ['no block', 'x', 'UNPROVABLE'],
    ['null', null, 'UNPROVABLE'],
  ];
  for (const [about, condition, others] of rows) t.equal(read(condition).others, others, about);
  t.equal(read(account('StringEquals', '${x}'), false).others, 'FAIL', 'in an old version a variable is plain text');
  t.end();
});

t.test('tests of aws:SourceArn', (t) => {
  const { sourceTests } = read({ 'ForAnyValue:StringNotLike': { 'AWS:SOURCEARN': ['a', 1] }, ArnEquals: { 'aws:SourceArn': 'b' } });
  t.same(sourceTests, [
    {
      operator: 'ForAnyValue:StringNotLike',
      key: 'AWS:SOURCEARN',
      negated: true,
      comparison: 'STRING',
      lines: [
        { value: 'a', comparison: 'STRING', pointer: '/Condition/ForAnyValue:StringNotLike/AWS:SOURCEARN/0', head: 'a', isPrefix: false },
        { value: '1', comparison: 'STRING', pointer: '/Condition/ForAnyValue:StringNotLike/AWS:SOURCEARN/1', head: '1', isPrefix: false },
      ],
    },
    {
      operator: 'ArnEquals',
      key: 'aws:SourceArn',
      negated: false,
      comparison: 'ARN',
      lines: [{ value: 'b', comparison: 'ARN', pointer: '/Condition/ArnEquals/aws:SourceArn', head: 'b', isPrefix: false }],
    },
  ]);
  const undecided = read({ ArnLike: { 'aws:SourceArn': '*' }, StringNotLike: { 'aws:SourceArn': '*' } }, true, false);
  t.match(
    undecided,
    { sourceTests: [], opaque: true, others: 'UNPROVABLE', unprovable: { length: 2 } },
    'patterns that take too much work',
  );
  t.equal(read({ StringNotLike: { 'aws:SourceArn': '*' } }, true, false).opaque, false, 'what is negated does not confine');
  const comparisons: [string, string, boolean][] = [
    ['ArnLike', 'ARN', false],
    ['ArnEquals', 'ARN', false],
    ['ArnNotLike', 'ARN', true],
    ['ArnNotEquals', 'ARN', true],
    ['StringLike', 'STRING', false],
    ['StringNotLike', 'STRING', true],
    ['StringEquals', 'EXACT', false],
    ['StringNotEquals', 'EXACT', true],
    ['StringEqualsIgnoreCase', 'EXACT_IGNORING_CASE', false],
    ['StringNotEqualsIgnoreCase', 'EXACT_IGNORING_CASE', true],
  ];
  for (const [operator, comparison, negated] of comparisons)
    t.match(read({ [`${operator}IfExists`]: { 'aws:SourceArn': 'a' } }).sourceTests, [{ comparison, negated }], operator);
  t.end();
});

t.test('weak operators, and tests that cannot be read', (t) => {
  const line = lineOf('a');
  const on = (operator: string, value: unknown = line, more: JsonObject = {}) => read({ [operator]: { 'aws:SourceArn': value }, ...more });
  const required = { Null: { 'AWS:SourceArn': ['false'] } };
  const rows: [string, ReturnType<typeof read>, { weak: number; opaque: boolean }][] = [
    ['plain', on('ArnLike'), { weak: 0, opaque: false }],
    ['IfExists', on('ArnLikeIfExists'), { weak: 1, opaque: false }],
    ['ForAllValues', on('ForAllValues:ArnLike'), { weak: 1, opaque: false }],
    ['ForAnyValue', on('ForAnyValue:ArnLike'), { weak: 0, opaque: false }],
    ['a negated operator holds without the key as it is', on('ArnNotLikeIfExists'), { weak: 0, opaque: false }],
    ['the key must be there', on('ArnLikeIfExists', line, required), { weak: 0, opaque: false }],
    ['the key must not be there', on('ArnLikeIfExists', line, { Null: { 'aws:SourceArn': 'true' } }), { weak: 1, opaque: false }],
    ['another key must be there', on('ArnLikeIfExists', line, { Null: { 'aws:SourceAccount': 'false' } }), { weak: 1, opaque: false }],
    ['a variable', on('ArnLike', 'arn:${x}'), { weak: 0, opaque: true }],
    ['a variable, negated', on('ArnNotLike', 'arn:${x}'), { weak: 0, opaque: false }],
    ['an operator for numbers', on('NumericEquals', 1), { weak: 0, opaque: true }],
    ['not equal to a number', on('NumericNotEquals', 1), { weak: 0, opaque: false }],
    ['an object as value', on('ArnLike', {}), { weak: 0, opaque: true }],
  ];
  for (const [about, reading, { weak, opaque }] of rows) t.same([reading.weak.length, reading.opaque], [weak, opaque], about);
  t.end();
});
