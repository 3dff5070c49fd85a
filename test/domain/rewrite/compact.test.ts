import t from 'tap';
import { planExtend } from '#src/domain/plan/plan-extend.ts';
import type { JsonObject } from '#src/schema/primitives.ts';
import {
  accountId,
  cluster,
  lineOf,
  observed,
  policy,
  requirePlanned,
  service,
  statement,
} from '#test/domain/fixtures/observed.ts';

const line = lineOf('my-cluster');
const compacted = (trust: JsonObject) =>
  requirePlanned(planExtend(observed(trust), [cluster], 'REFUSE', true));
const besides = (lines: unknown, more: JsonObject): JsonObject =>
  statement(null, { Condition: { ArnLike: { 'aws:SourceArn': lines }, ...more } });
const ours = { StringEquals: { 'aws:SourceAccount': accountId } };

t.test('statements that differ only in their lines become one', (t) => {
  const [a, b] = [lineOf('a'), lineOf('b')];
  const rows: [about: string, before: JsonObject, after: JsonObject, removed: number][] = [
    ['two', policy(statement(line), statement(a)), policy(statement([line, a])), 1],
    ['each line once', policy(statement([line, a]), statement([a, b])), policy(statement([line, a, b])), 1],
    [
      'Sids are names: the first stays',
      policy(statement(line, { Sid: 'X' }), statement(a, { Sid: 'Y' })),
      policy(statement([line, a], { Sid: 'X' })),
      1,
    ],
    [
      'in their order, around another',
      policy(statement(a), statement(null, { Effect: 'Deny', Principal: { AWS: 'x' } }), statement(line)),
      policy(statement([a, line]), statement(null, { Effect: 'Deny', Principal: { AWS: 'x' } })),
      1,
    ],
    [
      'and a line that covers the others stays alone',
      policy(statement(line), statement(lineOf('*'))),
      policy(statement(lineOf('*'))),
      1,
    ],
    [
      'one form of a list or another',
      policy(statement(line, { Action: ['sts:AssumeRole'] }), statement(a)),
      policy(statement([line, a], { Action: ['sts:AssumeRole'] })),
      1,
    ],
    [
      'with the same condition besides',
      policy(besides(line, ours), besides(a, ours)),
      policy(besides([line, a], ours)),
      1,
    ],
    [
      'another condition',
      policy(statement(line), besides(a, ours)),
      policy(statement(line), besides(a, ours)),
      0,
    ],
    [
      'another operator',
      policy(statement(line), statement(null, { Condition: { StringLike: { 'aws:SourceArn': a } } })),
      policy(statement(line), statement(null, { Condition: { StringLike: { 'aws:SourceArn': a } } })),
      0,
    ],
    [
      'another principal besides',
      policy(statement(line), statement(a, { Principal: { Service: [service, 'eks.amazonaws.com'] } })),
      policy(statement(line), statement(a, { Principal: { Service: [service, 'eks.amazonaws.com'] } })),
      0,
    ],
    [
      'what a Deny names',
      policy(statement(line), statement(a, { Effect: 'Deny' }), statement(b, { Effect: 'Deny' })),
      policy(statement(line), statement(a, { Effect: 'Deny' }), statement(b, { Effect: 'Deny' })),
      0,
    ],
    [
      'exceptions',
      policy(
        statement(line),
        statement(null, {
          Condition: { ArnLike: { 'aws:SourceArn': a }, ArnNotLike: { 'aws:SourceArn': lineOf('a/p') } },
        }),
        statement(null, {
          Condition: { ArnLike: { 'aws:SourceArn': b }, ArnNotLike: { 'aws:SourceArn': lineOf('a/p') } },
        }),
      ),
      policy(
        statement(line),
        statement(null, {
          Condition: { ArnLike: { 'aws:SourceArn': a }, ArnNotLike: { 'aws:SourceArn': lineOf('a/p') } },
        }),
        statement(null, {
          Condition: { ArnLike: { 'aws:SourceArn': b }, ArnNotLike: { 'aws:SourceArn': lineOf('a/p') } },
        }),
      ),
      0,
    ],
  ];
  for (const [about, before, after, removed] of rows) {
    const plan = compacted(before);
    t.same(plan.after.trust, after, about);
    t.equal(plan.effects.statementsRemoved.length, removed, `${about}: the statements that go are named`);
    t.same(
      [plan.effects.clustersLost, plan.effects.clustersGained],
      [[], []],
      `${about}: nobody gains or loses`,
    );
    t.same(compacted(plan.after.trust).steps, [], `${about}: once`);
  }
  t.same(
    requirePlanned(planExtend(observed(policy(statement(line), statement(a))), [cluster], 'REFUSE', false))
      .steps,
    [],
    'only when asked for',
  );
  t.end();
});

t.test('folding eighteen statements of one cluster makes room in the quota', (t) => {
  const many = policy(
    ...Array.from({ length: 18 }, (_, i) => statement(lineOf(`c-${i}`), { Sid: `Cluster${i}` })),
  );
  const role = observed(many, {}, { quota: JSON.stringify(many).length });
  const asked = ['x', 'y', 'z'].map((name) => ({ region: 'us-west-2', name }));
  const refusal = planExtend(role, asked, 'REFUSE', false);
  t.match(
    refusal,
    { refused: 'QUOTA_EXCEEDED', suggestion: { clusters: asked, compact: true, alsoLetsIn: [] } },
    'the scope stays',
  );
  const plan = requirePlanned(planExtend(role, asked, 'REFUSE', true));
  t.equal((plan.after.trust.Statement as unknown[]).length, 1);
  t.same(plan.effects.clustersGained, asked);
  t.end();
});
