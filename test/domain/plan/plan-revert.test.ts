import t from 'tap';
import { planRevert } from '#src/domain/plan/plan-revert.ts';
import { isRefusal, type PlanResult } from '#src/domain/plan/planned.ts';
import type { RoleState } from '#src/domain/role/role-state.ts';
import type { JsonObject } from '#src/schema/primitives.ts';
import {
  absent,
  cluster,
  lineOf,
  observed,
  other,
  policy,
  requirePlanned,
  statement,
} from '#test/domain/fixtures/observed.ts';
import { sayRefusal } from '#test/domain/fixtures/say.ts';
import { requiredPolicy } from '../fixtures/observed.ts';

const execution = requiredPolicy('aws');
const logging = 'arn:aws:iam::aws:policy/CloudWatchLogsFullAccess';
const one = policy(statement(lineOf('my-cluster')));
const two = policy(statement([lineOf('my-cluster'), lineOf('other')]));
const roleName = 'PodExecution';

/** A snapshot. Members that are not given are those of the fixtures' role. */
const was = (trust: JsonObject, more: { attached?: string[]; tags?: Record<string, string> } = {}) => ({
  trust,
  policies: { attached: more.attached ?? [execution], inline: ['logging'] },
  tags: more.tags ?? {},
});

t.test('trust policy, attached policies and tags come back as they were', (t) => {
  const rows: [string, JsonObject | string, Partial<RoleState>, ReturnType<typeof was>, unknown[]][] = [
    ['nothing changed', one, {}, was(one), []],
    [
      'nothing but form and order',
      JSON.stringify(
        { Statement: statement([lineOf('other'), lineOf('my-cluster')]), Version: '2012-10-17' },
        null,
        1,
      ),
      {},
      was(two),
      [],
    ],
    [
      'a line',
      two,
      {},
      was(one),
      [{ action: 'iam:UpdateAssumeRolePolicy', detail: { roleName, policyDocument: one } }],
    ],
    [
      'a policy that came',
      one,
      { attached: [execution, logging] },
      was(one),
      [{ action: 'iam:DetachRolePolicy', detail: { roleName, policyArn: logging } }],
    ],
    [
      'a policy that went',
      one,
      { attached: [logging] },
      was(one, { attached: [execution, logging] }),
      [{ action: 'iam:AttachRolePolicy', detail: { roleName, policyArn: execution } }],
    ],
    [
      'a tag that came',
      one,
      { tags: { a: '1', constructor: 'x' } },
      was(one),
      [{ action: 'iam:UntagRole', detail: { roleName, tagKeys: ['a', 'constructor'] } }],
    ],
    [
      'a tag whose value and letter case changed is one tag: it is not taken away',
      one,
      { tags: { TEAM: 'b' } },
      was(one, { tags: { Team: 'a' } }),
      [{ action: 'iam:TagRole', detail: { roleName, tags: { Team: 'a' } } }],
    ],
    [
      'tags that went or changed',
      one,
      { tags: { a: '1', b: '2' } },
      was(one, { tags: { a: '0', b: '2', c: '3' } }),
      [{ action: 'iam:TagRole', detail: { roleName, tags: { a: '0', c: '3' } } }],
    ],
    [
      "AWS's own tags are not ours to set or take",
      one,
      { tags: { 'aws:x': '1' } },
      was(one, { tags: { 'aws:y': '1' } }),
      [],
    ],
    [
      'all of it, and what gives comes before what takes',
      two,
      { attached: [logging], tags: { a: '1' } },
      was(one, { tags: { b: '2' } }),
      [
        { action: 'iam:UpdateAssumeRolePolicy' },
        { action: 'iam:AttachRolePolicy' },
        { action: 'iam:TagRole' },
        { action: 'iam:DetachRolePolicy' },
        { action: 'iam:UntagRole' },
      ],
    ],
  ];
  for (const [about, trust, role, before, steps] of rows) {
    const plan = requirePlanned(planRevert(observed(trust, role), before));
    t.match(plan.steps, steps as object[], about);
    t.equal(plan.steps.length, steps.length, about);
    t.equal(plan.kind, 'REVERT', about);
    t.same(plan.after.policies.attached, before.policies.attached, `${about}: policies`);
    if (!about.startsWith('AWS')) t.same(plan.after.tags, before.tags, `${about}: tags`);
  }
  t.end();
});

t.test('values that IAM treats as the same stay, and the plan shows those of IAM', (t) => {
  const role = { tags: { TEAM: 'a' }, attached: [execution.toLowerCase()] };
  const { steps, after } = requirePlanned(planRevert(observed(one, role), was(one, { tags: { Team: 'a' } })));
  t.same(steps, []);
  t.match(after, { tags: role.tags, policies: { attached: role.attached } });
  t.end();
});

t.test('gains and losses are named', (t) => {
  const lock = { Sid: 'Lock', Effect: 'Deny', Principal: '*', Action: 'sts:TagSession' };
  const { effects } = requirePlanned(
    planRevert(observed(policy(lock, statement([lineOf('other')]))), was(one)),
  );
  t.same(effects, {
    clustersGained: [cluster],
    clustersLost: [other],
    statementsRemoved: [
      { pointer: '/Statement/0', statement: lock },
      { pointer: '/Statement/1', statement: statement([lineOf('other')]) },
    ],
    principalsRemoved: [],
  });
  const confined = requirePlanned(
    planRevert(observed(policy(statement(null)), {}, { earlierClusters: [cluster, other] }), was(one)),
  );
  t.same(
    confined.effects.clustersLost,
    [other, { region: '*', name: '*' }],
    'clusters known to rely on an open statement are named',
  );
  t.same(requirePlanned(planRevert(observed(one), was(one))).effects, {
    clustersGained: [],
    clustersLost: [],
    statementsRemoved: [],
    principalsRemoved: [],
  });
  t.end();
});

t.test('refused requests', (t) => {
  const rows: [string, PlanResult, string, string][] = [
    [
      'the role was created by that change',
      planRevert(observed(one), null),
      'ROLE_EXISTS',
      'never deletes a role',
    ],
    ['the role is gone', planRevert(absent(), was(one)), 'ROLE_NOT_FOUND', 'POST …/execution-roles'],
    [
      'service-linked',
      planRevert(observed(one, { path: '/aws-service-role/x/' }), was(one)),
      'UNMODIFIABLE_ROLE',
      'only AWS can',
    ],
    [
      'of Identity Center',
      planRevert(observed(one, { path: '/aws-reserved/x/' }), was(one)),
      'UNMODIFIABLE_ROLE',
      'only AWS can',
    ],
    [
      'the quota was lowered since',
      planRevert(observed(one, {}, { quota: 250 }), was(two)),
      'QUOTA_EXCEEDED',
      'L-C07B4B0D',
    ],
  ];
  for (const [about, result, code, said] of rows) {
    if (!isRefusal(result)) throw new Error(`${about} is planned`);
    t.equal(result.refused, code, about);
    t.match(sayRefusal(result), said, about);
  }
  t.end();
});
