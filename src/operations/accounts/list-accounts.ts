import { Account, ListAccountsInput } from '../../schema/account.ts';
import { page } from '../../schema/page.ts';
import { defineOperation } from '../call/operation.ts';
import { decodeCursor, defaultLimit, encodeCursor } from '../call/paging.ts';
import { canSee } from '../call/permission.ts';
import { readVisiblePage } from '../call/visible-page.ts';
import { isAccountId, withDefaults } from './account.ts';

export const accounts = defineOperation({
  name: 'accounts',
  tag: 'Accounts',
  summary: 'Lists the registered accounts that the caller may see, by ID.',
  permission: ['read'],
  concerns: 'ACCOUNTS',
  kind: 'QUERY',
  input: ListAccountsInput,
  output: page('AccountPage', Account),
  run: async (deps, { labels = {}, limit = defaultLimit, cursor }, caller) => {
    const { items, next } = await readVisiblePage(
      {
        limit,
        from: cursor === undefined ? null : decodeCursor(cursor, isAccountId),
        hasPrivatePlaces: true,
      },
      (after, limit) => deps.accounts.list({ labels, after, limit }),
      ({ accountId }) => accountId,
      (records) => records.filter((record) => canSee(deps, caller, 'account', record.accountId, record)),
    );
    return {
      items: items.map((record) => withDefaults(deps, record)),
      nextCursor: next === null ? null : encodeCursor(next),
    };
  },
});
