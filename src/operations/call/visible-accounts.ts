import type { AccountRecord } from '../../ports/accounts.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Labels } from '../../schema/primitives.ts';
import { canSee } from './authorize.ts';
import type { Deps } from './deps.ts';
import { accountsOf } from './visible-page.ts';

/** How many accounts are read and authorize before other requests have their turn. */
const atOnce = 500;

/** Is the account the caller's to see? Of one that is not registered only the ID is known. */
export type SeesAccount = (deps: Deps, caller: Caller, accountId: string, account: AccountRecord | null) => boolean;

/** Both what the account is and what is found of its roles: counters tell of both. */
export const seesWhole: SeesAccount = (...of) => canSee(...withItem('account', of)) && canSee(...withItem('executionRole', of));

/** Anything of it: what the caller may check is not hidden, although a list may leave it out. */
export const seesAnything: SeesAccount = (...of) =>
  (['account', 'executionRole', 'checkExecutionRole', 'extendExecutionRole'] as const).some((item) => canSee(...withItem(item, of)));

function withItem(item: Parameters<typeof canSee>[2], [deps, caller, accountId, account]: Parameters<SeesAccount>) {
  return [deps, caller, item, accountId, account] as const;
}

/**
 * The registered accounts that the caller may see, by ID. Null: all of them, and those that are not registered. Where the policies tell
 * accounts apart, each is authorize: an organization has tens of thousands at the most.
 */
export async function visibleAccounts(deps: Deps, caller: Caller, sees: SeesAccount, labels: Labels = {}): Promise<string[] | null> {
  const { accountIds = null } = caller.scope ?? {};
  if (accountIds !== null) {
    const records = await accountsOf(
      deps,
      accountIds.map((accountId) => ({ accountId })),
    );
    return [...records.values()].filter((record) => sees(deps, caller, record.accountId, record)).map(({ accountId }) => accountId);
  }
  const seesUnregistered = sees(deps, caller, '', null);
  const { accounts, labels: labelled } = deps.permissions.tellsApart;
  if (!accounts && !labelled) return seesUnregistered ? null : [];
  const visible: string[] = [];
  let hidden = 0;
  for (let after: string | null = null; ; ) {
    const records: AccountRecord[] = await deps.accounts.list({ labels, after, limit: atOnce });
    const some = records.filter((record) => sees(deps, caller, record.accountId, record));
    visible.push(...some.map(({ accountId }) => accountId));
    hidden += records.length - some.length;
    after = records.at(-1)?.accountId ?? null;
    if (records.length < atOnce) return hidden === 0 && seesUnregistered ? null : visible;
  }
}
