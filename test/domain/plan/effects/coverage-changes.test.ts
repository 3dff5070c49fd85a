import t from 'tap';
import { findCoverageChanges, findScope } from '#src/domain/plan/effects/coverage-changes.ts';
import { planRevert } from '#src/domain/plan/plan-revert.ts';
import { isRefusal, takeSnapshot } from '#src/domain/plan/planned.ts';
import type { Cluster, JsonObject } from '#src/schema/primitives.ts';
import { accountId, lineOf, observed, policy, statement } from '#test/domain/fixtures/observed.ts';

// A revert can lead from any trust policy to any other.
function plan(before: JsonObject, after: JsonObject) {
  const role = observed(before);
  const planned = planRevert(role, takeSnapshot(observed(after).role));
  if (isRefusal(planned)) throw new Error(planned.message);
  return { role, planned };
}

const at = (text: string): Cluster => {
  const [region = '', name = ''] = text.split('/');
  return { region, name };
};
const textOf = ({ region, name }: Cluster) => `${region}/${name}`;
const deny = (name: string) => ({ ...statement(lineOf(name)), Effect: 'Deny' });
const lines = (...texts: string[]) => policy(statement(texts));
const [a, b, anywhere] = [lineOf('a'), lineOf('b'), lineOf('*', '*')];

const scopes: {
  about: string;
  before: JsonObject;
  after: JsonObject;
  usual?: string[];
  besides?: string[];
  scope: { canLose: boolean; named?: string[]; regions?: string[]; isBoundless?: boolean };
}[] = [
  { about: 'nothing changes', before: lines(a), after: lines(a), scope: { canLose: false } },
  {
    about: 'a line is added',
    before: lines(a),
    after: lines(a, b),
    scope: { canLose: false, named: ['us-west-2/b'] },
  },
  {
    about: 'a line goes',
    before: lines(a, b),
    after: lines(a),
    scope: { canLose: true, named: ['us-west-2/b'] },
  },
  {
    about: 'one line for another',
    before: lines(a),
    after: lines(b),
    scope: { canLose: true, named: ['us-west-2/a', 'us-west-2/b'] },
  },
  {
    about: 'a wide line of one Region',
    before: lines(a, lineOf('*', 'eu-west-1')),
    after: lines(a),
    usual: ['us-east-1'],
    scope: { canLose: true, regions: ['eu-west-1'] },
  },
  {
    about: 'a pattern of names',
    before: lines(a, lineOf('prod-*')),
    after: lines(a),
    scope: { canLose: true, regions: ['us-west-2'] },
  },
  {
    about: 'every Region: those that the lines name, and the usual ones',
    before: lines(a, lineOf('x', 'eu-west-1'), anywhere),
    after: lines(a, lineOf('x', 'eu-west-1')),
    usual: ['us-east-1', 'us-west-2', 'cn-north-1'],
    scope: { canLose: true, regions: ['us-west-2', 'eu-west-1', 'us-east-1'] },
  },
  {
    about: 'a pattern of Regions',
    before: lines(a, lineOf('x', 'eu-west-1'), lineOf('*', 'us-*')),
    after: lines(a, lineOf('x', 'eu-west-1')),
    usual: ['us-east-1', 'ap-south-1'],
    scope: { canLose: true, regions: ['us-west-2', 'us-east-1'] },
  },
  {
    about: 'every Region, and none is known',
    before: lines(anywhere),
    after: lines(lineOf('prod-*', '*')),
    scope: { canLose: true, isBoundless: true },
  },
  {
    about: 'an open statement is confined: the Regions of the new lines count',
    before: policy(statement(null)),
    after: lines(a),
    scope: { canLose: true, regions: ['us-west-2'] },
  },
  {
    about: 'a Deny comes',
    before: lines(a, b),
    after: policy(statement([a, b]), deny('b')),
    scope: { canLose: true, named: ['us-west-2/b'] },
  },
  {
    about: 'a Deny blocks a part of a wide line',
    before: lines(lineOf('*')),
    after: policy(statement(lineOf('*')), deny('b')),
    scope: { canLose: true, regions: ['us-west-2'] },
  },
  {
    about: 'a Deny stays',
    before: policy(statement(a), deny('b')),
    after: policy(statement([a, lineOf('c')]), deny('b')),
    scope: { canLose: false, named: ['us-west-2/c'] },
  },
  {
    about: 'clusters besides the effects',
    before: lines(a),
    after: lines(a, b),
    besides: ['us-west-2/w1', 'eu-west-1/*'],
    scope: { canLose: true, named: ['us-west-2/w1', 'us-west-2/b'], regions: ['eu-west-1'] },
  },
];
for (const { about, before, after, usual = [], besides = [], scope } of scopes)
  t.test(`scope: ${about}`, async (t) => {
    const { role, planned } = plan(before, after);
    const { named, regions, isOfManyRegions: _, ...found } = findScope(role, planned, besides.map(at), usual);
    t.same(
      { ...found, named: [...new Set(named.map(textOf))].sort(), regions: regions.sort() },
      {
        canLose: scope.canLose,
        isBoundless: scope.isBoundless ?? false,
        named: (scope.named ?? []).toSorted(),
        regions: (scope.regions ?? []).toSorted(),
      },
    );
  });

