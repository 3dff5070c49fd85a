import { Fault } from '../../fault.ts';
import type { Place } from '../../ports/ledger.ts';
import type { Caller } from '../../schema/caller.ts';
import { Change, GetChangeInput, ListChangesInput } from '../../schema/change.ts';
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
    // By itself it would have the whole log read.
    if (filter.actorIssuer !== undefined && filter.actor === undefined)
      throw invalidInput([{ pointer: '/actorIssuer', message: 'must stand beside actor' }]);
    const from = cursor === undefined ? null : placeAt(cursor);
    const towards = from?.towards ?? 'OLDER';
    const page = await readVisiblePage<Change, Place>(
      { limit, from },
      async (from, limit) => inOrder(towards, (await deps.ledger.list(filter, { from, limit })).items),
      (change) => ({ towards, position: positionOf(change) }),
      (changes) => visibleTo(deps, caller, changes),
    );
    return historyPage(inOrder(towards, page.items), page.next, from);
  },
});

/** The history is always told newest first; back from the page after, it is read the other way round. */
const inOrder = (towards: Place['towards'], items: Change[]) => (towards === 'OLDER' ? items : items.toReversed());

/** An account that is not registered any more has no labels to be judged by. */
async function visibleTo(deps: Deps, caller: Caller, changes: Change[]): Promise<Change[]> {
  const records = await readAccounts(deps, changes);
  return changes.filter(({ accountId, roleName }) => canSee(deps, caller, 'change', accountId, records.get(accountId) ?? null, roleName));
}

export const change = defineOperation({
  name: 'change',
  tag: 'Changes',
  summary: 'Gets one change.',
  permission: ['read', 'audit'],
  concerns: 'CHANGE',
  kind: 'QUERY',
  input: GetChangeInput,
  output: Change,
  run: async (deps, { id }) => {
    const found = await deps.ledger.get(id);
    if (!found) throw new Fault('CHANGE_NOT_FOUND', `The log has no change ${id}. GET /v1/changes lists them.`);
    return found;
  },
});
