import t from 'tap';
import { isResumable, keepsKey, requestOf, startDraft } from '#console/mend/draft.ts';
import type { Operation } from '#console/mend/operation.ts';

const cluster = { region: 'us-west-2', name: 'a' };
const extend: Operation = { kind: 'extend', accountId: '111122223333', roleName: 'fargate' };

t.test('a draft begins with what the operation names', async (t) => {
  const draft = startDraft({ ...extend, clusters: [cluster], onMismatch: 'MERGE', compact: true });
  t.match(draft, { rows: [cluster], onMismatch: 'MERGE', isCompact: true, isReviewing: false, sent: null });
  t.equal(startDraft(extend).rows.length, 1);
  t.ok(startDraft({ ...extend, kind: 'retract', clusters: [cluster] }).isReviewing);
});

t.test('the request is what was typed', async (t) => {
  const draft = { ...startDraft(extend), rows: [cluster, { region: '', name: '' }], roleName: ' other ' };
  t.match(requestOf(extend, draft), { roleName: 'fargate', clusters: [cluster] });
  t.match(requestOf({ ...extend, kind: 'create' }, draft), { roleName: 'other' });
});

t.test('what was sent long ago is not sent again by itself', async (t) => {
  const sent = { key: 'plan_1', etag: null, at: 1_000_000 };
  t.ok(isResumable(sent, 1_000_000 + 9 * 60_000));
  t.notOk(isResumable(sent, 1_000_000 + 11 * 60_000));
});

const failures: [name: string, error: object, keeps: boolean][] = [
  ['a lost answer', new Error('The service could not be reached.'), true],
  ['a session that ended', { code: 'UNAUTHENTICATED', retryable: false }, true],
  ['a log that cannot be written', { code: 'AUDIT_UNAVAILABLE', retryable: true }, true],
  ['the first request still runs', { code: 'IDEMPOTENCY_IN_FLIGHT', retryable: true }, true],
  ['a change that ended half-way', { code: 'AWS_FAILED', retryable: true, change: {} }, false],
  ['a role that changed', { code: 'ROLE_CHANGED', retryable: false }, false],
  ['a refusal', { code: 'CLUSTER_CLAIMED', retryable: false }, false],
];
for (const [name, error, keeps] of failures)
  t.test(`the key after ${name}`, async (t) => t.equal(keepsKey(error), keeps));
