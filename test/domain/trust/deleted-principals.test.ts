import t from 'tap';
import { planEnsure } from '#src/domain/plan/plan-ensure.ts';
import { planExtend } from '#src/domain/plan/plan-extend.ts';
import { planRetract } from '#src/domain/plan/plan-retract.ts';
import { planRevert } from '#src/domain/plan/plan-revert.ts';
import { isRefusal, type PlanResult } from '#src/domain/plan/planned.ts';
import { isDeletedPrincipal } from '#src/domain/trust/deleted-principals.ts';
import type { JsonObject } from '#src/schema/primitives.ts';
import {
  accountId,
  cluster,
  lineOf,
  observed,
  other,
  policy,
  requirePlanned,
  service,
  statement,
} from '#test/domain/fixtures/observed.ts';

const gone = 'AROAEXAMPLEDELETED001';
const user = 'AIDACKCEVSQ6C2EXAMPLE';
const root = `arn:aws:iam::${accountId}:root`;
const people = (AWS: unknown, more: JsonObject = {}): JsonObject => ({
  Effect: 'Allow',
  Principal: { AWS },
  Action: 'sts:AssumeRole',
  ...more,
});
const pods = statement([lineOf('other'), lineOf('a')]);

t.test('texts that are IDs of deleted principals', (t) => {
  for (const id of [gone, user, 'AROADBQP57FF2AEXAMPLE']) t.ok(isDeletedPrincipal(id), id);
  for (const text of [
    root,
    '*',
    accountId,
    'AROA',
    'AGPAEXAMPLEGROUP00001',
    'ASIAEXAMPLESESSION01',
    `arn:aws:iam::${accountId}:role/${gone}`,
    7,
    null,
  ])
    t.notOk(isDeletedPrincipal(text), String(text));
  t.end();
});

t.test('every plan that writes removes them and names them', (t) => {
  const before = policy(
    people([gone, root]),
    people(user, { Sid: 'Old' }),
    pods,
    people([gone], { Effect: 'Deny' }),
  );
  const after = (...statements: JsonObject[]) => [people(root), ...statements];
  const removed = [
    { pointer: '/Statement/1', statement: people(user, { Sid: 'Old' }) },
    { pointer: '/Statement/3', statement: people([gone], { Effect: 'Deny' }) },
  ];
  const longer = statement([lineOf('other'), lineOf('a'), lineOf('my-cluster')]);
  const snapshot = {
    trust: policy(people(gone), pods),
    policies: { attached: observed(pods).role.attached, inline: null },
    tags: {},
  };
  const rows: [about: string, plan: PlanResult, statements: JsonObject[]][] = [
    ['REFUSE', planExtend(observed(before), [cluster], 'REFUSE', false), after(longer)],
    ['MERGE', planExtend(observed(before), [cluster], 'MERGE', false), after(longer)],
    ['PUT', planEnsure(observed(before), { clusters: [cluster] }), after(longer)],
    ['DELETE', planRetract(observed(before), other), after(statement(lineOf('a')))],
    [
      'drop',
      planExtend(observed(before), [cluster], 'REFUSE', false, [other]),
      after(statement([lineOf('a'), lineOf('my-cluster')])),
    ],
  ];
  for (const [about, plan, statements] of rows) {
    const { after, effects, steps } = requirePlanned(plan);
    t.same(after.trust.Statement, statements, about);
    t.same(effects.principalsRemoved, [gone, user], `${about}: the principals`);
    t.same(effects.statementsRemoved, removed, `${about}: the statements`);
    t.notMatch(JSON.stringify(steps), /AROAEXAMPLE|AIDA/, `${about}: none is sent`);
  }
  const reverted = requirePlanned(planRevert(observed(policy(pods)), snapshot));
  t.same(reverted.steps, [], 'a revert that would bring one back leaves it out');
  t.end();
});

t.test('other parts of the statement stay', (t) => {
  const before = policy(
    statement(lineOf('other'), { Principal: { Service: service, AWS: [gone] } }),
    people({ a: gone }),
  );
  const { after } = requirePlanned(planExtend(observed(before), [cluster], 'REFUSE', false));
  t.same(after.trust.Statement, [statement([lineOf('other'), lineOf('my-cluster')]), people({ a: gone })]);
  const one = { Statement: statement(lineOf('other'), { Principal: { Service: service, AWS: gone } }) };
  t.same(requirePlanned(planExtend(observed(one), [cluster], 'REFUSE', false)).after.trust, {
    Statement: statement([lineOf('other'), lineOf('my-cluster')]),
  });
  t.end();
});

t.test('when there is nothing else to write, only MERGE removes them', (t) => {
  const before = policy(statement(lineOf('my-cluster')), people(gone));
  const extend = (mode: 'REFUSE' | 'MERGE') =>
    requirePlanned(planExtend(observed(before), [cluster], mode, false));
  t.same(extend('REFUSE').steps, []);
  t.same(requirePlanned(planEnsure(observed(before), { clusters: [cluster] })).steps, []);
  const merged = extend('MERGE');
  t.same(merged.after.trust, policy(statement(lineOf('my-cluster'))));
  t.match(merged, { kind: 'REPAIR', effects: { principalsRemoved: [gone], clustersLost: [] } });
  t.same(
    requirePlanned(planExtend(observed(merged.after.trust), [cluster], 'MERGE', false)).steps,
    [],
    'once',
  );
  t.end();
});

t.test('in NotPrincipal they stay, and the plan is refused with the text to write in IAM', (t) => {
  const deny = (NotPrincipal: JsonObject): JsonObject => ({
    Effect: 'Deny',
    NotPrincipal,
    Action: 'sts:TagSession',
  });
  const before = policy(pods, deny({ AWS: [gone, root], Service: service }));
  for (const result of [
    planExtend(observed(before), [cluster], 'REFUSE', false),
    planExtend(observed(before), [cluster], 'MERGE', false),
    planEnsure(observed(before), { clusters: [cluster] }),
    planRetract(observed(before), other),
  ]) {
    if (!isRefusal(result)) throw new Error('it is planned');
    t.equal(result.refused, 'TRUST_MISMATCH');
    t.ok(result.message.includes(gone), 'it names the principal');
    t.ok(result.message.includes('/Statement/1'), 'and the statement');
    t.ok(result.message.includes(JSON.stringify(deny({ AWS: root, Service: service }))), 'and what to write');
  }
  t.same(
    requirePlanned(planExtend(observed(before), [other], 'REFUSE', false)).steps,
    [],
    'nothing to write, nothing to refuse',
  );
  const refusal = planExtend(observed(policy(pods, deny({ AWS: gone }))), [cluster], 'REFUSE', false);
  t.match(refusal, { refused: 'TRUST_MISMATCH', message: /Remove the statement in IAM/ });
  t.match(
    planExtend(observed(policy(statement(null), deny({ AWS: gone }))), [cluster], 'REPLACE', false),
    { after: { trust: policy(statement(lineOf('my-cluster'))) } },
    'REPLACE leaves it out',
  );
  t.end();
});

t.test('no plan writes a policy without statements', (t) => {
  const snapshot = { trust: policy(people(gone)), policies: { attached: [], inline: null }, tags: {} };
  t.match(planRevert(observed(policy(pods)), snapshot), {
    refused: 'TRUST_MISMATCH',
    message: /no statement left/,
  });
  t.end();
});
