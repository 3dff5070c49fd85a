// biome-ignore-all lint/suspicious/noTemplateCurlyInString: IAM policy variables are written like this.
import t from 'tap';
import { readCondition } from '#src/domain/trust/condition/condition.ts';
import type { Line } from '#src/domain/trust/condition/source-test.ts';
import type { JsonObject } from '#src/schema/primitives.ts';
import { accountId, context, lineOf } from '#test/domain/fixtures/observed.ts';

const read = (condition: unknown, variables = true, isDecidable = true) =>
  readCondition(condition, '/Condition', { context, variables, isDecidable });
const account = (operator: string, value: unknown): JsonObject => ({
  [operator]: { 'aws:SourceAccount': value },
});

t.test('the outcome of all conditions but those on the value of aws:SourceArn', (t) => {
  const unknown = { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } };
  const rows: [string, unknown, 'HOLDS' | 'FAILS' | 'UNKNOWN'][] = [
    ['nothing', undefined, 'HOLDS'],
    ['an empty block', {}, 'HOLDS'],
    ['a failure settles it, first', { ...account('StringEquals', '999988887777'), ...unknown }, 'FAILS'],
    ['a failure settles it, last', { ...unknown, ...account('StringEquals', '999988887777') }, 'FAILS'],
    ['a doubt beside what holds', { ...unknown, ...account('StringEquals', accountId) }, 'UNKNOWN'],
    [
      'two keys of one operator',
      { StringEquals: { 'aws:SourceAccount': accountId, 'sts:ExternalId': 'x' } },
      'FAILS',
    ],
    ['__proto__', JSON.parse('{"__proto__":{"aws:SourceArn":"x"}}'), 'UNKNOWN'],
    ['an operator without keys', { StringEquals: 'x' }, 'UNKNOWN'],
    ['no block', 'x', 'UNKNOWN'],
    ['null', null, 'UNKNOWN'],
    ['aws:SourceArn absent', { Null: { 'aws:SourceArn': 'true' } }, 'FAILS'],
    ['aws:SourceArn present', { null: { 'AWS:SourceARN': false } }, 'HOLDS'],
  ];
  for (const [about, condition, others] of rows) t.equal(read(condition).others, others, about);
  t.equal(
    read(account('StringEquals', '${x}'), false).others,
    'FAILS',
    'in an old version a variable is plain text',
  );
  t.end();
});

t.test('tests of aws:SourceArn', (t) => {
  const { sourceTests } = read({
    'ForAnyValue:StringNotLike': { 'AWS:SOURCEARN': ['a', 1] },
    arnEQUALS: { 'aws:SourceArn': 'b' },
  });
  const line = (value: string, comparison: string, pointer: string) => ({
    ...{ value, comparison, pointer: `/Condition/${pointer}`, head: value, isPrefix: false, read: null },
  });
  t.same(sourceTests, [
    {
      operator: 'ForAnyValue:StringNotLike',
      key: 'AWS:SOURCEARN',
      isNegated: true,
      comparison: 'STRING',
      lines: [
        line('a', 'STRING', 'ForAnyValue:StringNotLike/AWS:SOURCEARN/0'),
        line('1', 'STRING', 'ForAnyValue:StringNotLike/AWS:SOURCEARN/1'),
      ],
    },
    {
      operator: 'arnEQUALS',
      key: 'aws:SourceArn',
      isNegated: false,
      comparison: 'ARN',
      lines: [line('b', 'ARN', 'arnEQUALS/aws:SourceArn')],
    },
  ]);
  const undecided = read(
    { ArnLike: { 'aws:SourceArn': '*' }, StringNotLike: { 'aws:SourceArn': '*' } },
    true,
    false,
  );
  t.match(
    undecided,
    { sourceTests: [], isOpaque: true, others: 'UNKNOWN', unprovable: { length: 2 } },
    'patterns that take too much work',
  );
  t.equal(
    read({ StringNotLike: { 'aws:SourceArn': '*' } }, true, false).isOpaque,
    false,
    'a negated test does not confine',
  );
  t.end();
});

