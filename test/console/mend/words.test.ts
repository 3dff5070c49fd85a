import t from 'tap';
import { applyLabel, doneText, lossesOf, nothingToDo, stepText, titleOf } from '#console/mend/words.ts';
import type { Shape } from '#console/shape.ts';

const [a, b] = [
  { region: 'us-west-2', name: 'a' },
  { region: 'us-west-2', name: 'b' },
];
const role = { accountId: '111122223333', roleName: 'fargate' };
const effects = (more: Partial<Shape<'Effects'>>): Shape<'Effects'> => ({
  clustersGained: [],
  clustersLost: [],
  statementsRemoved: [],
  ...more,
});
const attach = {
  action: 'iam:AttachRolePolicy',
  detail: { policyArn: 'arn:aws:iam::aws:policy/P' },
} as const;
const write = { action: 'iam:UpdateAssumeRolePolicy', detail: {} } as const;
const plan = (more: Partial<Shape<'Effects'>>, steps: Shape<'PlanStep'>[] = [write]): Shape<'Plan'> => ({
  id: 'plan_1',
  steps,
  before: null,
  after: null,
  diff: '',
  effects: effects(more),
});

const labels: [kind: Parameters<typeof applyLabel>[0]['kind'], plan: Shape<'Plan'>, label: string][] = [
  ['extend', plan({ clustersGained: [a, b] }), 'Add 2 clusters to the role'],
  ['extend', plan({ clustersGained: [a] }), 'Add 1 cluster to the role'],
  ['extend', plan({ clustersGained: [a], clustersLost: [b] }), 'Add 1 and remove 1 cluster'],
  [
    'extend',
    plan({ clustersGained: [a], clustersLost: [{ region: '*', name: '*' }] }),
    'Add 1 cluster and confine the role',
  ],
  ['extend', plan({ clustersLost: [{ region: '*', name: '*' }] }), 'Confine the role'],
  ['extend', plan({}), 'Mend the role'],
  ['repair', plan({}, [attach]), 'Attach the policy to the role'],
  ['retract', plan({ clustersLost: [a] }), 'Remove the line from the role'],
  ['retract', plan({}, []), 'End my claim'],
  ['prune', plan({ clustersLost: [a, b] }), 'Remove 2 lines from the role'],
  ['create', plan({ clustersGained: [a] }), 'Create the role'],
  ['revert', plan({ clustersLost: [a] }), 'Put the role back as it was'],
];
for (const [kind, shown, label] of labels)
  t.test(`the button: ${label}`, async (t) => t.equal(applyLabel({ kind }, shown), label));

t.test('each loss is a sentence of its own', async (t) => {
  const clustersLost = [a, { region: 'eu-west-1', name: '*' }, { region: '*', name: '*' }];
  t.same(lossesOf(plan({ clustersLost, principalsRemoved: ['ec2.amazonaws.com'] })), [
    'us-west-2/a can no longer use the role.',
    'Every cluster in eu-west-1 can no longer use the role.',
    'Clusters that you did not choose, in this account or another, can no longer use the role.',
    'ec2.amazonaws.com can no longer assume the role.',
  ]);
  t.same(lossesOf(plan({})), []);
});

t.test('writes in words', async (t) => {
  t.equal(stepText(attach), 'Attach the policy arn:aws:iam::aws:policy/P.');
  t.equal(
    stepText({ action: 'iam:TagRole', detail: { tags: { team: 'x', stage: 'y' } } }),
    'Set the tags team, stage.',
  );
  t.equal(stepText({ action: 'iam:UntagRole', detail: { tagKeys: ['team'] } }), 'Remove the tags team.');
});

t.test('titles', async (t) => {
  t.equal(titleOf({ ...role, kind: 'extend' }), 'Add clusters');
  t.equal(titleOf({ ...role, kind: 'extend', clusters: [a], drop: [b] }), 'Remove the line of us-west-2/b');
  t.equal(titleOf({ ...role, kind: 'extend', onMismatch: 'MERGE' }), 'Mend the trust policy');
  t.equal(titleOf({ ...role, kind: 'retract', clusters: [a] }), 'Remove the line of us-west-2/a');
});

t.test('plans without a write', async (t) => {
  t.match(
    nothingToDo({ kind: 'extend', clusters: [a] }, null),
    'Nothing to do: the cluster is covered already.',
  );
  t.match(nothingToDo({ kind: 'extend', clusters: [a, b] }, null), 'the clusters are covered');
  t.match(nothingToDo({ kind: 'retract', clusters: [a] }, 'CLAIMED'), 'another claim');
});

t.test('what became of a change', async (t) => {
  const result = (change: Partial<Shape<'Change'>> | null, lineKept: Shape<'LineKept'> | null = null) =>
    doneText({ change, lineKept } as Shape<'WriteResult'>);
  t.equal(result(null), 'Nothing had to be done.');
  t.equal(
    result({
      kind: 'EXTEND',
      outcome: 'SUCCEEDED',
      effects: effects({ clustersGained: [a], clustersLost: [b] }),
    }),
    'us-west-2/a can use the role now. us-west-2/b can no longer use the role.',
  );
  t.equal(result({ kind: 'REPAIR', outcome: 'SUCCEEDED', effects: effects({}) }), 'The change is made.');
  t.match(
    result({ kind: 'RELEASE', outcome: 'SUCCEEDED', effects: null }, 'CLAIMED'),
    'another claim needs it',
  );
  t.match(result({ kind: 'EXTEND', outcome: 'PARTIAL', effects: null }), 'Only some of the writes');
});
