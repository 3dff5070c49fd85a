import t from 'tap';
import {
  type Importable,
  labelsOf,
  type OrganizationAccount,
  planClosure,
  planImport,
} from '#src/domain/role/organization.ts';

const listed = (differences: Partial<OrganizationAccount> = {}): OrganizationAccount => ({
  accountId: '111122223333',
  organizationId: 'o-1',
  name: 'payments',
  partition: 'aws',
  status: 'ACTIVE',
  tags: { team: 'a' },
  ...differences,
});
const last = { id: 'o-1', name: 'payments', labels: { team: 'a' } };
const known = (differences: Partial<Importable> = {}): Importable => ({
  name: 'payments',
  partition: 'aws',
  status: 'ACTIVE',
  labels: { team: 'a' },
  organization: last,
  ...differences,
});
const byHand = (differences: Partial<Importable> = {}) => known({ organization: null, ...differences });

/** The registered account, the data of Organizations, and the result. */
const cases: [
  what: string,
  Importable | null,
  OrganizationAccount,
  effect: string,
  expected: Partial<Importable>,
][] = [
  ['a new account', null, listed(), 'ADDED', known()],
  [
    'a new account of another partition',
    null,
    listed({ partition: 'aws-us-gov' }),
    'ADDED',
    known({ partition: 'aws-us-gov' }),
  ],
  ['a new account that is closed', null, listed({ status: 'CLOSED' }), 'ADDED', known({ status: 'CLOSED' })],
  [
    'a new account whose tags cannot be read',
    null,
    listed({ tags: null }),
    'ADDED',
    { labels: {}, organization: { ...last, labels: {} } },
  ],
  ['nothing new', known(), listed(), 'UNCHANGED', known()],

  [
    'renamed in AWS',
    known(),
    listed({ name: 'pay' }),
    'CHANGED',
    { name: 'pay', organization: { ...last, name: 'pay' } },
  ],
  ['renamed by hand', known({ name: 'mine' }), listed(), 'UNCHANGED', { name: 'mine' }],
  [
    'renamed by hand, then in AWS',
    known({ name: 'mine' }),
    listed({ name: 'pay' }),
    'UNCHANGED',
    { name: 'mine', organization: { ...last, name: 'pay' } },
  ],
  [
    'registered by hand',
    byHand({ name: 'mine' }),
    listed(),
    'UNCHANGED',
    { name: 'mine', organization: last },
  ],
  [
    'registered by hand for another partition',
    byHand({ partition: 'aws-cn' }),
    listed(),
    'UNCHANGED',
    { partition: 'aws-cn' },
  ],

  [
    'a tag more',
    known(),
    listed({ tags: { team: 'a', stage: 'prod' } }),
    'CHANGED',
    { labels: { team: 'a', stage: 'prod' } },
  ],
  ['another value of a tag', known(), listed({ tags: { team: 'b' } }), 'CHANGED', { labels: { team: 'b' } }],
  ['a tag less', known(), listed({ tags: {} }), 'CHANGED', { labels: {} }],
  [
    'tags that cannot be read now',
    known(),
    listed({ tags: null }),
    'UNCHANGED',
    { labels: { team: 'a' }, organization: last },
  ],
  [
    'a label by hand',
    known({ labels: { team: 'a', own: 'x' } }),
    listed({ tags: { team: 'b' } }),
    'CHANGED',
    { labels: { own: 'x', team: 'b' } },
  ],
  [
    'a label by hand in place of a tag',
    known({ labels: { team: 'x' } }),
    listed({ tags: { team: 'b' } }),
    'UNCHANGED',
    { labels: { team: 'x' } },
  ],
  [
    'it stays when the tag goes',
    known({ labels: { team: 'x' } }),
    listed({ tags: {} }),
    'UNCHANGED',
    { labels: { team: 'x' } },
  ],
  [
    'registered by hand with labels',
    byHand({ labels: { team: 'x' } }),
    listed({ tags: { team: 'b', stage: 'prod' } }),
    'CHANGED',
    { labels: { team: 'x', stage: 'prod' } },
  ],
  [
    'a label that was taken away by hand',
    known({ labels: {} }),
    listed(),
    'CHANGED',
    { labels: { team: 'a' } },
  ],
  ['a label as the tag is, set by hand and sent back', byHand(), listed(), 'UNCHANGED', known()],

  ['suspended', known(), listed({ status: 'SUSPENDED' }), 'CHANGED', { status: 'SUSPENDED' }],
  ['closed', known(), listed({ status: 'CLOSED' }), 'CLOSED', { status: 'CLOSED' }],
  [
    'closed after it was suspended',
    known({ status: 'SUSPENDED' }),
    listed({ status: 'CLOSED' }),
    'CLOSED',
    { status: 'CLOSED' },
  ],
  [
    'closed as before',
    known({ status: 'CLOSED' }),
    listed({ status: 'CLOSED' }),
    'UNCHANGED',
    { status: 'CLOSED' },
  ],
  ['reinstated', known({ status: 'CLOSED' }), listed(), 'CHANGED', { status: 'ACTIVE' }],
  [
    'moved to another organization',
    known(),
    listed({ organizationId: 'o-2' }),
    'UNCHANGED',
    { organization: { ...last, id: 'o-2' } },
  ],
];

for (const [what, before, account, effect, expected] of cases)
  t.test(what, async (t) => {
    const found = planImport(before, account);
    t.equal(found.effect, effect);
    for (const [name, value] of Object.entries(expected))
      t.same(found.account[name as keyof Importable], value, name);
    t.match(
      planImport(found.account, account),
      { effect: 'UNCHANGED', account: found.account },
      'and again it changes nothing',
    );
  });

t.test('an account that has left the list', async (t) => {
  t.strictSame(planClosure(known({ name: 'mine' })), {
    effect: 'CLOSED',
    account: known({ name: 'mine', status: 'CLOSED' }),
  });
  t.equal(planClosure(known({ status: 'CLOSED' })), null);
  t.equal(planClosure(byHand()), null);
});

t.test('tags that cannot be labels are left out', async (t) => {
  const tags = {
    team: 'a',
    'cost centre': 'x',
    'aws:x': 'y',
    'a/b.c-d_e': '',
    ['k'.repeat(63)]: '1',
    ['k'.repeat(64)]: '2',
    '-x': '3',
    ü: '4',
  };
  t.strictSame(labelsOf(tags), { 'a/b.c-d_e': '', ['k'.repeat(63)]: '1', team: 'a' });
});

t.test('at most fifty labels: those set by hand come first', async (t) => {
  const some = (prefix: string, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, '']));
  const { labels } = planImport(
    byHand({ labels: some('hand', 30) }),
    listed({ tags: some('tag', 50) }),
  ).account;
  t.equal(Object.keys(labels).length, 50);
  t.match(labels, some('hand', 30));
});
