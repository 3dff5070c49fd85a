import t from 'tap';
import { planCreate } from '#src/domain/plan/plan-create.ts';
import { planEnsure } from '#src/domain/plan/plan-ensure.ts';
import { planExtend } from '#src/domain/plan/plan-extend.ts';
import { isRefusal, type PlanResult, type Refusal } from '#src/domain/plan/planned.ts';
import type { Cluster, JsonObject } from '#src/schema/primitives.ts';
import type { Suggestion } from '#src/schema/problem.ts';
import { absent, lineOf, observed, policy, statement } from '#test/domain/fixtures/observed.ts';
import { sayRefusal } from '#test/domain/fixtures/say.ts';

const at = (name: string, region = 'us-west-2'): Cluster => ({ region, name });
const many = (count: number, region = 'us-west-2') =>
  Array.from({ length: count }, (_, i) => at(`c-${i}`, region));
const reference = (clusters: Cluster[]): JsonObject => {
  const lines = clusters.map(({ name, region }) => lineOf(name, region));
  return policy(statement(lines.length === 1 ? lines[0] : lines));
};
const sizeOf = (clusters: Cluster[]) => JSON.stringify(reference(clusters)).length;
const refused = (result: PlanResult): Refusal => {
  if (!isRefusal(result)) throw new Error('it is planned');
  return result;
};

t.test('suggestions that fit the quota', (t) => {
  const full = many(5);
  const mixed = [...many(3), ...many(3, 'eu-west-1')];
  const quota = sizeOf(full);
  // About, the role's clusters, the request, the quota, clusters of earlier changes, the suggestion.
  const rows: [string, Cluster[], Cluster[], number, Cluster[], Partial<Suggestion>][] = [
    [
      'the compacted form',
      [...many(3), at('*')],
      [at('x', 'eu-west-1')],
      sizeOf([...many(3), at('*')]),
      [],
      {
        clusters: [at('x', 'eu-west-1')],
        compact: true,
        size: sizeOf([at('*'), at('x', 'eu-west-1')]),
        alsoLetsIn: [],
      },
    ],
    [
      'every cluster of the Region',
      full,
      [at('x')],
      quota,
      [],
      { clusters: [at('*')], size: sizeOf([at('*')]), alsoLetsIn: full },
    ],
    [
      'of earlier changes, too, each once',
      full,
      [at('x')],
      quota,
      [at('old'), at('c-0'), at('x'), at('old', 'eu-west-1')],
      { clusters: [at('*')], alsoLetsIn: [...full, at('old')] },
    ],
    [
      'the same name in every Region lets fewer known ones in',
      full,
      [at('x', 'eu-west-1'), at('x')],
      sizeOf([...full, at('x', '*')]),
      [],
      { clusters: [at('x', '*')], size: sizeOf([...full, at('x', '*')]), alsoLetsIn: [] },
    ],
    [
      'two Regions',
      mixed,
      [at('x'), at('y', 'eu-west-1')],
      sizeOf(mixed),
      [],
      { clusters: [at('*'), at('*', 'eu-west-1')], alsoLetsIn: mixed },
    ],
    [
      'nothing but everything',
      mixed,
      [at('x')],
      sizeOf([at('*', '*')]),
      [],
      { clusters: [at('*', '*')], alsoLetsIn: mixed },
    ],
  ];
  for (const [about, listed, asked, quota, known, expected] of rows) {
    const role = observed(reference(listed), {}, { quota, earlierClusters: known });
    const refusal = refused(planExtend(role, asked, 'REFUSE', false));
    const { refused: code, suggestion } = refusal;
    const message = sayRefusal(refusal);
    t.equal(code, 'QUOTA_EXCEEDED', about);
    t.match(suggestion, { compact: true, quota, ...expected }, about);
    t.same(suggestion?.alsoLetsIn, expected.alsoLetsIn, about);
    t.match(message, `${suggestion?.size}`, about);
    for (const { region, name } of suggestion?.alsoLetsIn ?? [])
      t.match(message, `${region}/${name}`, `${about}: the sentence names it`);
    if (!suggestion) continue;
    const done = planExtend(role, suggestion.clusters, 'REFUSE', suggestion.compact);
    t.notOk(isRefusal(done), `${about}: asking for it is planned`);
    if (!isRefusal(done))
      t.equal(JSON.stringify(done.after.trust).length, suggestion.size, `${about}: and has that size`);
  }
  t.end();
});

t.test('each verb accepts its own suggestion', (t) => {
  const wide = { clusters: [at('*')], compact: false, size: sizeOf([at('*')]), quota: 300, alsoLetsIn: [] };
  const created = refused(planCreate(absent({ quota: 300 }), { clusters: many(5) }));
  t.same(created.suggestion, wide);
  t.match(sayRefusal(created), 'Ask for us-west-2/* instead, which takes');
  t.match(refused(planEnsure(absent({ quota: 300 }), { clusters: many(5) })).suggestion, wide);
  const role = observed(reference(many(2)), {}, { quota: 300 });
  const ensured = refused(planEnsure(role, { clusters: many(5) }));
  t.match(sayRefusal(ensured), 'Send POST …/extend with us-west-2/* and compact to reduce it to');
  t.match(ensured, { suggestion: { ...wide, compact: true } });
  const open = observed(policy(statement(null)), {}, { quota: 300, earlierClusters: [at('old'), at('c-1')] });
  for (const mode of ['MERGE', 'REPLACE'] as const)
    t.match(
      refused(planExtend(open, many(5), mode, false)).suggestion,
      { clusters: [at('*')], alsoLetsIn: [at('old')] },
      mode,
    );
  t.end();
});

t.test('a prefix is only described, because no request can name it', (t) => {
  const said = (...names: string[]) =>
    sayRefusal(refused(planCreate(absent({ quota: 300 }), { clusters: names.map((name) => at(name)) })));
  t.match(said('prod-a', 'prod-b', 'prod-long'), 'A line for us-west-2/prod-* would also fit');
  t.notMatch(said('prod-a', 'test-b', 'other'), 'A line for', 'nothing in common');
  t.end();
});

t.test('when nothing fits there is no suggestion', (t) => {
  const refusal = refused(planCreate(absent({ quota: 100 }), { clusters: many(2) }));
  t.equal(refusal.suggestion, undefined);
  t.match(sayRefusal(refusal), /No wildcard would fit either.*second role.*L-C07B4B0D/);
  t.end();
});

t.test('a sentence names ten clusters at most', (t) => {
  const role = observed(reference(many(30)), {}, { quota: sizeOf(many(30)) });
  const refusal = refused(planExtend(role, [at('x')], 'REFUSE', false));
  t.equal(refusal.suggestion?.alsoLetsIn.length, 30);
  t.match(sayRefusal(refusal), 'us-west-2/c-9, 20 more.');
  t.end();
});
