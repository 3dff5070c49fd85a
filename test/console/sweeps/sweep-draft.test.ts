import t from 'tap';
import { emptySweep, readSweep } from '#console/sweeps/sweep-draft.ts';

const inputs: [string, Partial<typeof emptySweep>, object][] = [
  ['a check of everything', {}, { operation: 'CHECK', select: { all: true } }],
  [
    'labels',
    { accounts: 'labels', labels: 'team=payments\nstage=prod' },
    { operation: 'CHECK', select: { labels: { team: 'payments', stage: 'prod' } } },
  ],
  [
    'accounts, each once',
    { accounts: 'accountIds', accountIds: '111122223333, 111122223333' },
    { operation: 'CHECK', select: { accountIds: ['111122223333'] } },
  ],
  [
    'an extension, which is tried first',
    { operation: 'EXTEND', clusters: 'us-west-2/a', roleName: ' r ', reason: 'CHG-1', regions: 'eu-west-1' },
    {
      operation: 'EXTEND',
      select: { all: true },
      roleName: 'r',
      clusters: [{ region: 'us-west-2', name: 'a' }],
      reason: 'CHG-1',
      dryRun: true,
    },
  ],
  [
    'clusters, without a role',
    { operation: 'READINESS', regions: 'us-west-2 eu-west-1', roleName: 'r' },
    { operation: 'READINESS', select: { all: true }, regions: ['us-west-2', 'eu-west-1'] },
  ],
];
for (const [text, draft, input] of inputs)
  t.test(`the form sends ${text}`, async (t) =>
    t.same(readSweep({ ...emptySweep, ...draft }), { input, errors: [] }),
  );

const wrong: [string, Partial<typeof emptySweep>, string][] = [
  ['a label without a value', { accounts: 'labels', labels: 'team' }, '/select/labels'],
  ['no label', { accounts: 'labels' }, '/select/labels'],
  ['no account', { accounts: 'accountIds' }, '/select/accountIds'],
  ['an ID that is none', { accounts: 'accountIds', accountIds: '12' }, '/select/accountIds'],
  ['an extension without a cluster', { operation: 'EXTEND' }, '/clusters'],
  ['a cluster that is none', { clusters: 'search' }, '/clusters'],
];
for (const [text, draft, pointer] of wrong)
  t.test(`the form refuses ${text}`, async (t) =>
    t.match(readSweep({ ...emptySweep, ...draft }).errors, [{ pointer }]),
  );
