import { setTimeout as pause } from 'node:timers/promises';
import { type OrganizationAccount, planClosure, planImport } from '../../domain/role/organization.ts';
import { Fault } from '../../fault.ts';
import type { Organizations } from '../../ports/organizations.ts';
import {
  AccountImport,
  AccountImportChange,
  GetAccountImportInput,
  ImportAccountsInput,
  ListAccountImportChangesInput,
} from '../../schema/account-import.ts';
import type { Caller } from '../../schema/caller.ts';
import { page } from '../../schema/page.ts';
import type { Deps } from '../call/deps.ts';
import { invalidInput } from '../call/input.ts';
import { defineOperation } from '../call/operation.ts';
import { decodeCursor, defaultLimit, encodeCursor, makePage } from '../call/paging.ts';

/** Who holds it, of all replicas, imports: what is RUNNING while nobody does was cut short. */
const lockName = 'account import';
const keptMs = 30 * 86_400_000;
/** So many of those that are in the list no more are closed in one step. */
const batch = 100;

const interrupted = (why: string) => ({ code: 'INTERRUPTED', detail: `${why} What it had done stays; import again to do the rest.` });
const ended = interrupted('The process that ran this import ended before the import did.');

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
            'accounts cannot be imported, as this service does not know a role for that: its operator has to set ORGANIZATIONS_ROLE_ARN (deploy/organizations-role.cfn.yaml)',
        },
      ]);
    const begun = Promise.withResolvers<AccountImport>();
    const running = patiently(() =>
      locks.tryHolding(lockName, async () => {
        await imports.interrupt(ended, now());
        await imports.purge(new Date(now().getTime() - keptMs));
        const begins = await imports.begin(`import_${deps.newId()}`, { dryRun, actor: caller.actor, createdAt: now() });
        begun.resolve(begins);
        await run(deps, organizations, begins, caller);
      }),
    );
    // It goes on when its caller has been answered, and a stop waits until it has put itself away.
    deps.inFlight.add(running);
    running
      .then((held) => {
        if (held === null)
          begun.reject(new Fault('IMPORT_RUNNING', 'Another import of accounts is under way. Try again when it has ended.'));
      }, begun.reject)
      .finally(() => deps.inFlight.delete(running));
    return begun.promise;
  },
});

/** Again and again for a moment: who has just been told that an import is DONE may come before its lock is free. */
async function patiently<T>(attempt: () => Promise<T | null>): Promise<T | null> {
  for (const ms of [50, 100, 200, 400]) {
    const result = await attempt();
    if (result !== null) return result;
    await pause(ms);
  }
  return await attempt();
}

/** Never throws: how it ended is in the import, or where that cannot be written in the log, and then it counts as interrupted. */
async function run(deps: Deps, organizations: Organizations, { id, dryRun }: AccountImport, caller: Caller): Promise<void> {
  const { actor, requestId } = caller;
  const about = { actor, requestId, importId: id, dryRun };
  try {
    const untagged = await importAll(deps, organizations, id, caller);
    const error = untagged && { code: untagged.code, detail: untagged.message };
    await deps.imports.finish(id, { state: 'DONE', error, endedAt: deps.now() });
    // Which accounts there are is decided here; the log of changes is about execution roles alone.
    deps.log.info({ ...about, result: await deps.imports.get(id) }, 'accounts imported');
  } catch (error) {
    deps.log.error({ ...about, err: error instanceof Fault ? (error.cause ?? error) : error }, 'an import of accounts failed');
    const { code, message } =
      error instanceof Fault ? error : { code: 'INTERNAL', message: 'The import failed. The log of the service says why.' };
    await deps.imports
      .finish(id, { state: 'FAILED', error: { code, detail: message }, endedAt: deps.now() })
      .catch((err: unknown) => deps.log.error({ ...about, err }, 'the end of an import could not be recorded'));
  }
}

/** Answers why tags could not be read, where some could not. Faults: what Organizations and the database throw, and INTERRUPTED. */
async function importAll(deps: Deps, organizations: Organizations, id: string, caller: Caller): Promise<Fault | null> {
  const step = async (...args: Parameters<typeof deps.imports.step>) => {
    if (deps.stopping.aborted) throw new Fault('UNAVAILABLE', interrupted('The service was stopped.').detail);
    // Another that holds the lock has called it ended: we have lost it.
    if (!(await deps.imports.step(...args))) throw new Fault('UNAVAILABLE', ended.detail);
  };
  // As numbers: a quarter of a megabyte for ten thousand accounts.
  const listed = new Set<number>();
  let organizationId: string | null = null;
  let why: Fault | null = null;
  for await (const { accounts, untagged } of organizations.pages(caller)) {
    const some = new Map<string, OrganizationAccount>();
    // AWS may show one twice, where others come and go between two pages.
    for (const one of accounts) if (!listed.has(Number(one.accountId))) some.set(one.accountId, one);
    for (const accountId of some.keys()) listed.add(Number(accountId));
    organizationId ??= accounts[0]?.organizationId ?? null;
    why ??= untagged;
    const counts = { listed: some.size, untagged: [...some.values()].filter(({ tags }) => tags === null).length };
    if (some.size > 0)
      await step(id, { accountIds: [...some.keys()], ...counts }, (accountId, known) => {
        const one = some.get(accountId);
        return one ? planImport(known, one) : null;
      });
  }
  if (organizationId === null) throw new Fault('AWS_FAILED', 'AWS Organizations listed no account, not even its own. Nothing was closed.');

  for (let after: string | null = null; ; ) {
    const members: string[] = await deps.imports.members(organizationId, { after, limit: batch });
    const gone = members.filter((accountId) => !listed.has(Number(accountId)));
    if (gone.length > 0) await step(id, { accountIds: gone, listed: 0, untagged: 0 }, (_, known) => known && planClosure(known));
    if (members.length < batch) return why;
    after = members.at(-1) ?? null;
  }
}

const notFound = (id: string) =>
  new Fault('IMPORT_NOT_FOUND', `There is no import ${id}. Imports are kept for 30 days. POST /v1/accounts/import begins one.`);

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
    let found = await deps.imports.get(id);
    // Where nobody runs it, nobody will end it either.
    if (found?.state === 'RUNNING' && (await deps.locks.tryHolding(lockName, () => deps.imports.interrupt(ended, deps.now()))))
      found = await deps.imports.get(id);
    if (found === null) throw notFound(id);
    return found;
  },
});

export const accountImportChanges = defineOperation({
  name: 'accountImportChanges',
  tag: 'Accounts',
  summary: 'Lists what an import did to each account, or would do in a dry run, by account ID. Unchanged accounts are left out.',
  permission: ['administer'],
  concerns: 'SERVICE',
  kind: 'QUERY',
  input: ListAccountImportChangesInput,
  output: page('AccountImportChangePage', AccountImportChange),
  run: async (deps, { id, limit = defaultLimit, cursor }) => {
    const after = cursor === undefined ? null : decodeCursor(cursor, (key) => /^\d{12}$/.test(key));
    if ((await deps.imports.get(id)) === null) throw notFound(id);
    const found = await deps.imports.changes(id, { after, limit: limit + 1 });
    return makePage(found, limit, ({ accountId }) => encodeCursor(accountId));
  },
});
