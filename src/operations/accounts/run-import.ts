import { type OrganizationAccount, planClosure, planImport } from '../../domain/role/organization.ts';
import { Fault } from '../../fault.ts';
import type { Organizations } from '../../ports/organizations.ts';
import type { AccountImport } from '../../schema/account-import.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Deps } from '../call/deps.ts';
import { interrupted, processEnded } from './account-import.ts';

/** Number of accounts that are closed in one step. */
const batch = 100;

/**
 * Imports the accounts and records the end of the import. Never throws: an end that cannot be recorded is
 * logged, and the import then counts as interrupted.
 */
export async function runImport(
  deps: Deps,
  organizations: Organizations,
  { id, dryRun }: AccountImport,
  caller: Caller,
): Promise<void> {
  const { actor, requestId } = caller;
  const about = { actor, requestId, importId: id, dryRun };
  try {
    const untagged = await importAll(deps, organizations, id, caller);
    const error = untagged && { code: untagged.code, detail: untagged.message };
    await deps.imports.finish(id, { state: 'DONE', error, endedAt: deps.now() });
    // An import decides which accounts there are. The log of changes is about execution roles alone.
    deps.log.info({ ...about, result: await deps.imports.get(id) }, 'accounts imported');
  } catch (error) {
    deps.log.error(
      { ...about, err: error instanceof Fault ? (error.cause ?? error) : error },
      'an import of accounts failed',
    );
    const { code, message } =
      error instanceof Fault
        ? error
        : { code: 'INTERNAL', message: 'The import failed. The log of the service says why.' };
    await deps.imports
      .finish(id, { state: 'FAILED', error: { code, detail: message }, endedAt: deps.now() })
      .catch((err: unknown) =>
        deps.log.error({ ...about, err }, 'the end of an import could not be recorded'),
      );
  }
}

/**
 * Imports every account of the organization, and closes those that have left it. Answers why tags could not
 * be read, or null. Faults: those of Organizations and of the database; UNAVAILABLE where the import was
 * interrupted.
 */
async function importAll(
  deps: Deps,
  organizations: Organizations,
  id: string,
  caller: Caller,
): Promise<Fault | null> {
  const step = async (...args: Parameters<typeof deps.imports.step>) => {
    if (deps.stopping.aborted) throw new Fault('UNAVAILABLE', interrupted('The service was stopped.').detail);
    // False: this process lost the lock, and the new holder has ended the import.
    if (!(await deps.imports.step(...args))) throw new Fault('UNAVAILABLE', processEnded.detail);
  };
  // As numbers, ten thousand account IDs take a quarter of a megabyte.
  const listed = new Set<number>();
  let organizationId: string | null = null;
  let reason: Fault | null = null;
  for await (const { accounts, untagged } of organizations.pages(caller)) {
    const some = new Map<string, OrganizationAccount>();
    // AWS may list an account twice if accounts come and go between two pages.
    for (const account of accounts)
      if (!listed.has(Number(account.accountId))) some.set(account.accountId, account);
    for (const accountId of some.keys()) listed.add(Number(accountId));
    organizationId ??= accounts[0]?.organizationId ?? null;
    reason ??= untagged;
    const counts = {
      listed: some.size,
      untagged: [...some.values()].filter(({ tags }) => tags === null).length,
    };
    if (some.size > 0)
      await step(id, { accountIds: [...some.keys()], ...counts }, (accountId, current) => {
        const account = some.get(accountId);
        return account ? planImport(current, account) : null;
      });
  }
  if (organizationId === null)
    throw new Fault(
      'AWS_FAILED',
      'AWS Organizations listed no account, not even its own. No account was closed.',
    );

  for (let after: string | null = null; ; ) {
    const members: string[] = await deps.imports.members(organizationId, { after, limit: batch });
    const gone = members.filter((accountId) => !listed.has(Number(accountId)));
    if (gone.length > 0)
      await step(
        id,
        { accountIds: gone, listed: 0, untagged: 0 },
        (_, current) => current && planClosure(current),
      );
    if (members.length < batch) return reason;
    after = members.at(-1) ?? null;
  }
}
