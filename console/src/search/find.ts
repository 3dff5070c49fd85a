import { api } from '../api.ts';
import { type Change, clusterText } from '../history/sentence.ts';
import { matching } from './direct.ts';

interface Account {
  accountId: string;
  name: string;
}

const shown = 5;

/** The accounts of an answer may be many: each that has a role with the words. With so few roles they are few. */
const fewRoles = 200;

/** Roles by their name and their account, and the accounts that fit by themselves. */
export async function findRoles(q: string, signal: AbortSignal) {
  const { items, total } = await api().getPosture({ q, limit: 20 }, { signal });
  const accounts: Account[] =
    total <= fewRoles
      ? (await api().getPostureAccounts({ q }, { signal })).items
      : items.flatMap(({ accountId, accountName: name }) => (name === null ? [] : [{ accountId, name }]));
  const fits = (account: Account) => matching(q, [`${account.name} ${account.accountId}`]).length > 0;
  const byId = new Map(accounts.filter(fits).map((account) => [account.accountId, account]));
  return { roles: items.slice(0, shown), total, accounts: [...byId.values()].slice(0, shown) };
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
