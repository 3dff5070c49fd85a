import t from 'tap';
import { matching, type Target, targetOf } from '#console/search/direct.ts';

const accountId = '111122223333';
const targets: [string, Target | null][] = [
  [accountId, { kind: 'account', accountId }],
  [` ${accountId}\n`, { kind: 'account', accountId }],
  ['1111-2222-3333', { kind: 'account', accountId }],
  [`arn:aws:iam::${accountId}:role/pods`, { kind: 'role', accountId, roleName: 'pods' }],
  [`arn:aws-cn:iam::${accountId}:role/a/b/pods`, { kind: 'role', accountId, roleName: 'pods' }],
  [
    `arn:aws:eks:us-west-2:${accountId}:cluster/search`,
    { kind: 'cluster', accountId, region: 'us-west-2', name: 'search' },
  ],
  [
    `arn:aws:eks:us-west-2:${accountId}:fargateprofile/search/default/1a2b`,
    { kind: 'cluster', accountId, region: 'us-west-2', name: 'search' },
  ],
  [
    'change_01234567-89ab-4def-8123-456789abcdef',
    { kind: 'change', id: 'change_01234567-89ab-4def-8123-456789abcdef' },
  ],
  ['11112222333', null],
  [`${accountId}4`, null],
  [`arn:aws:iam::${accountId}:user/pods`, null],
  [`arn:aws:iam::${accountId}:role/`, null],
  ['CHG-1042', null],
  ['', null],
];
for (const [text, target] of targets)
  t.test(`"${text}" is ${target?.kind ?? 'nothing'}`, async (t) => t.same(targetOf(text), target));

const matches: [string, string[], string[]][] = [
  ['search', ['us-west-2/search', 'us-west-2/data'], ['us-west-2/search']],
  ['WEST sea', ['us-west-2/search', 'us-east-1/search'], ['us-west-2/search']],
  ['a', ['a', 'a'], ['a']],
  ['chg-1', ['us-west-2/search'], []],
];
for (const [q, names, found] of matches)
  t.test(`"${q}" in ${names.join(', ')}`, async (t) => t.same(matching(q, names), found));
