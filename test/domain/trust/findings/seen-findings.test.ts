// biome-ignore-all lint/suspicious/noTemplateCurlyInString: IAM policy variables are written like this.
import t from 'tap';
import { check } from '#src/domain/check/check.ts';
import { nothingSeen, type Seen } from '#src/domain/role/seen.ts';
import type { JsonObject } from '#src/schema/primitives.ts';
import { cluster, lineOf, observed, policy, statement } from '#test/domain/fixtures/observed.ts';
import { sayInRest } from '#test/domain/fixtures/say.ts';
import { seen } from '#test/domain/fixtures/seen.ts';

const codes = ['CLUSTER_GONE', 'CLUSTER_NOT_SEEN'];
const find = (trust: JsonObject, memory: Seen) =>
  check(observed(trust, {}, { seen: memory }), [cluster]).findings.filter(({ code }) => codes.includes(code));
const lines = (...values: string[]) => policy(statement([lineOf('my-cluster'), ...values]));
const memory = seen({ shown: ['my-cluster'], gone: ['old', 'us-east-1/old', 'us-moon-1/old'] });

const rows: [what: string, trust: JsonObject, memory: Seen, expected: string[]][] = [
  ['a cluster that EKS shows', lines(), memory, []],
  [
    'a cluster that is gone',
    lines(lineOf('old')),
    memory,
    ['CLUSTER_GONE /Statement/0/Condition/ArnLike/aws:SourceArn/1'],
  ],
  [
    'a cluster that was never shown',
    lines(lineOf('new')),
    memory,
    ['CLUSTER_NOT_SEEN /Statement/0/Condition/ArnLike/aws:SourceArn/1'],
  ],
  [
    'gone, in a Region that was never listed',
    lines(lineOf('old', 'us-east-1')),
    memory,
    ['CLUSTER_GONE /Statement/0/Condition/ArnLike/aws:SourceArn/1'],
  ],
  ['never shown, in a Region that was never listed', lines(lineOf('new', 'us-east-1')), memory, []],
  ['an account in which nobody has looked', lines(lineOf('old'), lineOf('new')), nothingSeen, []],
  ['a line with wildcards', lines(lineOf('ol?'), lineOf('o*'), lineOf('*'), lineOf('old', '*')), memory, []],
  ['a variable that cannot be known', lines(lineOf('${aws:PrincipalTag/team}')), memory, []],
  ['a line of another account', lines(lineOf('old', 'us-west-2', '444455556666')), memory, []],
  ['the cluster itself', lines('arn:aws:eks:us-west-2:111122223333:cluster/old'), memory, []],
  [
    'one line in two statements',
    policy(statement([lineOf('my-cluster'), lineOf('old')]), statement(lineOf('old'))),
    memory,
    [
      'CLUSTER_GONE /Statement/0/Condition/ArnLike/aws:SourceArn/1',
      'CLUSTER_GONE /Statement/1/Condition/ArnLike/aws:SourceArn',
    ],
  ],
  [
    'a line of a Deny',
    policy(statement(lineOf('my-cluster')), statement(lineOf('old'), { Effect: 'Deny' })),
    memory,
    [],
  ],
];
for (const [what, trust, given, expected] of rows)
  t.test(what, async (t) => {
    t.same(
      find(trust, given).map(({ code, pointer }) => `${code} ${pointer}`),
      expected,
    );
  });

t.test('message, severity and remedy', async (t) => {
  const [gone, unseen] = find(lines(lineOf('old'), lineOf('new')), memory);
  t.match(gone, {
    severity: 'WARNING',
    message:
      /fargateprofile\/old\/\* is for cluster old in us-west-2\. EKS last showed it at 2026-11-01T00:00:00\.000Z, and no longer does\.$/,
  });
  t.equal(
    sayInRest(gone?.remedy),
    'Send POST …/{roleName}/prune to remove the lines of clusters that are gone and that nobody claims.',
  );
  t.match(unseen, {
    severity: 'INFO',
    message:
      /which EKS has not shown\. It last listed all clusters of the Region at 2026-11-29T00:00:00\.000Z\.$/,
  });
  t.match(sayInRest(unseen?.remedy), /^Nothing to do if the cluster is still to be created\./);
});

t.test('where a prune does not help', async (t) => {
  const remedyOf = (trust: JsonObject, role = {}) => {
    const { findings } = check(observed(trust, role, { seen: memory }), null);
    return findings.find(({ code }) => code === 'CLUSTER_GONE')?.remedy;
  };
  t.equal(remedyOf(policy(statement(lineOf('old'))))?.beyond, 'LAST_LINE', 'the last line');
  t.equal(remedyOf(lines(lineOf('old', 'us-moon-1')))?.beyond, 'REGION', 'a Region that AWS does not list');
  t.equal(remedyOf(lines(lineOf('old')), { path: '/aws-service-role/eks/' })?.beyond, 'AWS_ALONE');
  t.same(remedyOf(lines(lineOf('old')), { tags: { ManagedBy: 'Terraform' } })?.request?.overrides, [
    'MANAGED_ELSEWHERE',
  ]);
});
