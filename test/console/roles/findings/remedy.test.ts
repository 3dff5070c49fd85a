import t from 'tap';
import { type Remedy, readRemedy, remedyLabel } from '#console/roles/findings/remedy.ts';
import { cures } from '#src/domain/remedies/cures.ts';
import type { NamedRequest, Remedy as Prescribed } from '#src/domain/remedies/remedy.ts';
import { formatRemedy } from '#src/operations/call/remedy-text.ts';
import type { FindingCode } from '#src/schema/report.ts';

const own = [
  { region: 'us-west-2', name: 'search' },
  { region: 'us-*', name: 'prod-*' },
];
const clusters = [{ region: 'us-west-2', name: 'search' }];
const about = { accountId: '111122223333', roleName: 'fargate', clusters: [] };
const read = (code: FindingCode, remedy: Prescribed) =>
  readRemedy({ code, remedy: formatRemedy(remedy, 'REST', about) }, own);
const extend = (more: Partial<NamedRequest>): NamedRequest => ({
  request: 'EXTEND',
  clusters: 'OWN',
  ...more,
});

const remedies: [
  code: FindingCode,
  remedy: Prescribed,
  text: string,
  operation: Remedy['operation'],
  label: string,
][] = [
  [
    'SOURCE_ARN_MISSING',
    { request: extend({ onMismatch: 'MERGE' }), text: 'confine the statement to the clusters that you name' },
    'Confine the statement to the clusters that you name.',
    { kind: 'extend', clusters, onMismatch: 'MERGE' },
    'Mend the trust policy',
  ],
  [
    'PRINCIPAL_NODE_SHARED',
    {
      request: extend({ onMismatch: 'REPLACE', overrides: ['PRINCIPALS_LOST'] }),
      before: 'Pods and EC2 nodes need different roles. Give the nodes their own role, then',
      text: 'rewrite the policy without them',
    },
    'Pods and EC2 nodes need different roles. Give the nodes their own role, then rewrite the policy without them.',
    { kind: 'extend', clusters, onMismatch: 'REPLACE' },
    'Rewrite the trust policy',
  ],
  [
    'NO_CLUSTER_COVERED',
    { request: extend({ clusters: 'CHOSEN' }), text: 'let in the clusters that you name' },
    'Let in the clusters that you name.',
    { kind: 'extend' },
    'Add clusters',
  ],
  [
    'POLICY_NOT_ATTACHED',
    { request: extend({}), text: 'attach the policy' },
    'Attach the policy.',
    { kind: 'repair', clusters },
    'Attach the policy',
  ],
  [
    'QUOTA_NEAR',
    { request: extend({ compact: true, overrides: ['MANAGED_ELSEWHERE'] }), text: 'merge statements' },
    'Merge statements.',
    { kind: 'extend', clusters, compact: true },
    'Shorten the trust policy',
  ],
  [
    'CLUSTER_WILDCARD',
    {
      request: extend({
        clusters: 'CHOSEN',
        onMismatch: 'MERGE',
        drop: [{ region: 'us-west-2', name: '*' }],
      }),
      before: 'If that is not intended, name the clusters to keep and',
      text: 'remove the line',
    },
    'If that is not intended, name the clusters to keep and remove the line.',
    { kind: 'extend', clusters, onMismatch: 'MERGE', drop: [{ region: 'us-west-2', name: '*' }] },
    'Remove the line',
  ],
  [
    'CLUSTER_GONE',
    { request: { request: 'PRUNE', clusters: 'CHOSEN' }, text: 'remove the lines of clusters that are gone' },
    'Remove the lines of clusters that are gone.',
    { kind: 'prune' },
    'Remove lines of clusters that are gone',
  ],
  [
    'ROLE_MISSING',
    { request: { request: 'CREATE', clusters: 'CHOSEN' }, text: 'create it' },
    'Create it.',
    { kind: 'create' },
    'Create the role',
  ],
];
for (const [code, remedy, text, operation, label] of remedies)
  t.test(`the remedy of ${code}`, async (t) => {
    const found = read(code, remedy);
    t.same(found, { text, operation });
    t.equal(operation && remedyLabel(operation), label);
  });

t.test('no remedy of the service shows a request', async (t) => {
  for (const [code, { attempts, purpose, before }] of Object.entries(cures))
    for (const { drop, prune, ...options } of attempts) {
      const request: NamedRequest = prune
        ? { request: 'PRUNE', clusters: 'CHOSEN' }
        : { request: 'EXTEND', clusters: 'SAME', ...options, ...(drop && { drop: own.slice(1) }) };
      const found = read(code as FindingCode, { request, text: purpose, ...(before && { before }) });
      t.notMatch(found.text, /Send|send|POST|…/, code);
      t.ok(found.operation, code);
    }
});

t.test('a remedy without a request stays as it is', async (t) => {
  const text = 'Nothing to do if they are intended.';
  t.same(read('EXTRA_POLICIES', { request: null, text }), { text, operation: null });
});
