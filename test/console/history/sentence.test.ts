import t from 'tap';
import { type Change, canRevert, marksOf, sentenceText, titleOf } from '#console/history/sentence.ts';

const change: Change = {
  id: 'change_1',
  seq: 2,
  settles: 1,
  at: '2026-11-30T09:00:00.000Z',
  endedAt: '2026-11-30T09:00:02.000Z',
  kind: 'EXTEND',
  outcome: 'SUCCEEDED',
  accountId: '111122223333',
  roleName: 'pods',
  roleId: null,
  clusters: [{ region: 'us-west-2', name: 'search' }],
  actor: { subject: 'operator@example', issuer: null },
  via: 'REST',
  reason: 'CHG-1042',
  override: null,
  requestId: 'r',
  idempotencyKey: null,
  sessionName: 's',
  reverts: null,
  planId: null,
  planned: [],
  effects: null,
  before: null,
  after: null,
  diff: '',
  editedOutside: false,
  steps: [],
  error: null,
  recovered: false,
  previousHash: '',
  hash: '',
};
const clusters = (...names: string[]) => ({
  clusters: names.map((text) => {
    const [region = '', name = ''] = text.split('/');
    return { region, name };
  }),
});

const sentences: [Partial<Change>, string][] = [
  [{}, 'operator@example added us-west-2/search to pods in 111122223333.'],
  [{ via: 'SWEEP' }, 'operator@example added us-west-2/search to pods in 111122223333 in a sweep.'],
  [{ via: 'GRAPHQL' }, 'operator@example added us-west-2/search to pods in 111122223333 through GraphQL.'],
  [{ outcome: 'PENDING' }, 'operator@example is adding us-west-2/search to pods in 111122223333.'],
  [
    { outcome: 'FAILED' },
    'operator@example tried to add us-west-2/search to pods in 111122223333; nothing was changed.',
  ],
  [
    { outcome: 'PARTIAL' },
    'operator@example began to add us-west-2/search to pods in 111122223333; AWS took only some of the writes.',
  ],
  [
    { outcome: 'UNKNOWN', via: 'SWEEP' },
    'operator@example tried to add us-west-2/search to pods in 111122223333 in a sweep; whether AWS took it is not known.',
  ],
  [clusters('r/a', 'r/b'), 'operator@example added r/a and r/b to pods in 111122223333.'],
  [clusters('r/a', 'r/b', 'r/c'), 'operator@example added r/a, r/b and r/c to pods in 111122223333.'],
  [
    clusters('r/a', 'r/b', 'r/c', 'r/d'),
    'operator@example added r/a, r/b and 2 more to pods in 111122223333.',
  ],
  [
    clusters('*/*', 'r/*', '*/a'),
    'operator@example added any cluster, every cluster in r and a in every Region to pods in 111122223333.',
  ],
  [clusters(), 'operator@example extended pods in 111122223333.'],
  [{ kind: 'CREATE' }, 'operator@example created pods in 111122223333 for us-west-2/search.'],
  [
    { kind: 'CREATE', outcome: 'PENDING', ...clusters() },
    'operator@example is creating pods in 111122223333.',
  ],
  [{ kind: 'REPAIR' }, 'operator@example repaired pods in 111122223333 for us-west-2/search.'],
  [{ kind: 'RETRACT' }, 'operator@example removed us-west-2/search from pods in 111122223333.'],
  [
    { kind: 'RETRACT', outcome: 'FAILED', ...clusters() },
    'operator@example tried to remove clusters from pods in 111122223333; nothing was changed.',
  ],
  [{ kind: 'REVERT' }, 'operator@example reverted a change of pods in 111122223333.'],
  [
    { kind: 'CLAIM', claimant: 'portal' },
    'operator@example claimed us-west-2/search of pods in 111122223333 for portal.',
  ],
  [
    { kind: 'CLAIM', claimant: 'https://id.example|operator' },
    'operator@example claimed us-west-2/search of pods in 111122223333 for operator.',
  ],
  [{ kind: 'RELEASE' }, 'operator@example ended a claim on us-west-2/search of pods in 111122223333.'],
  [
    { kind: 'RELEASE', claimant: 'portal', lineKept: 'CLAIMED' },
    'operator@example ended the claim of portal on us-west-2/search of pods in 111122223333, whose line stays: another claim needs it.',
  ],
  [
    { kind: 'RELEASE', claimant: 'portal', lineKept: 'LAST_CLUSTER' },
    'operator@example ended the claim of portal on us-west-2/search of pods in 111122223333, whose line stays: it is the last one.',
  ],
];
for (const [given, text] of sentences)
  t.test(text, async (t) => {
    t.equal(sentenceText({ ...change, ...given }), text);
  });

t.test('marks say what was special', async (t) => {
  t.same(marksOf(change), []);
  t.same(
    marksOf({ ...change, recovered: true, editedOutside: true, override: 'PRINCIPALS_LOST' }).map(
      (mark) => mark.split(':')[0],
    ),
    ['Recovered', 'Edited outside', 'Overridden'],
  );
  t.same(
    marksOf({ ...change, override: 'CLUSTER_CLAIMED', overrides: ['CLUSTER_CLAIMED', 'PROFILE_ACTIVE'] }),
    ['Overridden: somebody claims the cluster', 'Overridden: an active Fargate profile uses the role'],
  );
});

const planned: Change['planned'] = [{ action: 'iam:UpdateAssumeRolePolicy', detail: {} }];
const revertible: [string, Partial<Change>, boolean][] = [
  ['a change that wrote', { planned }, true],
  ['one that was half done', { planned, outcome: 'PARTIAL' }, true],
  ['one whose outcome is not known', { planned, outcome: 'UNKNOWN' }, true],
  ['a revert', { planned, kind: 'REVERT' }, true],
  ['one that failed', { planned, outcome: 'FAILED' }, false],
  ['one in progress', { planned, outcome: 'PENDING' }, false],
  ['one that wrote nothing', { kind: 'CLAIM' }, false],
  ['a creation', { planned, kind: 'CREATE' }, false],
];
for (const [text, given, expected] of revertible)
  t.test(`${text} can ${expected ? '' : 'not '}be reverted`, async (t) => {
    t.equal(canRevert({ ...change, ...given }), expected);
  });

t.test('a title begins with a capital letter', async (t) => {
  t.equal(titleOf(change), 'Added us-west-2/search to pods');
  t.equal(titleOf({ ...change, kind: 'CREATE', outcome: 'FAILED' }), 'Tried to create pods');
});
