import t from 'tap';
import { beginningOf } from '#src/domain/patterns/prefix-match.ts';
import type { Comparison } from '#src/domain/role/arn.ts';
import { checkLine } from '#src/domain/trust/findings/line-findings.ts';
import { readTrust } from '#src/domain/trust/read-trust.ts';
import { accountId, context, lineOf } from '#test/domain/fixtures/observed.ts';

const findings = (value: string, comparison: Comparison = 'ARN') =>
  checkLine(readTrust({}, context), {
    value,
    comparison,
    ...beginningOf(value, comparison),
    pointer: '/p',
    read: null,
  });

t.test('findings about a line', (t) => {
  const rows: [string, Comparison, string[]][] = [
    [lineOf('a'), 'ARN', []],
    [lineOf('a'), 'STRING', []],
    [lineOf('a-*'), 'ARN', []],
    [lineOf('a', '*'), 'ARN', ['REGION_WILDCARD']],
    [lineOf('a-*', '*'), 'ARN', ['REGION_WILDCARD']],
    [lineOf('a', '*'), 'STRING', ['SOURCE_ARN_WIDE', 'REGION_WILDCARD']],
    [lineOf('a', 'us-*'), 'ARN', []],
    [lineOf('*', 'us-*'), 'ARN', ['CLUSTER_WILDCARD']],
    [lineOf('?*'), 'ARN', ['CLUSTER_WILDCARD']],
    [lineOf('*/p'), 'ARN', []],
    [`arn:aws:eks:us-west-2:${accountId}:*`, 'ARN', ['SOURCE_ARN_WIDE', 'CLUSTER_WILDCARD']],
    [`arn:aws:eks:us-west-2:${accountId}:fargate*`, 'ARN', ['SOURCE_ARN_WIDE', 'CLUSTER_WILDCARD']],
    [`arn:aws:eks:us-west-2:${accountId}:*/my-cluster/*`, 'ARN', ['SOURCE_ARN_WIDE']],
    [lineOf('a', 'us-west-2', '*'), 'ARN', ['SOURCE_ARN_FOREIGN']],
    [lineOf('a', 'us-west-2', '999988887777'), 'ARN', ['SOURCE_ARN_FOREIGN']],
    [
      `arn:aws-cn:eks:cn-north-1:999988887777:fargateprofile/a/*`,
      'ARN',
      ['SOURCE_ARN_FOREIGN', 'SOURCE_ARN_DEAD'],
    ],
    [lineOf('*', '*'), 'EXACT', ['SOURCE_ARN_DEAD']],
    ['', 'ARN', ['SOURCE_ARN_FOREIGN', 'SOURCE_ARN_DEAD']],
    [lineOf('a', 'us-wset-2'), 'ARN', ['REGION_UNKNOWN']],
    [lineOf('*', 'us-wset-2'), 'STRING', ['REGION_UNKNOWN', 'CLUSTER_WILDCARD']],
    [lineOf('a', 'us-wset-2', '999988887777'), 'ARN', ['SOURCE_ARN_FOREIGN']],
    [lineOf('a', 'us-wset-*'), 'ARN', []],
    [lineOf('a', 'zz-*'), 'ARN', ['SOURCE_ARN_DEAD']],
  ];
  for (const [value, comparison, expected] of rows)
    t.same(
      findings(value, comparison).map((f) => f.code),
      expected,
      `${comparison} ${value}`,
    );
  t.end();
});

t.test('reasons why a line is dead', (t) => {
  const rows: [string, Comparison, RegExp][] = [
    [lineOf('a'), 'EXACT', /not treat \* and \? as wildcards/],
    ['my-cluster', 'ARN', /not an ARN/],
    [`arn:aws-cn:eks:cn-north-1:${accountId}:fargateprofile/a/*`, 'ARN', /partition aws/],
    [`arn:aws:eks:us-west-2:${accountId}:cluster/a`, 'ARN', /cluster's own ARN/],
    [
      `arn:aws:eks:us-west-2:${accountId}:fargateprofile/a`,
      'ARN',
      /resource is fargateprofile\/a, .*CLUSTER\/PROFILE\/UUID/,
    ],
    [`arn:aws:eks:us-west-2:${accountId}`, 'ARN', /has 5 of the six components/],
    ['*:cluster/a', 'STRING', /ARN of a Fargate profile is arn:PARTITION:eks:/],
    [lineOf('a').toUpperCase().slice(0, -2), 'EXACT_IGNORING_CASE', /resource is fargateprofile\/a,/],
    [lineOf('a\uFFFF'), 'ARN', /a literal \* or \?/],
    [lineOf('a').replace(':eks:', ':ec2:'), 'ARN', /service is ec2,/],
    [lineOf('a', 'us-west'), 'ARN', /Region is us-west,/],
    [lineOf('a', ''), 'ARN', /Region is empty,/],
    [lineOf('a', 'cn-north-1'), 'ARN', /Region is cn-north-1, and partition aws has no such Region/],
    [lineOf('a', 'us-west-2', '12345678901'), 'ARN', /account is 12345678901, which has 11 digits/],
    [lineOf('a', 'us-west-2', 'ACCOUNT_ID'), 'ARN', /account is ACCOUNT_ID, and an account has 12 digits/],
    [`${lineOf('a')}\r`, 'ARN', /\\u000d can never .* contains the character \\u000d/],
    [`${lineOf('a')} `, 'ARN', /\\u0020 can never .* contains the character \\u0020/],
    [` ${lineOf('a')}`, 'ARN', /^\\u0020arn.* not an ARN, and contains the character \\u0020/],
    [lineOf('my\u200bcluster'), 'ARN', /my\\u200bcluster.* the character \\u200b/],
    [lineOf('a', 'us-west-2\u00a0'), 'ARN', /Region is us-west-2\\u00a0/],
  ];
  for (const [value, comparison, message] of rows)
    t.match(findings(value, comparison).at(-1), { code: 'SOURCE_ARN_DEAD', pointer: '/p', message }, value);
  t.end();
});

t.test('a Region that AWS does not list', (t) => {
  t.match(findings(lineOf('a', 'us-wset-2')), [
    { code: 'REGION_UNKNOWN', message: /Region us-wset-2, .* us-west-2/ },
  ]);
  const reading = readTrust({}, { ...context, extraRegions: ['us-wset-2'] });
  const value = lineOf('a', 'us-wset-2');
  t.same(
    checkLine(reading, { value, comparison: 'ARN', ...beginningOf(value, 'ARN'), pointer: '/p', read: null }),
    [],
    'EXTRA_REGIONS',
  );
  t.end();
});
