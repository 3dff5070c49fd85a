import t from 'tap';
import { collectLooks, type Looks } from '#src/operations/clusters/looks.ts';

const accountId = '111122223333';
const a = { region: 'us-west-2', name: 'a' };

t.test('the later look counts, and no name is shown and absent', async (t) => {
  const rows: [what: string, note: (looks: Looks) => void, expected: object][] = [
    [
      'absent, then shown',
      (looks) => {
        looks.absent(accountId, a);
        looks.shown(accountId, a);
      },
      { isListing: false, shown: ['a'], absent: [] },
    ],
    [
      'shown with a profile, then absent',
      (looks) => {
        looks.profileShown(accountId, a, 'p', 'arn');
        looks.absent(accountId, a);
      },
      { isListing: false, shown: [], absent: ['a'], profiles: [] },
    ],
    [
      'a profile, then a list without its cluster',
      (looks) => {
        looks.profileShown(accountId, a, 'p', 'arn');
        looks.listed(accountId, 'us-west-2', ['b']);
      },
      { isListing: true, shown: ['b'], absent: [], profiles: [] },
    ],
    [
      'a list, then a cluster that was created since',
      (looks) => {
        looks.listed(accountId, 'us-west-2', ['b']);
        looks.shown(accountId, a);
      },
      { isListing: true, shown: ['b', 'a'], absent: [] },
    ],
    [
      'a profile, then a list of profiles without it',
      (looks) => {
        looks.profileShown(accountId, a, 'p', 'arn');
        looks.profilesListed(accountId, a, ['q']);
      },
      { profiles: [{ clusterName: 'a', names: ['q'], roles: [] }] },
    ],
    [
      'a list of profiles, then one that was created since',
      (looks) => {
        looks.profilesListed(accountId, a, []);
        looks.profileShown(accountId, a, 'p', 'arn');
      },
      { profiles: [{ clusterName: 'a', names: ['p'], roles: [{ name: 'p', roleArn: 'arn' }] }] },
    ],
  ];
  for (const [what, note, expected] of rows) {
    const looks = collectLooks();
    note(looks);
    t.match(looks.take(), [expected], what);
    t.same(looks.take(), [], 'and none is left');
  }
});
