import t from 'tap';
import { check } from '#src/domain/check/check.ts';
import { findingSeverities } from '#src/schema/report.ts';
import {
  absent,
  cluster,
  lineOf,
  observed,
  other,
  policy,
  statement,
} from '#test/domain/fixtures/observed.ts';
import { sayInRest } from '#test/domain/fixtures/say.ts';
import { readCases, tables } from '#test/support/corpus.ts';

const namesRequest = /\b(POST|PUT) …\/(extend|execution-roles|\{roleName\})/;

for (const table of tables) {
  const cases = readCases(table);
  t.test(table, (t) => {
    t.ok(cases.length >= 38, 'the table is there');
    for (const {
      id,
      about,
      accountId,
      partition,
      organizationId = null,
      cluster,
      document,
      text,
      expect,
    } of cases)
      t.test(`${id}: ${about}`, (t) => {
        const { verdict, findings, clusters } = check(
          observed(text ?? document ?? {}, {}, { accountId, partition, organizationId }),
          [cluster],
        );
        const codes = (severity: string) =>
          findings.filter((f) => f.severity === severity).map((f) => f.code);
        t.equal(verdict, expect.verdict, 'verdict');
        t.same(codes('ERROR').sort(), expect.errors.toSorted(), 'exactly these errors');
        for (const code of expect.warningsInclude)
          t.ok(
            codes('WARNING').some((c) => c === code),
            code,
          );
        for (const code of expect.infosInclude)
          t.ok(
            codes('INFO').some((c) => c === code),
            code,
          );
        t.equal(clusters[0]?.covered, expect.covered, 'covered');
        for (const { code, severity, remedy } of findings)
          if (!remedy.beyond) t.match(sayInRest(remedy), namesRequest, `${code} says what to send`);
          else if (severity === 'ERROR') t.equal(remedy.beyond, 'ORGANIZATION', `${code} is beyond requests`);
        t.end();
      });
    t.end();
  });
}

const codesOf = (role: Parameters<typeof observed>[1], trust = policy(statement(lineOf('my-cluster')))) =>
  check(observed(trust, role), [cluster]).findings.map((f) => f.code);

t.test('what is not in the trust policy', (t) => {
  t.match(check(absent(), [cluster]), {
    verdict: 'MISSING',
    action: 'CREATE',
    trust: null,
    clusters: [{ ...cluster, covered: false, coveredBy: [] }],
    findings: [{ code: 'ROLE_MISSING', severity: 'ERROR', pointer: null }],
  });
  const wanted = 'arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy';
  const rows: [string, Parameters<typeof observed>[1], string[]][] = [
    ['all there', {}, []],
    ['no policy', { attached: [] }, ['POLICY_NOT_ATTACHED']],
    [
      'the policy of another partition',
      { attached: ['arn:aws-cn:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy'] },
      ['POLICY_NOT_ATTACHED', 'EXTRA_POLICIES'],
    ],
    ['one more', { attached: [wanted, 'arn:aws:iam::aws:policy/X'] }, ['EXTRA_POLICIES']],
    ['an inline one', { inline: ['logging'] }, ['EXTRA_POLICIES']],
    ['inline ones that were not read', { inline: null }, []],
    ['an owner', { tags: { 'aws:cloudformation:stack-name': 'x' } }, ['MANAGED_ELSEWHERE']],
  ];
  for (const [about, role, expected] of rows) t.same(codesOf(role), expected, about);
  t.match(check(observed(policy(statement(lineOf('other'))), { attached: [] }), [cluster]), {
    verdict: 'NEEDS_REPAIR',
    action: 'REPAIR',
  });
  t.end();
});

t.test('every ERROR says what to send', (t) => {
  const foreign = statement(lineOf('my-cluster', 'us-west-2', '999988887777'));
  const good = statement(lineOf('my-cluster'));
  const errors = [
    absent(),
    observed(policy(good), { attached: [] }),
    observed(policy()),
    observed(policy(statement(null))),
    observed(policy(foreign)),
    observed(policy(statement(lineOf('other')))),
    observed(policy(good, statement(null, { Effect: 'Deny' }))),
    observed(policy(good, statement(null, { Principal: '*' }))),
  ].flatMap((about) =>
    [...check(about, [cluster]).findings, ...check(about, null).findings].filter(
      (f) => f.severity === 'ERROR',
    ),
  );
  const codes = Object.entries(findingSeverities).flatMap(([code, severity]) =>
    severity === 'ERROR' ? [code] : [],
  );
  t.same([...new Set(errors.map(({ code }) => code))].sort(), codes.sort(), 'each code is here');
  for (const { code, remedy } of errors) t.match(sayInRest(remedy), namesRequest, code);
  t.end();
});

t.test('every cluster is checked by itself', (t) => {
  const { clusters, findings, verdict } = check(
    observed(policy(statement([lineOf('my-cluster'), lineOf('my-*')]))),
    [cluster, other],
  );
  t.same(clusters, [
    { ...cluster, covered: true, coveredBy: [lineOf('my-cluster'), lineOf('my-*')] },
    { ...other, covered: false, coveredBy: [] },
  ]);
  t.same(
    findings.map(({ code, message }) => [code, message.includes('other')]),
    [['CLUSTER_NOT_LISTED', true]],
  );
  t.equal(verdict, 'NEEDS_EXTENSION');
  const open = check(observed(policy(statement(null))), [cluster]);
  t.same(
    open.clusters,
    [{ ...cluster, covered: true, coveredBy: [] }],
    'without a condition there is no line to name',
  );
  const denied = check(
    observed(policy(statement(lineOf('my-cluster')), statement(null, { Effect: 'Deny' }))),
    [cluster],
  );
  t.same(denied.clusters, [{ ...cluster, covered: false, coveredBy: [] }], 'a line does not override a Deny');
  t.end();
});

