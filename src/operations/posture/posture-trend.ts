import { PostureTrend, PostureTrendInput } from '../../schema/posture.ts';
import { defineOperation } from '../call/operation.ts';
import { canSeeWhole, listVisibleAccounts } from '../call/visible-accounts.ts';

export const postureTrend = defineOperation({
  name: 'postureTrend',
  tag: 'Posture',
  summary: 'Gets how many roles had which verdict, day by day, in the accounts that the caller may see.',
  permission: ['read'],
  concerns: 'ACCOUNTS',
  kind: 'QUERY',
  input: PostureTrendInput,
  output: PostureTrend,
  // Counters are about whole accounts, as those of a sweep are.
  run: async (deps, { days = 90 }, caller) => ({
    days: await deps.posture.days(await listVisibleAccounts(deps, caller, canSeeWhole), days),
  }),
});
