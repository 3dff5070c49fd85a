import { AccountImportChange, ListAccountImportChangesInput } from '../../schema/account-import.ts';
import { page } from '../../schema/page.ts';
import { defineOperation } from '../call/operation.ts';
import { decodeCursor, defaultLimit, encodeCursor, makePage } from '../call/paging.ts';
import { isAccountId } from './account.ts';
import { importNotFound } from './account-import.ts';

export const accountImportChanges = defineOperation({
  name: 'accountImportChanges',
  tag: 'Accounts',
  summary:
    'Lists what an import did to each account, or would do in a dry run, by account ID. Unchanged accounts are left out.',
  permission: ['administer'],
  concerns: 'SERVICE',
  kind: 'QUERY',
  input: ListAccountImportChangesInput,
  output: page('AccountImportChangePage', AccountImportChange),
  run: async (deps, { id, limit = defaultLimit, cursor }) => {
    const after = cursor === undefined ? null : decodeCursor(cursor, isAccountId);
    if ((await deps.imports.get(id)) === null) throw importNotFound(id);
    const changes = await deps.imports.changes(id, { after, limit: limit + 1 });
    return makePage(changes, limit, ({ accountId }) => encodeCursor(accountId));
  },
});
