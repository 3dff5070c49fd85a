import { readFile, rename, writeFile } from 'node:fs/promises';
import { type Cluster, clusterKey } from './eks/model.ts';
import type { Account, LedgerEntry, ManagedPolicy, OidcProvider, Organization, Role } from './model.ts';
import type { State } from './state.ts';
import { addAccount } from './world.ts';

/**
 * The stored state: accounts with keys, roles, policies and clusters, organizations, the ledger. Not sessions,
 * counts and faults. Optional members are missing in files of older versions.
 */
interface Saved {
  accounts: (Omit<Account, 'roles' | 'policies' | 'oidcProviders' | 'clusters' | 'enabledRegions'> & {
    enabledRegions?: readonly string[];
    roles: Role[];
    policies: [string, ManagedPolicy][];
    oidcProviders?: OidcProvider[];
    clusters?: Cluster[];
  })[];
  organizations?: Organization[];
  ledger: LedgerEntry[];
  ledgerSeq: number;
}

/**
 * Reads the file into an empty state. Without a file the state stays empty. Throws for a file that is not
 * JSON.
 */
export const loadState = async (state: State, path: string): Promise<void> => {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return;
  const saved: Saved = JSON.parse(text);
  for (const account of saved.accounts) {
    const roles = new Map(account.roles.map((role) => [role.roleName.toLowerCase(), role]));
    const { enabledRegions = [], oidcProviders = [], clusters = [] } = account;
    addAccount(state, {
      ...account,
      enabledRegions,
      roles,
      policies: new Map(account.policies),
      oidcProviders: new Map(oidcProviders.map((provider) => [provider.arn, provider])),
      clusters: new Map(clusters.map((cluster) => [clusterKey(cluster), cluster])),
    });
  }
  for (const organization of saved.organizations ?? [])
    state.organizations.set(organization.managementAccountId, organization);
  state.ledger = saved.ledger;
  state.ledgerSeq = saved.ledgerSeq;
};

const saveState = async (state: State, path: string): Promise<void> => {
  const saved: Saved = {
    accounts: [...state.accounts.values()].map((account) => ({
      ...account,
      roles: [...account.roles.values()],
      policies: [...account.policies],
      oidcProviders: [...account.oidcProviders.values()],
      clusters: [...account.clusters.values()],
    })),
    organizations: [...state.organizations.values()],
    ledger: state.ledger,
    ledgerSeq: state.ledgerSeq,
  };
  const draft = `${path}.${process.pid}.tmp`;
  await writeFile(draft, JSON.stringify(saved), { mode: 0o600 });
  await rename(draft, path);
};

/**
 * Saves soon after a change. One save covers several changes, and saves do not overlap. `close` saves a last
 * time.
 */
export const createSaver = (state: () => State, path: string) => {
  let timer: NodeJS.Timeout | null = null;
  let last: Promise<void> = Promise.resolve();
  const save = () => {
    timer = null;
    // The previous save has reported its own failure, which must not stop this one.
    const next = last.catch(() => undefined).then(() => saveState(state(), path));
    last = next;
    return next;
  };
  return {
    changed: () => {
      timer ??= setTimeout(() => {
        save().catch((error: Error) =>
          process.emitWarning(`the AWS sandbox could not save its state: ${error.message}`),
        );
      }, 200).unref();
    },
    close: () => {
      if (timer) clearTimeout(timer);
      return save();
    },
  };
};
