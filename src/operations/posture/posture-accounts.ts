import { AccountPostures, PostureAccountsInput } from '../../schema/posture.ts';
import { defineOperation } from '../call/operation.ts';
import { canSeeWhole, listVisibleAccounts } from '../call/visible-accounts.ts';

/** Maximum number of accounts in an answer: some 3 MB. */
const limit = 20_000;

export const postureAccounts = defineOperation({
  name: 'postureAccounts',
  tag: 'Posture',
  summary: 'Gets the worst verdict of each account that the caller may see, all accounts at once.',
  permission: ['read'],
  concerns: 'ACCOUNTS',
  kind: 'QUERY',
  input: PostureAccountsInput,
  output: AccountPostures,
  // The worst verdict is about a whole account, as the counters of a sweep are.
  run: async (deps, filter, caller) => {
    const accountIds = await listVisibleAccounts(deps, caller, canSeeWhole, filter.labels);
    return deps.posture.accounts({ ...filter, accountIds, limit });
  },
});
