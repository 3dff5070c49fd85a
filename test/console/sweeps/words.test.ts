import t from 'tap';
import { accountsToExtend, outcomeOf, resultText } from '#console/sweeps/result-words.ts';
import { durationText, operationText, progressText } from '#console/sweeps/words.ts';

type Sweep = Parameters<typeof progressText>[0];
const sweep = {
  operation: 'CHECK',
  dryRun: false,
  state: 'RUNNING',
  total: 4553,
  done: 1204,
  failed: 0,
  createdAt: '2026-11-30T10:00:00.000Z',
  startedAt: '2026-11-30T10:00:00.000Z',
  endedAt: null,
} as Sweep;

t.test('how far a sweep is', async (t) => {
  t.equal(progressText(sweep), '1,204 of 4,553 accounts.');
  t.equal(progressText({ ...sweep, failed: 3 }), '1,204 of 4,553 accounts, 3 with an error.');
  t.equal(progressText({ ...sweep, state: 'QUEUED' }), 'Waiting to start with 4,553 accounts.');
  t.equal(progressText({ ...sweep, state: 'DONE', done: 1, total: 1 }), '1 account.');
  t.equal(progressText({ ...sweep, state: 'CANCELLED' }), '1,204 of 4,553 accounts.');
});

t.test('what a sweep does, and how long it took', async (t) => {
  t.equal(operationText({ operation: 'EXTEND', dryRun: true }), 'Extension of roles, dry run');
  t.equal(durationText(sweep), null);
  for (const [endedAt, text] of [
    ['2026-11-30T10:00:00.300Z', 'under a second'],
    ['2026-11-30T10:00:42.000Z', '42 s'],
    ['2026-11-30T10:02:05.000Z', '2 min 5 s'],
    ['2026-11-30T11:02:05.000Z', '1 h 2 min'],
  ] as const)
    t.equal(durationText({ ...sweep, endedAt }), text);
});

type Result = Parameters<typeof resultText>[0];
const nothing = {
  accountId: '111122223333',
  verdict: null,
  report: null,
  readiness: null,
  plan: null,
  change: null,
  error: null,
} as Result;
const effects = {
  clustersGained: [{ region: 'us-west-2', name: 'a' }],
  clustersLost: [],
  statementsRemoved: [],
};
const plan = {
  steps: [{ action: 'iam:UpdateAssumeRolePolicy', detail: {} }],
  effects,
} as unknown as Result['plan'];
const idle = { steps: [], effects: { ...effects, clustersGained: [] } } as unknown as Result['plan'];
const error = {
  code: 'ACCOUNT_UNREACHABLE',
  detail: 'The member role cannot be assumed.',
} as Result['error'];

const changeOf = (outcome: string) => ({ outcome, effects }) as unknown as Result['change'];

const texts: [Partial<Result>, string][] = [
  [{ error }, 'The member role cannot be assumed.'],
  [
    {
      error: {
        code: 'INVALID_INPUT',
        detail: 'x',
        errors: [{ pointer: '/a', message: 'must be b' }],
      } as unknown as Result['error'],
    },
    'Not possible here: it must be b.',
  ],
  [
    { error: { code: 'QUOTA_EXCEEDED', detail: 'x' } as Result['error'] },
    'The trust policy has no room for these clusters. Open the role to make room.',
  ],
  [{ plan }, 'Would add us-west-2/a'],
  [{ plan: idle }, 'Nothing to do: the clusters are covered already.'],
  [{ change: changeOf('SUCCEEDED'), plan }, 'Added us-west-2/a'],
  [{ change: changeOf('FAILED') }, 'Tried to add us-west-2/a'],
  [{ verdict: 'MISSING' }, 'The account has no execution role.'],
  [{}, 'There is nothing to check.'],
  [{ report: { findings: [{ code: 'DENIED' }] } as Result['report'] }, 'A Deny statement keeps clusters out'],
];
for (const [result, text] of texts)
  t.test(`a result says "${text}"`, async (t) => t.equal(resultText({ ...nothing, ...result }), text));

t.test('a dry run leads to the accounts that would change', async (t) => {
  const results = [
    { ...nothing, plan },
    { ...nothing, plan },
    { ...nothing, accountId: '222233334444', plan: idle },
    { ...nothing, accountId: '333344445555', plan, error },
  ];
  t.same(accountsToExtend(results), ['111122223333']);
  t.same(results.map(outcomeOf), [null, null, null, 'FAILED']);
});
