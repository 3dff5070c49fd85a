// biome-ignore-all lint/suspicious/noTemplateCurlyInString: IAM policy variables are written like this.
import t from 'tap';
import { contradictsItself, letsNobodyIn } from '#src/domain/trust/lets-in.ts';
import { readTrust } from '#src/domain/trust/read-trust.ts';
import type { ServiceStatement } from '#src/domain/trust/reading.ts';
import type { JsonObject } from '#src/schema/primitives.ts';
import { accountId, context, lineOf, policy, statement } from '#test/domain/fixtures/observed.ts';

const on = (operator: string, value: unknown, more: JsonObject = {}): JsonObject => ({
  Condition: { [operator]: { 'aws:SourceArn': value }, ...more },
});
const allow = (operator: string, value: unknown, more?: JsonObject) =>
  statement(null, on(operator, value, more));
const deny = (condition: JsonObject | null) => statement(null, { Effect: 'Deny', ...condition });
const [a, b, all] = [lineOf('a'), lineOf('b'), lineOf('*', '*')];

t.test('whether the policy lets in no Fargate profile at all', (t) => {
  const rows: [string, JsonObject[], boolean][] = [
    ['one line', [statement(a)], false],
    ['a line for one profile', [statement(lineOf('a/default'))], false],
    [
      'one exact profile',
      [allow('StringEquals', lineOf('a/default').replace('*', '8cb7e6f4-5f0e-4a2a-9c3e-0123456789ab'))],
      false,
    ],
    ['no condition', [statement(null)], false],
    ['a line that is dead', [statement(`${a} `)], true],
    ['dead lines beside one that is not', [statement([`${a} `, a])], false],
    ['a line of another account', [statement(lineOf('a', 'us-west-2', '999988887777'))], true],
    ['a Region of no partition', [statement(lineOf('a', 'us-west'))], true],
    ['a Region that is not listed', [statement(lineOf('a', 'us-wset-2'))], false],
    ['a value that cannot be read', [statement('${foo:bar}')], true],
    [
      'two tests that exclude one another',
      [allow('ArnLike', a, { StringLike: { 'aws:SourceArn': b } })],
      true,
    ],
    ['two that do not', [allow('ArnLike', a, { StringLike: { 'aws:SourceArn': lineOf('?') } })], false],
    [
      'an exception for all of it',
      [allow('ArnLike', a, { ArnNotLike: { 'aws:SourceArn': lineOf('*') } })],
      true,
    ],
    [
      'an exception for part of it',
      [allow('ArnLike', [a, b], { ArnNotLike: { 'aws:SourceArn': a } })],
      false,
    ],
    [
      'an exception for one profile',
      [allow('ArnLike', a, { ArnNotLike: { 'aws:SourceArn': lineOf('a/default') } })],
      false,
    ],
    ['a Deny for all', [statement(a), deny(null)], true],
    ['a Deny for the line', [statement(a), deny(on('ArnLike', [b, a]))], true],
    ['a Deny for a wider line', [statement([a, b]), deny(on('ArnLike', all))], true],
    ['a Deny for one of two', [statement([a, b]), deny(on('ArnLike', a))], false],
    ['two, one for each', [statement([a, b]), deny(on('ArnLike', a)), deny(on('ArnLike', b))], true],
    ['a Deny for all but another line', [statement(a), deny(on('ArnNotLike', b))], true],
    ['a Deny for all but this', [statement(a), deny(on('ArnNotLike', a))], false],
    [
      'a Deny that fails',
      [statement(a), deny({ Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
      false,
    ],
    ['a Deny that may hold', [statement(a), deny({ Condition: { StringEquals: { 'foo:bar': 'x' } } })], true],
    ['a Deny for all, of an open statement', [statement(null), deny(on('ArnLike', all))], true],
    ['a Deny for some, of an open statement', [statement(null), deny(on('ArnLike', a))], false],
    ['another statement', [statement(`${a} `), statement(b)], false],
    ['a condition that fails', [allow('ArnLike', a, { StringEquals: { 'sts:ExternalId': 'x' } })], true],
    ['one whose outcome nobody knows', [allow('ArnLike', a, { StringEquals: { 'foo:bar': 'x' } })], true],
    [
      'patterns of another operator',
      [statement(lineOf('a*')), deny(on('StringLike', `arn:aws:eks:*:${accountId}:fargateprofile/a*`))],
      false,
    ],
  ];
  for (const [about, statements, expected] of rows)
    t.equal(letsNobodyIn(readTrust(policy(...statements), context)), expected, about);
  t.end();
});

t.test('tests of one statement that never hold together', (t) => {
  const rows: [string, JsonObject, boolean][] = [
    ['one test', allow('ArnLike', `${a} `), false],
    ['two that exclude one another', allow('ArnLike', a, { StringLike: { 'aws:SourceArn': b } }), true],
    ['two that do not', allow('ArnLike', [a, b], { StringLike: { 'aws:SourceArn': b } }), false],
    ['an exception', allow('ArnLike', a, { ArnNotEquals: { 'aws:SourceArn': a } }), true],
  ];
  for (const [about, one, expected] of rows) {
    const reading = readTrust(policy(one), context);
    t.equal(contradictsItself(reading, reading.statements[0] as ServiceStatement), expected, about);
  }
  t.end();
});
