import fc from 'fast-check';
import t from 'tap';
import { planEnsure } from '#src/domain/plan/plan-ensure.ts';
import { planExtend } from '#src/domain/plan/plan-extend.ts';
import { planRetract } from '#src/domain/plan/plan-retract.ts';
import { isRefusal, type PlanResult } from '#src/domain/plan/planned.ts';
import { findMergeBase } from '#src/domain/plan/steps/merge-base.ts';
import { writeLike, writeNew } from '#src/domain/policy/stored-text.ts';
import type { Change } from '#src/schema/change.ts';
import type { JsonObject } from '#src/schema/primitives.ts';
import { cluster, lineOf, observed, other, service } from '#test/domain/fixtures/observed.ts';

const numRuns = 300;
/** The characters that IAM accepts, according to its API model. */
const taken = /^[\t\n\r\x20-\xFF]+$/;

t.test('unchanged parts keep their stored text, new parts are JSON', (t) => {
  const rows: [about: string, text: string, edit: (document: JsonObject) => unknown, written: string][] = [
    ['a number', '{"a":1.10,"b":1}', (d) => ({ ...d, b: 2 }), '{"a":1.10,"b":2}'],
    [
      'a number too large',
      '{"a":12345678901234567890,"b":1e400}',
      (d) => ({ ...d, c: 1 }),
      '{"a":12345678901234567890,"b":1e400,"c":1}',
    ],
    [
      'the order of keys that look like numbers',
      '{"x":{"2":0,"1":0},"b":1}',
      (d) => ({ ...d, b: 2 }),
      '{"x":{"2":0,"1":0},"b":2}',
    ],
    [
      'escapes in a key and in a value',
      '{"\\u0061":"\\u00e9\\/","b":1}',
      (d) => ({ ...d, b: 2 }),
      '{"\\u0061":"\\u00e9\\/","b":2}',
    ],
    [
      'white space within a part that stays',
      '{"a": [1,  2], "b": 1}',
      (d) => ({ ...d, b: 2 }),
      '{"a":[1,  2],"b":2}',
    ],
    ['a member that goes', '{"a":1.0,"b":2.0,"c":3.0}', ({ a, c }) => ({ a, c }), '{"a":1.0,"c":3.0}'],
    ['a member that is undefined', '{"a":1.0,"b":2.0}', (d) => ({ ...d, b: undefined }), '{"a":1.0}'],
    ['items that move', '[1.0,2.0,3.0]', () => [3, 4, 1], '[3.0,4,1.0]'],
    [
      'an item that is edited, after one that goes',
      '[{"x":1.0},{"y":2.0,"z":[1.0]}]',
      () => [{ y: 2, z: [1, 5] }],
      '[{"y":2,"z":[1,5]}]',
    ],
    [
      'an item that is edited, before one that stays',
      '[{"y":2.0,"z":[1.0]},{"x":1.0}]',
      () => [{ y: 2, z: [1, 5] }, { x: 1 }],
      '[{"y":2.0,"z":[1.0,5]},{"x":1.0}]',
    ],
    [
      'a repeated key in a part that stays',
      '{"a":{"b":1.0,"b":2.0},"c":1}',
      (d) => ({ ...d, c: 2 }),
      '{"a":{"b":1.0,"b":2.0},"c":2}',
    ],
    [
      'a repeated key in a part that is edited',
      '{"a":{"b":1.0,"b":2.0}}',
      () => ({ a: { b: 2, c: 1 } }),
      '{"a":{"b":2.0,"c":1}}',
    ],
    [
      'another kind of value',
      '{"a":[1.0],"b":{"c":1.0},"d":1.0}',
      () => ({ a: { c: 1 }, b: [1], d: null }),
      '{"a":{"c":1},"b":[1],"d":null}',
    ],
    ['__proto__', '{"__proto__":{"a":1.0},"b":1}', (d) => ({ ...d, b: 2 }), '{"__proto__":{"a":1.0},"b":2}'],
    [
      'strings of braces and quotes',
      '{"a":"}\\"{,","b":1.0}',
      (d) => ({ ...d, c: 1 }),
      '{"a":"}\\"{,","b":1.0,"c":1}',
    ],
    [
      'booleans and null',
      '{"a":true,"b":null,"c":1}',
      (d) => ({ ...d, c: false }),
      '{"a":true,"b":null,"c":false}',
    ],
    ['nothing in common', '{}', () => ({ a: [] }), '{"a":[]}'],
  ];
  for (const [about, text, edit, written] of rows)
    t.equal(writeLike(edit(JSON.parse(text) as JsonObject), text), written, about);
  const repeated = '{"a":{"b":1.0,"b":2.0},"c":[{"d":1.0,"d":1.0}]}';
  t.equal(writeLike(JSON.parse(repeated), repeated), repeated);
  t.equal(
    writeLike(JSON.parse(repeated), repeated, true),
    '{"a":{"b":2.0},"c":[{"d":1.0}]}',
    'or once, wherever it stands',
  );
  t.end();
});

