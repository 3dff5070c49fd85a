import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../fault.ts';
import { AccountImport, ImportAccountsInput } from '../../schema/account-import.ts';
import { invalidInput } from '../call/input.ts';
import { defineOperation } from '../call/operation.ts';
import { lockName, processEnded } from './account-import.ts';
import { runImport } from './run-import.ts';

const keptMs = 30 * 86_400_000;

export const importAccounts = defineOperation({
  name: 'importAccounts',
  tag: 'Accounts',
  summary:
    'Starts to import the accounts of the AWS organization, with their tags as labels. GET /v1/account-imports/{id} shows the progress.',
  permission: ['administer'],
  concerns: 'SERVICE',
  kind: 'MUTATION',
  input: ImportAccountsInput,
  output: AccountImport,
  run: async (deps, { dryRun = false }, caller) => {
    const { organizations, imports, locks, now } = deps;
    if (organizations === null)
      throw invalidInput([
        {
          pointer: '',
          message:
            'accounts cannot be imported: this service has no role in the organization. Its operator has to set ORGANIZATIONS_ROLE_ARN (deploy/organizations-role.cfn.yaml)',
        },
      ]);
    const begun = Promise.withResolvers<AccountImport>();
    const running = tryPatiently(() =>
      locks.tryHolding(lockName, async () => {
        await imports.interrupt(processEnded, now());
        await imports.purge(new Date(now().getTime() - keptMs));
        const started = await imports.begin(`import_${deps.newId()}`, {
          dryRun,
          actor: caller.actor,
          createdAt: now(),
        });
        begun.resolve(started);
        await runImport(deps, organizations, started, caller);
      }),
    );
    // The import outlives its request. A stop of the service waits until the import has recorded its end.
    deps.inFlight.add(running);
    running
      .then((held) => {
        if (held === null)
          begun.reject(
            new Fault(
              'IMPORT_RUNNING',
              'Another import of accounts is running. Try again when it has ended.',
            ),
          );
      }, begun.reject)
      .finally(() => deps.inFlight.delete(running));
    return begun.promise;
  },
});

/** Tries for a moment: a caller who just read that an import is DONE may come before its lock is released. */
async function tryPatiently<T>(attempt: () => Promise<T | null>): Promise<T | null> {
  for (const ms of [50, 100, 200, 400]) {
    const result = await attempt();
    if (result !== null) return result;
    await sleep(ms);
  }
  return await attempt();
}
