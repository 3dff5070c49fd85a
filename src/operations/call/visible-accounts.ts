import type { AccountRecord } from '../../ports/accounts.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Labels } from '../../schema/primitives.ts';
import type { Deps } from './deps.ts';
import { canSee } from './permission.ts';
import { readAccounts } from './visible-page.ts';

/** Number of accounts that are read at once, so that other requests get their turn in between. */
const batch = 500;

/** May the caller see the account? `account` is null for one that is not registered. */
export type CanSeeAccount = (
  deps: Deps,
  caller: Caller,
  accountId: string,
  account: AccountRecord | null,
) => boolean;

/** The account itself and all of its roles: counters are about both. */
export const canSeeWhole: CanSeeAccount = (deps, caller, accountId, account) =>
  (['account', 'executionRole'] as const).every((item) => canSee(deps, caller, item, accountId, account));

/** The same, and its clusters. */
export const canSeeClusters: CanSeeAccount = (deps, caller, accountId, account) =>
  canSeeWhole(deps, caller, accountId, account) &&
  canSee(deps, caller, 'fargateReadiness', accountId, account);

/**
 * Any part of the account. A role that the caller may check is not hidden, even where a list leaves it out.
 */
export const canSeeAnything: CanSeeAccount = (deps, caller, accountId, account) =>
  (
    ['account', 'executionRole', 'checkExecutionRole', 'extendExecutionRole', 'fargateReadiness'] as const
  ).some((item) => canSee(deps, caller, item, accountId, account));

/**
 * The IDs of the registered accounts that the caller may see. Null: all accounts, those that are not
 * registered included. Accounts are read one by one only where the policies treat them differently: an
 * organization has tens of thousands at most.
 */
export async function listVisibleAccounts(
  deps: Deps,
  caller: Caller,
  canSeeIt: CanSeeAccount,
  labels: Labels = {},
): Promise<string[] | null> {
  const isVisible = (record: AccountRecord) => canSeeIt(deps, caller, record.accountId, record);
  const { accountIds = null } = caller.scope ?? {};
  if (accountIds !== null) {
    const records = await readAccounts(
      deps,
      accountIds.map((accountId) => ({ accountId })),
    );
    return [...records.values()].filter(isVisible).map(({ accountId }) => accountId);
  }
  const canSeeUnregistered = canSeeIt(deps, caller, '', null);
  const { accounts, labels: labelled } = deps.permissions.tellsApart;
  if (!accounts && !labelled) return canSeeUnregistered ? null : [];
  const visible: string[] = [];
  let hidden = 0;
  for (let after: string | null = null; ; ) {
    const records: AccountRecord[] = await deps.accounts.list({ labels, after, limit: batch });
    const some = records.filter(isVisible);
    visible.push(...some.map(({ accountId }) => accountId));
    hidden += records.length - some.length;
    after = records.at(-1)?.accountId ?? null;
    if (records.length < batch) return hidden === 0 && canSeeUnregistered ? null : visible;
  }
}
