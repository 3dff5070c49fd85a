import Type from 'typebox';
import { DeleteAccountInput } from '../../schema/account.ts';
import { defineOperation } from '../call/operation.ts';
import { readAccount } from './account.ts';

export const deleteAccount = defineOperation({
  name: 'deleteAccount',
  tag: 'Accounts',
  summary:
    'Removes an account from the registry. Nothing changes in AWS, and the history of the account is kept.',
  permission: ['administer'],
  concerns: 'ACCOUNT',
  kind: 'MUTATION',
  input: DeleteAccountInput,
  output: Type.Boolean(),
  run: async (deps, { accountId, dryRun }, { actor, requestId }) => {
    await readAccount(deps, accountId);
    if (dryRun) return true;
    const isDeleted = await deps.accounts.delete(accountId);
    if (isDeleted) deps.log.info({ actor, requestId, accountId }, 'account deleted from the registry');
    return isDeleted;
  },
});
