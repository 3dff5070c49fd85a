import t from 'tap';
import { findPrunableOf, planPrune } from '#src/domain/plan/plan-prune.ts';
import { isRefusal } from '#src/domain/plan/planned.ts';
import type { JsonObject } from '#src/schema/primitives.ts';
import {
  absent,
  cluster,
  lineOf,
  observed,
  policy,
  requirePlanned,
  service,
  statement,
} from '#test/domain/fixtures/observed.ts';

const west = (name: string, region = 'us-west-2') => ({ region, name });
const old = west('old');
const claimOf = (name: string) => ({ claimant: 'a', cluster: west(name) });
const trusting = (...lines: string[]) => policy(statement([lineOf('my-cluster'), ...lines]));
const prune = (trust: JsonObject, gone = [old], claims = [] as ReturnType<typeof claimOf>[]) =>
  planPrune(observed(trust), gone, claims);
const linesAfter = (
  trust: JsonObject,
  ...more: [gone?: (typeof old)[], claims?: ReturnType<typeof claimOf>[]]
) => JSON.stringify(requirePlanned(prune(trust, ...more)).after.trust).match(/arn:aws:eks:[^"]*/g);

t.test('the lines of clusters that are gone go, and nothing else', async (t) => {
  const planned = requirePlanned(prune(trusting(lineOf('old'), lineOf('kept'))));
  t.equal(planned.kind, 'RETRACT');
  t.same(
    planned.steps.map(({ action }) => action),
    ['iam:UpdateAssumeRolePolicy'],
  );
  t.same(planned.effects.clustersLost, [old]);
  t.same(planned.after.trust, trusting(lineOf('kept')));
});

t.test('a missing policy is not attached', async (t) => {
  const planned = planPrune(observed(trusting(lineOf('old')), { attached: [] }), [old]);
  t.same(
    requirePlanned(planned).steps.map(({ action }) => action),
    ['iam:UpdateAssumeRolePolicy'],
  );
});

const rows: [
  what: string,
  trust: JsonObject,
  expected: string[] | null,
  gone?: (typeof old)[],
  claims?: string[],
][] = [
  ['a line with wildcards', trusting(lineOf('old*'), lineOf('*')), null],
  ['a line for every Region', trusting(lineOf('old', '*')), null],
  ['the line of a cluster in another Region', trusting(lineOf('old', 'us-east-1')), null],
  ['a Region that AWS does not list', trusting(lineOf('old', 'us-moon-1')), null, [west('old', 'us-moon-1')]],
  ['the line of another account', trusting(lineOf('old', 'us-west-2', '444455556666')), null],
  ['a claimed cluster', trusting(lineOf('old')), null, [old], ['old']],
  ['a claim of another cluster', trusting(lineOf('old')), [lineOf('my-cluster')], [old], ['my-cluster']],
  ['two of three', trusting(lineOf('old'), lineOf('older')), [lineOf('my-cluster')], [old, west('older')]],
  ['the line of one profile', trusting(lineOf('old').replace('/*', '/batch/*')), [lineOf('my-cluster')]],
  [
    'a statement of its own',
    policy(statement(lineOf('my-cluster')), statement(lineOf('old'))),
    [lineOf('my-cluster')],
  ],
  ['nothing is gone', trusting(lineOf('old')), null, []],
];
for (const [what, trust, expected, gone, claims] of rows)
  t.test(what, async (t) => {
    const held = claims?.map(claimOf);
    const before = JSON.stringify(trust).match(/arn:aws:eks:[^"]*/g);
    t.same(linesAfter(trust, gone, held), expected ?? before);
    t.equal(requirePlanned(prune(trust, gone, held)).steps.length, expected ? 1 : 0);
  });

t.test('refusals', async (t) => {
  const refusal = (result: ReturnType<typeof prune>) => (isRefusal(result) ? result.refused : null);
  t.equal(refusal(prune(policy(statement(lineOf('old'))))), 'LAST_CLUSTER', 'every line would go');
  t.equal(refusal(planPrune(absent(), [old])), 'ROLE_NOT_FOUND');
  const reserved = observed(trusting(lineOf('old')), { path: '/aws-service-role/x/' });
  t.equal(refusal(planPrune(reserved, [old])), 'UNMODIFIABLE_ROLE');
  const stars = lineOf(`${'*a'.repeat(40)}*`);
  const hard = observed(
    policy(...Array.from({ length: 400 }, (_, i) => statement([lineOf(`c-${i}`), stars]))),
  );
  t.equal(refusal(planPrune(hard, [west('c-1')])), 'TRUST_MISMATCH', 'patterns that are too complex');
});

t.test('a statement that others share loses the service, not its lines', async (t) => {
  const shared = statement(lineOf('old'), { Principal: { Service: [service, 'eks.amazonaws.com'] } });
  const { after } = requirePlanned(prune(policy(statement(lineOf('my-cluster')), shared)));
  t.same(
    after.trust,
    policy(statement(lineOf('my-cluster')), { ...shared, Principal: { Service: 'eks.amazonaws.com' } }),
  );
});

t.test('which lines could go', async (t) => {
  const about = observed(trusting(lineOf('old'), lineOf('old'), lineOf('new'), lineOf('o*')));
  t.same(
    findPrunableOf(about, ({ name }) => name !== 'new'),
    [cluster, old],
  );
  t.same(
    findPrunableOf(absent(), () => true),
    [],
  );
});