t.test('variables in a value of aws:SourceArn', (t) => {
  const of = (value: unknown, operator = 'ArnLike') => {
    const [first] = read({ [operator]: { 'aws:SourceArn': value } }).sourceTests.flatMap(
      ({ lines }) => lines,
    ) as [Line];
    return (
      first.read && [
        first.read.sure?.value ?? null,
        first.read.most.value,
        first.read.anywhere.value,
        first.read.most.comparison,
      ]
    );
  };
  const rows: [string, unknown, string | undefined, (string | null)[] | null][] = [
    ['none', 'arn:x', undefined, null],
    [
      'ours is put in',
      'a:${aws:ResourceAccount}:b',
      undefined,
      [`a:${accountId}:b`, `a:${accountId}:b`, `a:${accountId}:b`, 'ARN'],
    ],
    [
      'whose profile calls',
      'a:${AWS:sourceaccount}:b',
      undefined,
      [`a:${accountId}:b`, `a:${accountId}:b`, 'a:*:b', 'ARN'],
    ],
    ['an absent key', 'a:${aws:PrincipalTag/x}:b', undefined, [null, 'a:*:b', 'a:*:b', 'STRING']],
    ['its default', "a:${aws:PrincipalTag/x, 'y'}:b", undefined, ['a:y:b', 'a:y:b', 'a:y:b', 'ARN']],
    ['a default with a wildcard', "a:${aws:username, '*'}:b", undefined, [null, 'a:*:b', 'a:*:b', 'STRING']],
    [
      'a default of a key that is there',
      "a:${aws:ResourceAccount, 'y'}:b",
      undefined,
      Array(3).fill(`a:${accountId}:b`).concat('ARN'),
    ],
    [
      'AWS has a value of its own, or none',
      "${aws:PrincipalAccount, 'y'}",
      undefined,
      [null, '*', '*', 'STRING'],
    ],
    ['another key', '${foo:bar}', undefined, [null, '*', '*', 'STRING']],
    ['one without an end', 'a${aws:ResourceAccount', undefined, [null, 'a*', 'a*', 'STRING']],
    ['a star that is none', 'a${*}', undefined, ['a\uFFFF', 'a\uFFFF', 'a\uFFFF', 'ARN']],
    ['the same to the letter', 'a${*}', 'StringEquals', ['a*', 'a*', 'a*', 'EXACT']],
    [
      'to the letter, with an unknown',
      'a*${foo:bar}',
      'StringEquals',
      [null, 'a\uFFFF*', 'a\uFFFF*', 'STRING'],
    ],
    [
      'ignoring case, with an unknown',
      'a:1${foo:bar}',
      'StringEqualsIgnoreCase',
      [null, '?:1*', '?:1*', 'STRING'],
    ],
    ['what is no text', { x: 1 }, undefined, [null, '*', '*', 'STRING']],
  ];
  for (const [about, value, operator, expected] of rows) t.same(of(value, operator), expected, about);
  t.equal(
    read({ ArnLike: { 'aws:SourceArn': ['a', '${foo:bar}'] } }).unprovable[0]?.pointer,
    '/Condition/ArnLike/aws:SourceArn/1',
  );
  t.same(
    read({ ArnLike: { 'aws:SourceArn': '${foo:bar}' } }, false).unprovable,
    [],
    'a policy of 2008 has none',
  );
  t.end();
});

