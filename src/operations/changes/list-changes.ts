import type { HistoryPosition } from '../../ports/ledger.ts';
import type { Caller } from '../../schema/caller.ts';
import { Change, ListChangesInput } from '../../schema/change.ts';
import { historyPage as pageShape } from '../../schema/page.ts';
import type { Deps } from '../call/deps.ts';
import { invalidInput } from '../call/input.ts';
import { defineOperation } from '../call/operation.ts';
import { defaultLimit } from '../call/paging.ts';
import { canSee } from '../call/permission.ts';
import { readAccounts, readVisiblePage } from '../call/visible-page.ts';
import { historyPage, placeAt, positionOf } from './history-page.ts';

export const changes = defineOperation({
  name: 'changes',
  tag: 'Changes',
  summary: 'Lists the changes in the accounts that the caller may see, newest first.',
  permission: ['read', 'audit'],
  concerns: 'ACCOUNTS',
  kind: 'QUERY',
  input: ListChangesInput,
  output: pageShape('ChangePage', Change),
  run: async (deps, { cursor, limit = defaultLimit, ...filter }, caller) => {
    // Without `actor` the query would read the whole log.
    if (filter.actorIssuer !== undefined && filter.actor === undefined)
      throw invalidInput([{ pointer: '/actorIssuer', message: 'must be used together with actor' }]);
    const from = cursor === undefined ? null : placeAt(cursor);
    const towards = from?.towards ?? 'OLDER';
    const page = await readVisiblePage<Change, HistoryPosition>(
      { limit, from },
      async (from, limit) => inOrder(towards, (await deps.ledger.list(filter, { from, limit })).items),
      (change) => ({ towards, position: positionOf(change) }),
      (changes) => filterVisible(deps, caller, changes),
    );
    return historyPage(inOrder(towards, page.items), page.next, from);
  },
});

/** The ledger answers newest first. A page towards newer changes is read in the other order. */
const inOrder = (towards: HistoryPosition['towards'], items: Change[]) =>
  towards === 'OLDER' ? items : items.toReversed();

/** An account that is no longer registered has no labels, so a permission by label does not apply to it. */
async function filterVisible(deps: Deps, caller: Caller, changes: Change[]): Promise<Change[]> {
  const accounts = await readAccounts(deps, changes);
  return changes.filter(({ accountId, roleName }) =>
    canSee(deps, caller, 'change', accountId, accounts.get(accountId) ?? null, roleName),
  );
}
