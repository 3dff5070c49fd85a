import t from 'tap';
import { planRetract } from '#src/domain/plan/plan-retract.ts';
import { isRefusal } from '#src/domain/plan/planned.ts';
import type { JsonObject } from '#src/schema/primitives.ts';
import {
  accountId,
  cluster,
  lineOf,
  observed,
  policy,
  service,
  statement,
} from '#test/domain/fixtures/observed.ts';

const line = lineOf('my-cluster');
const other = lineOf('other');
const like = (condition: JsonObject): JsonObject => statement(null, { Condition: condition });
const shared = { Principal: { Service: [service, 'eks.amazonaws.com'] } };

t.test('the last line that lets pods use the role stays', (t) => {
  const rows: [about: string, trust: JsonObject, isLast: boolean][] = [
    ['the only one', policy(statement(line)), true],
    ['the only one, twice', policy(statement([line, line]), statement(line)), true],
    [
      'one of two operators',
      policy(like({ ArnLike: { 'aws:SourceArn': line }, StringLike: { 'aws:SourceArn': other } })),
      true,
    ],
    [
      'both of two operators',
      policy(like({ ArnLike: { 'aws:SourceArn': line }, StringLike: { 'aws:SourceArn': line } })),
      true,
    ],
    [
      'one of two operators that has another line: none fits both',
      policy(like({ ArnLike: { 'aws:SourceArn': [line, other] }, StringLike: { 'aws:SourceArn': line } })),
      true,
    ],
    [
      'one of two keys that differ in case',
      policy(like({ ArnLike: { 'aws:SourceArn': line, 'AWS:sourcearn': other } })),
      true,
    ],
    [
      "beside the cluster's own ARN",
      policy(statement([line, `arn:aws:eks:us-west-2:${accountId}:cluster/other`])),
      true,
    ],
    [
      'beside a line of another partition',
      policy(statement([line, `arn:aws-cn:eks:cn-north-1:${accountId}:fargateprofile/a/*`])),
      true,
    ],
    ['beside what is no ARN', policy(statement([line, 'x'])), true],
    [
      'beside a line of another account alone',
      policy(statement([line, lineOf('a', 'us-west-2', '999988887777')])),
      true,
    ],
    [
      'beside a statement that never holds',
      policy(
        statement(line),
        like({ ArnLike: { 'aws:SourceArn': other }, StringEquals: { 'aws:SourceAccount': '999988887777' } }),
      ),
      true,
    ],
    [
      'beside a dead statement of another operator',
      policy(statement(line), like({ StringEquals: { 'aws:SourceArn': other } })),
      true,
    ],
    ['in a shared statement', policy(statement(line, shared)), true],
    ['beside an open statement, which has no line', policy(statement(line), statement(null)), true],
    ['beside another', policy(statement([line, other])), false],
    ['beside one for a single profile, on which pods run', policy(statement([line, lineOf('a/p')])), false],
    [
      'beside a statement that may hold',
      policy(
        statement(line),
        like({ ArnLike: { 'aws:SourceArn': other }, StringEquals: { 'example:unknown': 'x' } }),
      ),
      false,
    ],
    ['beside one in another statement', policy(statement(line), statement(other, shared)), false],
    ['a dead one among dead ones', policy(like({ StringEquals: { 'aws:SourceArn': [line, other] } })), false],
  ];
  for (const [about, trust, isLast] of rows) {
    const result = planRetract(observed(trust), cluster);
    if (isLast) t.match(result, { refused: 'LAST_CLUSTER' }, about);
    else if (isRefusal(result)) t.fail(`${about}: ${result.message}`);
    else {
      const { Statement } = result.after.trust;
      t.ok(Array.isArray(Statement) && Statement.length > 0, `${about}: a statement is left`);
      t.notMatch(JSON.stringify(Statement), line, `${about}: the line is gone`);
    }
  }
  t.end();
});

t.test('other principals of an emptied statement keep it unchanged', (t) => {
  const result = planRetract(observed(policy(statement(line, shared), statement(other))), cluster);
  t.match(result, {
    after: {
      trust: policy(statement(line, { Principal: { Service: 'eks.amazonaws.com' } }), statement(other)),
    },
  });
  t.end();
});