t.test('weak operators, and tests that cannot be read', (t) => {
  const line = lineOf('a');
  const on = (operator: string, value: unknown = line, more: JsonObject = {}) =>
    read({ [operator]: { 'aws:SourceArn': value }, ...more });
  const required = { null: { 'AWS:SourceArn': ['false'] } };
  const rows: [string, ReturnType<typeof read>, { weak: number; isOpaque: boolean }][] = [
    ['plain', on('ArnLike'), { weak: 0, isOpaque: false }],
    ['IfExists', on('ArnLikeIfExists'), { weak: 1, isOpaque: false }],
    ['in capitals', on('ARNLIKEIFEXISTS'), { weak: 1, isOpaque: false }],
    ['ForAllValues', on('ForAllValues:ArnLike'), { weak: 1, isOpaque: false }],
    ['ForAnyValue', on('ForAnyValue:ArnLike'), { weak: 0, isOpaque: false }],
    [
      'a negated operator holds without the key as it is',
      on('ArnNotLikeIfExists'),
      { weak: 0, isOpaque: false },
    ],
    ['the key must be there', on('ArnLikeIfExists', line, required), { weak: 0, isOpaque: false }],
    [
      'the key must not be there',
      on('ArnLikeIfExists', line, { Null: { 'aws:SourceArn': 'true' } }),
      { weak: 1, isOpaque: false },
    ],
    [
      'another key must be there',
      on('ArnLikeIfExists', line, { Null: { 'aws:SourceAccount': 'false' } }),
      { weak: 1, isOpaque: false },
    ],
    ['the account', read(account('StringEqualsIfExists', accountId)), { weak: 1, isOpaque: false }],
    [
      'a key that does not say whose profile calls',
      read({ StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-x' } }),
      { weak: 0, isOpaque: false },
    ],
    ['an operator for numbers', on('NumericEquals', 1), { weak: 0, isOpaque: true }],
    ['not equal to a number', on('NumericNotEquals', 1), { weak: 0, isOpaque: false }],
    ['an operator that IAM does not have', on('ArnMatches'), { weak: 0, isOpaque: true }],
  ];
  for (const [about, reading, { weak, isOpaque }] of rows)
    t.same([reading.weak.length, reading.isOpaque], [weak, isOpaque], about);
  t.end();
});

t.test('whether another account can call', (t) => {
  const known = { ...context, organizationId: 'o-ours000000' };
  const admits = (condition: JsonObject) =>
    readCondition(condition, '', { context: known, variables: true, isDecidable: true }).canAdmitOthers;
  const rows: [string, JsonObject, boolean][] = [
    ['no condition on that', { Bool: { 'aws:SecureTransport': 'true' } }, true],
    ['ours', account('StringEquals', accountId), false],
    ['a list with another', account('StringEquals', [accountId, '999988887777']), true],
    ['what is no account', account('StringEquals', [accountId, '12345678901']), false],
    ['a pattern that only ours matches', account('StringLike', `${accountId}*`), false],
    ['a wider pattern', account('StringLike', '1111*'), true],
    ['a variable that nobody knows', account('StringEquals', '${foo:bar}'), true],
    ['the role’s own', account('StringEquals', '${aws:ResourceAccount}'), false],
    ['the caller’s own', account('StringEquals', '${aws:SourceAccount}'), true],
    ['whoever does not send it', account('StringEqualsIfExists', accountId), true],
    [
      'whoever has to send it',
      { ...account('StringEqualsIfExists', accountId), Null: { 'aws:SourceAccount': 'false' } },
      false,
    ],
    ['whoever must not send it', { Null: { 'aws:SourceAccount': 'true' } }, true],
    ['all but one', account('StringNotEquals', '999988887777'), true],
    ['nobody who sends it', account('StringNotLike', '*'), true],
    ['nobody', { ...account('StringNotLike', '*'), Null: { 'aws:SourceAccount': 'false' } }, false],
    ['our organization', { StringEquals: { 'aws:SourceOrgID': 'o-ours000000' } }, false],
    ['by variable', { StringEquals: { 'aws:SourceOrgID': '${aws:ResourceOrgID}' } }, false],
    ['another organization', { StringEquals: { 'aws:SourceOrgID': ['o-ours000000', 'o-other00000'] } }, true],
    ['any organization', { StringLike: { 'aws:SourceOrgID': '*' } }, true],
    ['a path of ours', { 'ForAnyValue:StringLike': { 'aws:SourceOrgPaths': 'o-ours000000/*' } }, false],
    ['a path of anyone', { 'ForAnyValue:StringLike': { 'aws:SourceOrgPaths': 'o-*/r-*' } }, true],
    [
      'the role’s account is the caller’s',
      { StringEquals: { 'aws:ResourceAccount': '${aws:SourceAccount}' } },
      false,
    ],
    [
      'the role’s organization is the caller’s',
      { StringEquals: { 'aws:ResourceOrgID': '${aws:SourceOrgID}' } },
      false,
    ],
    ['part of it is', { StringLike: { 'aws:ResourceAccount': '1*${aws:SourceAccount}' } }, true],
  ];
  for (const [about, condition, expected] of rows) t.equal(admits(condition), expected, about);
  t.equal(
    read({ StringEquals: { 'aws:SourceOrgID': 'o-ours000000' } }).canAdmitOthers,
    true,
    'an organization that may be another',
  );
  t.end();
});

t.test('conditions on keys that AWS does not say EKS sends', (t) => {
  const known = { ...context, organizationId: 'o-ours000000' };
  const keys = (condition: JsonObject, context = known) =>
    readCondition(condition, '', { context, variables: true, isDecidable: true }).unconfirmed.map(
      ({ key }) => key,
    );
  const rows: [string, JsonObject, string[]][] = [
    ['it holds only where it is sent', account('StringEquals', accountId), ['ACCOUNT']],
    ['it holds either way', account('StringEqualsIfExists', accountId), []],
    ['it fails either way', account('StringEquals', '999988887777'), []],
    ['a Deny for others', account('StringNotEquals', accountId), ['ACCOUNT']],
    ['it must be there', { Null: { 'aws:SourceAccount': 'false' } }, ['ACCOUNT']],
    ['the organization', { StringEquals: { 'aws:SourceOrgID': '${aws:ResourceOrgID}' } }, ['ORGANIZATION']],
    ['its path', { 'ForAnyValue:StringLike': { 'aws:SourceOrgPaths': 'o-ours000000/*' } }, ['ORGANIZATION']],
    ['as a variable', { ArnLike: { 'aws:SourceArn': 'arn:aws:eks:*:${aws:SourceAccount}:*' } }, ['ACCOUNT']],
    ['the role’s own', { StringEquals: { 'aws:ResourceAccount': accountId } }, []],
  ];
  for (const [about, condition, expected] of rows) t.same(keys(condition), expected, about);
  t.same(
    keys({ StringEquals: { 'aws:SourceOrgID': 'o-ours000000' } }, {
      ...known,
      organizationId: null,
    } as never),
    [],
    'not known at all',
  );
  t.end();
});

t.test('the reason why a condition fails is given', (t) => {
  const rows: [JsonObject, RegExp][] = [
    [
      account('StringEquals', '11112222333'),
      /requires "11112222333", but a call by EKS sends "111122223333" \(11112222333 has 11 digits instead of 12/,
    ],
    [
      { StringEquals: { 'sts:ExternalId': 'x' } },
      /requires "x", but a call by an AWS service has no sts:ExternalId$/,
    ],
    [{ Null: { 'aws:SourceArn': true } }, /requires "true", but a call by EKS has aws:SourceArn$/],
    [
      { StringEquals: { 'aws:PrincipalAccount': accountId } },
      /but a call by EKS sends a value of AWS's own$/,
    ],
    [
      { DateLessThan: { 'aws:CurrentTime': '2020-01-01' } },
      /requires "2020-01-01", but a call by EKS sends "2026-11-30T12:00:00Z"$/,
    ],
    [
      { 'ForAllValues:StringEquals': { 'aws:PrincipalServiceNamesList': 'x' } },
      /sends a list with "eks-fargate-pods\.amazonaws\.com"$/,
    ],
    [{ StringEquals: { 'aws:SourceAccount': [] } }, /requires no value/],
  ];
  for (const [condition, what] of rows)
    t.match(read(condition).failures, [{ what }], JSON.stringify(condition));
  t.end();
});