const clusters = ['us-west-2/a', 'us-west-2/b', 'us-west-2/c', 'eu-west-1/a'];
const changes: [about: string, before: JsonObject, after: JsonObject, changes: Record<string, string>][] = [
  ['nothing', lines(a), lines(a), {}],
  ['one for another', lines(a), lines(b), { 'us-west-2/a': 'LOST', 'us-west-2/b': 'GAINED' }],
  ['a line goes, and a wider one stays', lines(a, lineOf('*')), lines(lineOf('*')), {}],
  [
    'a wide line goes, and a narrow one stays',
    lines(a, anywhere),
    lines(a),
    { 'us-west-2/b': 'LOST', 'us-west-2/c': 'LOST', 'eu-west-1/a': 'LOST' },
  ],
  ['a Deny comes', lines(a, b), policy(statement([a, b]), deny('b')), { 'us-west-2/b': 'LOST' }],
  ['a Deny goes', policy(statement([a, b]), deny('b')), lines(a, b), { 'us-west-2/b': 'GAINED' }],
  [
    'an open statement is confined',
    policy(statement(null)),
    lines(a),
    { 'us-west-2/b': 'LOST', 'us-west-2/c': 'LOST', 'eu-west-1/a': 'LOST' },
  ],
];
for (const [about, before, after, expected] of changes)
  t.test(`changes: ${about}`, async (t) => {
    const { role, planned } = plan(before, after);
    // A cluster that is given twice is answered once.
    const found = findCoverageChanges(role, planned, [...clusters, ...clusters].map(at));
    t.same(
      Object.fromEntries((found ?? []).map(({ cluster, effect }) => [textOf(cluster), effect])),
      expected,
    );
    t.equal(found?.length, Object.keys(expected).length);
  });

t.test('a line that only some readers see is lost', async (t) => {
  const shadowed = JSON.stringify(lines(a)).replace('"ArnLike":{', `"ArnLike":{"aws:SourceArn":"${b}",`);
  const role = observed(shadowed);
  const planned = planRevert(role, takeSnapshot(observed(lines(a, lineOf('c'))).role));
  if (isRefusal(planned)) throw new Error(planned.message);
  const found = findCoverageChanges(role, planned, clusters.map(at));
  t.same(found, [
    { cluster: at('us-west-2/b'), effect: 'LOST' },
    { cluster: at('us-west-2/c'), effect: 'GAINED' },
  ]);
});

t.test('patterns that are too complex', async (t) => {
  const hard = Array.from({ length: 3000 }, (_, i) => `arn:*:eks:*:${accountId}:fargateprofile/?*${i}?*`);
  const { planned, role } = plan(lines(a, b), lines(a));
  const snapshot = (...values: string[]) => ({
    ...takeSnapshot(role.role),
    trust: policy(statement(values)),
  });
  const many = Array.from({ length: 30 }, (_, i) => at(`us-west-2/c${i}${'x'.repeat(90)}`));
  t.equal(
    findCoverageChanges(role, { ...planned, before: snapshot(...hard), after: snapshot(...hard, a) }, many),
    null,
  );
});
