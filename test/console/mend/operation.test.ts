import t from 'tap';
import { parseSearch, stringifySearch } from '#console/app/search.ts';
import { closed, type Operation, operationOf, searchOf } from '#console/mend/operation.ts';

const role = { accountId: '111122223333', roleName: 'fargate' };
const search = { region: 'us-west-2', name: 'search' };
const prod = { region: 'us-*', name: 'prod-*' };

const operations: [operation: Omit<Operation, 'accountId' | 'roleName'>, address: string][] = [
  [{ kind: 'extend' }, '?mend=extend'],
  [
    { kind: 'extend', clusters: [search], onMismatch: 'MERGE' },
    '?mend=extend&with=us-west-2%2Fsearch&mismatch=MERGE',
  ],
  [
    { kind: 'extend', clusters: [search], drop: [prod], compact: true },
    '?mend=extend&with=us-west-2%2Fsearch&drop=us-*%2Fprod-*&compact=yes',
  ],
  [{ kind: 'retract', clusters: [search] }, '?mend=retract&with=us-west-2%2Fsearch'],
  [{ kind: 'prune' }, '?mend=prune'],
  [{ kind: 'revert', changeId: 'change_1' }, '?mend=revert&change=change_1'],
];
for (const [operation, address] of operations)
  t.test(`the address of ${address}`, async (t) => {
    t.equal(stringifySearch(searchOf(operation)), address);
    t.same(operationOf(parseSearch(address), role.accountId, role.roleName), { ...operation, ...role });
    t.equal(stringifySearch({ ...parseSearch(address), ...closed }), '');
  });

for (const address of [
  '',
  '?mend=delete',
  '?mend=toString',
  '?mend=retract',
  '?mend=revert',
  '?mend=retract&with=x',
])
  t.test(`no operation in ${address}`, async (t) => {
    t.equal(operationOf(parseSearch(address), role.accountId, role.roleName), null);
  });
