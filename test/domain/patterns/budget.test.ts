import t from 'tap';
import { check } from '#src/domain/check/check.ts';
import { planEnsure } from '#src/domain/plan/plan-ensure.ts';
import { planExtend } from '#src/domain/plan/plan-extend.ts';
import { planRetract } from '#src/domain/plan/plan-retract.ts';
import { planRevert } from '#src/domain/plan/plan-revert.ts';
import { isRefusal, takeSnapshot } from '#src/domain/plan/planned.ts';
import { accountId, cluster, lineOf, observed, policy, statement } from '#test/domain/fixtures/observed.ts';

const list = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));
const quota = { quota: 200_000 };
/** Each line is followed for each requested cluster, and for the clusters of the other lines. */
const hostile = list(900, (i) => `arn:*:eks:*:${accountId}:fargateprofile/?*${i}?*`);

t.test('patterns that are too complex are CONDITION_UNPROVABLE, and their statement does not count', (t) => {
  const about = observed(
    policy(statement(hostile), statement([lineOf('my-*'), ...hostile], { Effect: 'Deny' })),
    {},
    quota,
  );
  const asked = [cluster, ...list(99, (i) => ({ region: 'us-west-2', name: `c${i}x` }))];
  const { verdict, findings, clusters } = check(about, asked);
  t.equal(verdict, 'NEEDS_REPAIR');
  t.ok(clusters.every(({ covered }) => !covered));
  t.same(
    findings.filter((f) => f.code === 'CONDITION_UNPROVABLE').map((f) => f.pointer),
    ['/Statement/0/Condition/ArnLike/aws:SourceArn', '/Statement/1/Condition/ArnLike/aws:SourceArn'],
  );
  t.same(
    [...new Set(findings.map((f) => f.code))].sort(),
    ['CLUSTER_NOT_LISTED', 'CONDITION_UNPROVABLE', 'DENIED'],
    'the Allow is not called open, and the Deny counts',
  );
  for (const [name, result] of [
    ['REFUSE', planExtend(about, asked, 'REFUSE', false)],
    ['MERGE', planExtend(about, asked, 'MERGE', true)],
    ['REPLACE', planExtend(about, asked, 'REPLACE', false)],
    ['PUT', planEnsure(about, { clusters: asked })],
    ['revert', planRevert(about, takeSnapshot(observed(policy(statement(lineOf('a')))).role))],
  ] as const)
    t.match(result, { refused: 'TRUST_MISMATCH', message: /too complex to evaluate/ }, `${name} is refused`);
  t.ok(isRefusal(planRetract(about, cluster)));
  t.end();
});

t.test('every policy that IAM can store is decided, and larger ones', (t) => {
  const rows: [string, string[]][] = [
    ['every Region', list(130, (i) => lineOf(`team-${i}`, '*'))],
    ['prefixes', list(130, (i) => lineOf(`team-${i}-*`, '*'))],
    ['suffixes', list(130, (i) => lineOf(`*-${i}`, 'us-*'))],
    ['of any account', list(130, (i) => lineOf(`a${i}*z`, '*', '*'))],
    ['ordinary ones', list(220, (i) => lineOf(`c${i}`))],
  ];
  const asked = list(100, (i) => ({ region: 'us-west-2', name: `team-${i}-99` }));
  for (const [about, lines] of rows) {
    const role = observed(policy(statement(lines)), {}, quota);
    t.notOk(
      check(role, asked).findings.some((f) => f.code === 'CONDITION_UNPROVABLE'),
      about,
    );
    const plan = planExtend(role, asked, 'MERGE', true);
    t.notMatch(plan, { message: /too complex/ }, `${about}: planned`);
  }
  t.end();
});
