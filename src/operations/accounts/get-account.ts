import { Account, GetAccountInput } from '../../schema/account.ts';
import { defineOperation } from '../call/operation.ts';
import { readAccount } from './account.ts';

export const account = defineOperation({
  name: 'account',
  tag: 'Accounts',
  summary: 'Gets one registered account.',
  permission: ['read'],
  concerns: 'ACCOUNT',
  kind: 'QUERY',
  input: GetAccountInput,
  output: Account,
  run: async (deps, { accountId }) => {
    const { organizationId: _, ...account } = await readAccount(deps, accountId);
    return account;
  },
});