t.test('findings point to their cause and name it', (t) => {
  const at = (trust: Parameters<typeof observed>[0], code: string) =>
    check(observed(trust), [cluster]).findings.find((f) => f.code === code);
  const good = statement(lineOf('my-cluster'));
  const foreign = lineOf('my-cluster', 'us-west-2', '999988887777');
  const rows: [string, Parameters<typeof observed>[0], string, string | null][] = [
    [
      'a value in an array',
      policy(good, statement([lineOf('a'), foreign])),
      'SOURCE_ARN_FOREIGN',
      '/Statement/1/Condition/ArnLike/aws:SourceArn/1',
    ],
    [
      'a single value',
      policy(statement(foreign)),
      'SOURCE_ARN_FOREIGN',
      '/Statement/0/Condition/ArnLike/aws:SourceArn',
    ],
    [
      'a statement that is no array',
      { Statement: statement(foreign) },
      'SOURCE_ARN_FOREIGN',
      '/Statement/Condition/ArnLike/aws:SourceArn',
    ],
    ['a statement behind what is none', policy(null, statement(null)), 'SOURCE_ARN_MISSING', '/Statement/1'],
    [
      'a principal',
      policy(good, { Effect: 'Allow', Principal: { AWS: 'x' }, Action: 'sts:AssumeRole' }),
      'PRINCIPAL_OTHER',
      '/Statement/1/Principal/AWS',
    ],
    [
      'a key with a slash',
      policy(good, statement(null, { Condition: { StringEquals: { 'aws:RequestTag/a': 'x' } } })),
      'CONDITION_UNPROVABLE',
      '/Statement/1/Condition/StringEquals/aws:RequestTag~1a',
    ],
    ['a Deny', policy(good, statement(null, { Effect: 'Deny' })), 'DENIED', '/Statement/1'],
    ['the cluster is nowhere', policy(statement(lineOf('a'))), 'CLUSTER_NOT_LISTED', null],
  ];
  for (const [about, trust, code, pointer] of rows) t.equal(at(trust, code)?.pointer, pointer, about);
  t.match(at(policy(statement(foreign)), 'SOURCE_ARN_FOREIGN')?.message, foreign);
  t.match(
    at(policy(statement(lineOf('a'))), 'CLUSTER_NOT_LISTED')?.remedy.text,
    lineOf('my-cluster'),
    'the remedy names the line',
  );
  t.end();
});

t.test('remaining room in the quota', (t) => {
  const names = (count: number) =>
    Array.from({ length: count }, (_, i) => `cluster-${String(i).padStart(2, '0')}`);
  for (const lines of [1, 2, 10]) {
    const trust = policy(
      statement(lines === 1 ? lineOf('cluster-00') : names(lines).map((name) => lineOf(name))),
    );
    const asked = { region: 'us-west-2', name: 'cluster-99' };
    const filled = (more: number) =>
      JSON.stringify(policy(statement(names(lines + more).map((name) => lineOf(name))))).length;
    for (let quota = 1900; quota < 1970; quota++) {
      const left = check(observed(trust, {}, { quota }), [asked]).trust?.linesLeft ?? -1;
      if (filled(left) > quota || filled(left + 1) <= quota)
        t.fail(`beside ${lines} under ${quota}, ${left} more do not just fit`);
    }
  }
  const near = (quota: number) =>
    check(observed(policy(statement(lineOf('my-cluster'))), {}, { quota }), [cluster]).findings.map(
      (f) => f.code,
    );
  const size = JSON.stringify(policy(statement(lineOf('my-cluster')))).length;
  t.same(near(2048), []);
  t.same(near(size + 150), ['QUOTA_NEAR'], 'room for two lines and a little more');
  t.same(near(Math.floor(size / 0.8) - 1), ['QUOTA_NEAR'], 'more than four fifths');
  const long = policy(statement(names(50).map((name) => lineOf(name))));
  const fifths = JSON.stringify(long).length / 4;
  const sayInRest = (quota: number) =>
    check(observed(long, {}, { quota }), [{ region: 'us-west-2', name: 'cluster-00' }]).findings;
  t.match(
    sayInRest(Math.ceil(fifths * 5) - 1),
    [{ code: 'QUOTA_NEAR', message: /1\d more lines fit/ }],
    'room for many lines, and less than a fifth',
  );
  t.same(sayInRest(Math.ceil(fifths * 5)), [], 'a fifth');
  t.equal(
    check(observed(policy(statement(lineOf('my-cluster'))), {}, { quota: 100 }), [cluster]).trust?.linesLeft,
    0,
    'never below zero',
  );
  t.end();
});

t.test('findings about an Allow, and not about a Deny', (t) => {
  const weak = { Condition: { ArnLikeIfExists: { 'aws:SourceArn': lineOf('other') } } };
  const codes = (effect: string) =>
    check(observed(policy(statement(lineOf('my-cluster')), statement(null, { ...weak, Effect: effect }))), [
      cluster,
    ]).findings.map((f) => f.code);
  t.same(codes('Allow'), ['CONDITION_WEAK']);
  t.same(codes('Deny'), [], 'a Deny with IfExists blocks requests without the key');
  t.end();
});

t.test('lines in a report', (t) => {
  const { trust } = check(
    observed(policy(statement([lineOf('a', '*'), 'x', lineOf('b', 'eu-west-1', '999988887777')]))),
    [],
  );
  t.same(trust?.lines, [
    { pattern: lineOf('a', '*'), region: '*', name: 'a' },
    { pattern: 'x', region: null, name: null },
    { pattern: lineOf('b', 'eu-west-1', '999988887777'), region: 'eu-west-1', name: 'b' },
  ]);
  t.end();
});