t.test('the text has the content of the document, in characters that IAM accepts', (t) => {
  const json = fc.jsonValue({ maxDepth: 4 }).map((value) => ({ Statement: value }) as JsonObject);
  const space = fc.constantFrom(0, 2);
  fc.assert(
    fc.property(json, json, space, (before, after, indent) => {
      const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;
      for (const document of [after, before, { ...before, more: after }]) {
        const written = writeLike(document, JSON.stringify(before, null, indent));
        if (!taken.test(written)) throw new Error(`IAM does not take ${written}`);
        if (JSON.stringify(sorted(JSON.parse(written))) !== JSON.stringify(sorted(plain(document))))
          throw new Error(written);
      }
      if (!taken.test(writeNew(after))) throw new Error('IAM does not take it');
    }),
    { numRuns },
  );
  t.end();
});

/** Sorts keys, so that two documents can be compared. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => [key, sorted(member)]);
}

t.test('a text over the 131,072 characters of the API is written without white space', (t) => {
  const text = `{"a":"b c",${' '.repeat(131_072)}"b":[1, 2]}`;
  t.equal(writeLike(JSON.parse(text), text), '{"a":"b c","b":[1,2]}');
  t.end();
});

/** The text that a plan sends. */
function sent(result: PlanResult): string {
  if (isRefusal(result)) throw new Error(result.message);
  const [step] = result.steps;
  return step?.action === 'iam:UpdateAssumeRolePolicy' ? step.text : 'nothing';
}

const odd = `{ "Sid": "People", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "sts:AssumeRole",
  "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": 1.10}, "Bool": {"aws:MultiFactorAuthPresent": true},
  "StringEquals": {"aws:PrincipalTag/\\u90e8": "\\u57fa", "2": "b", "1": "a"}} }`;
const stored = (lines: string[]) =>
  `{"Version":"2012-10-17","Statement":[${odd},{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"${service}"},
  "Condition":{"StringEquals":{"aws:SourceAccount":"\\u003111122223333"},"Null":{"aws:SourceArn":false},"ArnLike":{"aws:SourceArn":${JSON.stringify(lines)}}}}]}`;

t.test('every plan sends unchanged statements verbatim', (t) => {
  const open = stored([]).replace(',"ArnLike":{"aws:SourceArn":[]}', '');
  const two = stored([lineOf('other'), lineOf('my-cluster')]);
  const rows: [string, PlanResult][] = [
    ['extend', planExtend(observed(stored([lineOf('other')])), [cluster], 'REFUSE', false)],
    ['compact', planExtend(observed(stored([lineOf('other'), lineOf('other')])), [cluster], 'REFUSE', true)],
    ['MERGE', planExtend(observed(open), [cluster], 'MERGE', false)],
    ['PUT', planEnsure(observed(stored([lineOf('other')])), { clusters: [cluster] })],
    ['DELETE', planRetract(observed(two), other)],
  ];
  for (const [about, result] of rows) {
    const text = sent(result);
    t.ok(text.includes(odd), `${about}: the other statement`);
    t.match(text, taken, `${about}: in characters that IAM accepts`);
  }
  t.match(
    sent(rows[0]?.[1] as PlanResult),
    '{"aws:SourceAccount":"\\u003111122223333"},"Null":{"aws:SourceArn":false}',
    'of the edited statement, the other conditions',
  );
  t.end();
});

t.test('characters that IAM does not accept are escaped, though an emulator stores them', (t) => {
  const raw = stored([lineOf('other')])
    .replace('\\u90e8', '部')
    .replace('\\u57fa', '\u{1f600}\u007f\u0080ÿĀ');
  const text = sent(planExtend(observed(raw), [cluster], 'REFUSE', false));
  t.match(text, '"aws:PrincipalTag/\\u90e8": "\\ud83d\\ude00\u007f\u0080ÿ\\u0100"');
  t.match(text, taken);
  t.equal(
    sent(planExtend(observed(raw, {}, { quota: 700 }), [cluster], 'REFUSE', false)),
    text,
    'the quota applies to the text that is sent',
  );
  const size = text.replaceAll(/\s/g, '').length;
  t.match(planExtend(observed(raw, {}, { quota: size - 1 }), [cluster], 'REFUSE', false), {
    refused: 'QUOTA_EXCEEDED',
  });
  t.end();
});

t.test('a change that IAM does not show yet is the base, in the form of the shown text', (t) => {
  const read = observed(stored([lineOf('a')])).role;
  const at = new Date(1_000_000);
  const trust = (lines: string[]) => JSON.parse(stored(lines)) as JsonObject;
  const snapshot = (lines: string[]) => ({
    trust: trust(lines),
    policies: { attached: read.attached, inline: null },
    tags: {},
  });
  const change = {
    roleId: read.roleId,
    at: at.toISOString(),
    endedAt: null,
    steps: [],
    outcome: 'SUCCEEDED',
    before: snapshot(['a'].map((name) => lineOf(name))),
    after: snapshot(['a', 'b'].map((name) => lineOf(name))),
  } as unknown as Change;
  const { role, unshown } = findMergeBase(read, [change], at.getTime() + 10, 60_000);
  t.ok(unshown);
  t.ok(role?.trustText.includes(odd));
  t.same(JSON.parse(role?.trustText ?? ''), trust(['a', 'b'].map((name) => lineOf(name))));
  t.end();
});
