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
    requireActor(filter);
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

/** Without `actor` a filter by issuer would read the whole log. Fault: INVALID_INPUT. */
export function requireActor({ actor, actorIssuer }: Pick<ListChangesInput, 'actor' | 'actorIssuer'>): void {
  if (actorIssuer !== undefined && actor === undefined)
    throw invalidInput([{ pointer: '/actorIssuer', message: 'must be used together with actor' }]);
}

/** The ledger answers newest first. A page towards newer changes is read in the other order. */
const inOrder = (towards: HistoryPosition['towards'], items: Change[]) =>
  towards === 'OLDER' ? items : items.toReversed();

/** An account that is no longer registered has no labels, so a permission by label does not apply to it. */
export async function filterVisible(deps: Deps, caller: Caller, changes: Change[]): Promise<Change[]> {
  const accounts = await readAccounts(deps, changes);
  return changes.filter(({ accountId, roleName }) =>
    canSee(deps, caller, 'change', accountId, accounts.get(accountId) ?? null, roleName),
  );
}
