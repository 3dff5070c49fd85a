import { AccountImport, GetAccountImportInput } from '../../schema/account-import.ts';
import { defineOperation } from '../call/operation.ts';
import { importNotFound, lockName, processEnded } from './account-import.ts';

export const accountImport = defineOperation({
  name: 'accountImport',
  tag: 'Accounts',
  summary: 'Gets an import of accounts and its progress.',
  permission: ['administer'],
  concerns: 'SERVICE',
  kind: 'QUERY',
  input: GetAccountImportInput,
  output: AccountImport,
  run: async (deps, { id }) => {
    const found = await deps.imports.get(id);
    if (found === null) throw importNotFound(id);
    if (found.state !== 'RUNNING') return found;
    // If the lock is free nobody runs the import, and nobody else will end it.
    const interrupts = await deps.locks.tryHolding(lockName, () =>
      deps.imports.interrupt(processEnded, deps.now()),
    );
    if (interrupts === null) return found;
    const ended = await deps.imports.get(id);
    if (ended === null) throw importNotFound(id);
    return ended;
  },
});
