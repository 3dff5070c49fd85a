import t from 'tap';
import { judge, linesOf } from '#dev/chaos/judge.ts';
import type { LedgerEntry } from '#dev/sandbox/aws/model.ts';
import type { Change } from '#src/schema/change.ts';

// The judge must find faults: one broken promise a case.

const accountId = '111122223333';
const policy = (name: string) => ({ Statement: [{ Condition: { ArnLike: { 'aws:SourceArn': name } } }] });
const write = (seq: number, name = 'a', more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  seq,
  at: 2000,
  accountId,
  action: 'iam:UpdateAssumeRolePolicy',
  roleName: 'Role',
  requestId: `aws-${seq}`,
  sessionName: null,
  params: { RoleName: 'Role', PolicyDocument: JSON.stringify(policy(name)) },
  ...more,
});
const step = (awsRequestId: string | null, outcome = 'SUCCEEDED') => ({
  action: 'iam:UpdateAssumeRolePolicy',
  outcome,
  awsRequestId,
});
const change = (id: string, more: object = {}) =>
  ({
    id,
    at: new Date(1000).toISOString(),
    kind: 'EXTEND',
    outcome: 'SUCCEEDED',
    accountId,
    roleName: 'role',
    idempotencyKey: null,
    planned: [{ action: 'iam:UpdateAssumeRolePolicy', detail: { policyDocument: policy('a') } }],
    steps: [step('aws-1')],
    ...more,
  }) as unknown as Change;

const cases: [string, LedgerEntry[], Change[], RegExp | null][] = [
  ['a write and its change', [write(1)], [change('one')], null],
  ['a lost answer, found by its effect', [write(1)], [change('one', { steps: [step(null)] })], null],
  [
    'a change that waits for its outcome',
    [write(1)],
    [change('one', { outcome: 'PENDING', steps: [] })],
    null,
  ],
  ['a refusal without a write', [], [change('one', { outcome: 'FAILED', steps: [] })], null],
  ['a claim that writes nothing', [], [change('one', { kind: 'CLAIM', planned: [], steps: [] })], null],
  ['nobody knows of a write', [write(1)], [], /belongs to no change/],
  [
    'a write of another role',
    [write(1)],
    [change('one', { roleName: 'other', steps: [step(null)] })],
    /belongs to no change/,
  ],
  [
    'a write of another effect',
    [write(1, 'b')],
    [change('one', { steps: [step(null)] })],
    /belongs to no change/,
  ],
  [
    'a change opened after the write',
    [write(1, 'a', { at: 500 })],
    [change('one', { steps: [step(null)] })],
    /belongs to no change/,
  ],
  [
    'a change that denies its write',
    [write(1)],
    [change('one', { outcome: 'FAILED', steps: [step(null, 'FAILED')] })],
    /denies/,
  ],
  [
    'a change without a step for it',
    [write(1)],
    [change('one', { outcome: 'SUCCEEDED', steps: [] })],
    /no step/,
  ],
  [
    'one effect twice',
    [write(1), write(2)],
    [change('one', { steps: [step('aws-1'), step('aws-2')] })],
    /second of its kind/,
  ],
  ['a repeated write that nobody tells of', [write(1), write(2)], [change('one')], /belongs to no change/],
  ['a request that never was', [], [change('one')], /never accepted/],
  ['a success without a write', [], [change('one', { steps: [step(null)] })], /took no write/],
  ['two changes for one request', [write(1)], [change('one'), change('two')], /both claim/],
  [
    'two effects under one key',
    [write(1), write(2)],
    [change('one', { idempotencyKey: 'k' }), change('two', { idempotencyKey: 'k', steps: [step('aws-2')] })],
    /2 effects under one/,
  ],
];

for (const [what, writes, changes, expected] of cases)
  t.test(what, async (t) => {
    const { broken } = judge({ writes, changes });
    if (expected) t.match(broken.join('\n'), expected);
    else t.strictSame(broken, []);
  });

t.test('it reports how a write was matched, and pending changes', async (t) => {
  const judged = judge({
    writes: [write(1), write(2, 'b')],
    changes: [
      change('one'),
      change('two', {
        outcome: 'PENDING',
        steps: [],
        planned: [{ action: 'iam:UpdateAssumeRolePolicy', detail: { policyDocument: policy('b') } }],
      }),
    ],
  });
  t.match(judged, { broken: [], byRequestId: 1, byEffect: 1, pending: 1 });
  t.equal(judged.owners.get(2)?.id, 'two');
});

t.test('lines of a trust policy, whatever the operator and the form', async (t) => {
  const of = (condition: object) => ({ Statement: { Condition: condition } });
  t.strictSame(linesOf(of({ ArnLike: { 'aws:SourceArn': ['b', 'a', 'b'] } })), ['a', 'b']);
  t.strictSame(linesOf(of({ StringEquals: { 'aws:SourceArn': 'a', other: 'x' } })), ['a']);
  t.strictSame(linesOf(of({})), []);
  t.strictSame(linesOf(null), []);
});
