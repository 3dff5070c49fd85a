import { api } from '../api.ts';
import { type Change, clusterText } from '../history/sentence.ts';
import { matching } from './direct.ts';

interface Account {
  accountId: string;
  name: string;
}

const shown = 5;

/**
 * Roles by their name and their account, and the accounts of these roles that fit by themselves. The API finds
 * accounts by their roles, by ID and by label alone.
 */
export async function findRoles(q: string, signal: AbortSignal) {
  const { items, total } = await api().getPosture({ q, limit: 20 }, { signal });
  const ids = [...new Set(items.map(({ accountId }) => accountId))].slice(0, shown);
  const accounts = await Promise.all(ids.map((accountId) => api().getAccount({ accountId }, { signal })));
  const fits = (account: Account) => matching(q, [`${account.name} ${account.accountId}`]).length > 0;
  return { roles: items.slice(0, shown), total, accounts: accounts.filter(fits) };
}

/** Accounts with a label `KEY=VALUE`. */
export async function findLabelled(label: string, signal: AbortSignal): Promise<Account[]> {
  const { items } = await api().listAccounts({ label: [label], limit: shown }, { signal });
  return items;
}

/** Changes with these words, and the clusters of them that fit by themselves. */
export async function findChanges(
  q: string,
  signal: AbortSignal,
): Promise<{ changes: Change[]; clusters: string[]; hasMore: boolean }> {
  const { items, nextCursor } = await api().listChanges({ q, limit: 10 }, { signal });
  const names = items.flatMap(({ clusters }) => clusters.filter(isOne).map(clusterText));
  return {
    changes: items.slice(0, shown),
    clusters: matching(q, names).slice(0, shown),
    hasMore: items.length > shown || nextCursor !== null,
  };
}

const isOne = ({ region, name }: { region: string; name: string }) => region !== '*' && name !== '*';
