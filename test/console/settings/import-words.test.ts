import t from 'tap';
import { describeImport, differences } from '#console/settings/imports/import-words.ts';

t.test('an import is described in a sentence', async (t) => {
  const none = {
    state: 'DONE' as 'DONE' | 'RUNNING' | 'FAILED',
    dryRun: false,
    total: 14,
    added: 0,
    changed: 0,
    closed: 0,
  };
  const cases: [Partial<typeof none>, string][] = [
    [{ state: 'RUNNING', total: 1 }, 'Reading the organization: 1 account so far.'],
    [
      { dryRun: true, added: 5, changed: 9 },
      'Nothing was registered. An import of these 14 accounts would add 5 and change 9.',
    ],
    [{ dryRun: true }, 'Nothing to do: the 14 accounts of the organization are registered as they are.'],
    [{ added: 5, changed: 9, closed: 1 }, 'Imported 14 accounts: added 5, changed 9 and marked 1 as closed.'],
    [{}, 'Imported 14 accounts: nothing had to change.'],
    [{ state: 'FAILED', added: 2 }, 'The import stopped after 14 accounts: added 2.'],
    [{ state: 'FAILED', dryRun: true }, 'The import stopped after 14 accounts: nothing had to change.'],
  ];
  for (const [given, text] of cases) t.equal(describeImport({ ...none, ...given }), text);
});

t.test('what differs of an account is listed, label by label', async (t) => {
  const before = { name: 'a', partition: 'aws', status: 'ACTIVE', labels: { team: 'x', old: '1' } };
  t.same(differences(before, before), []);
  t.same(differences(before, { ...before, name: 'b', status: 'CLOSED', labels: { team: 'y', added: '' } }), [
    { what: 'Name', before: 'a', after: 'b' },
    { what: 'Status', before: 'ACTIVE', after: 'CLOSED' },
    { what: 'Label added', before: null, after: '' },
    { what: 'Label old', before: '1', after: null },
    { what: 'Label team', before: 'x', after: 'y' },
  ]);
});
