import { type Cluster, clusterKey } from './eks/model.ts';
import { putCluster } from './eks/put-cluster.ts';
import type { ClusterSeed } from './eks/seed.ts';
import { createFaults, type FaultSpec } from './faults.ts';
import {
  type Account,
  defaultQuotas,
  type LedgerEntry,
  type Organization,
  policyArn,
  type Role,
  roleKey,
  uniqueId,
} from './model.ts';
import type { AccountSeed, OrganizationSeed, RoleSeed } from './seeds.ts';
import { accountOf, type CallListener, type State, storeRole } from './state.ts';

/** The functions of the control endpoint, without HTTP. They are not recorded in the ledger of writes. */
export interface World {
  putAccount(seed: AccountSeed): Account;
  /** Throws for an unknown management account. */
  putOrganization(seed: OrganizationSeed): Organization;
  /** The organization of a management account. */
  organization(managementAccountId: string): Organization | null;
  /** Throws for an unknown account, and for a new role without a trust policy. */
  putRole(seed: RoleSeed): Role;
  deleteRole(accountId: string, roleName: string): boolean;
  /** Throws for an unknown account. Put its roles before: entries of access are as old as their profiles. */
  putCluster(seed: ClusterSeed): Cluster;
  deleteCluster(accountId: string, region: string, name: string): boolean;
  account(accountId: string): Account | null;
  role(accountId: string, roleName: string): Role | null;
  cluster(accountId: string, region: string, name: string): Cluster | null;
  /** Every accepted write, oldest first. */
  ledger(accountId?: string): LedgerEntry[];
  clearLedger(accountId?: string): void;
  /** Number of calls by account and action, as in `{ '111122223333': { 'iam:GetRole': 2 } }`. */
  calls(accountId?: string): Record<string, Record<string, number>>;
  clearCalls(accountId?: string): void;
  /** The temporary credentials of AssumeRole, except those that expired long ago. */
  issued(): { accessKeyId: string; secretAccessKey: string; sessionToken: string }[];
  /**
   * The actions that the policies of an account's principals must allow for their requests, in any account.
   */
  judged(accountId: string): string[];
  addFaults(spec: FaultSpec): void;
  clearFaults(): void;
  /** Sets the one listener to calls. Null removes it. */
  onCall(listener: CallListener | null): void;
}

export const createState = (
  now: () => number,
  changed: () => void,
  random: () => number = Math.random,
  currentTime: () => number = now,
): State => ({
  now,
  currentTime,
  accounts: new Map(),
  organizations: new Map(),
  users: new Map(),
  sessions: new Map(),
  ledger: [],
  ledgerSeq: 0,
  calls: new Map(),
  judged: new Map(),
  faults: createFaults(now, random),
  listener: null,
  changed,
});

/** Adds an account and its keys. */
export const addAccount = (state: State, account: Account): void => {
  state.accounts.set(account.accountId, account);
  for (const { accessKeyId, userName } of account.accessKeys) {
    const { accountId, partition } = account;
    state.users.set(accessKeyId, {
      accountId,
      arn: `arn:${partition}:iam::${accountId}:user/${userName}`,
      userId: `AIDA${accountId}${userName}`.toUpperCase().slice(0, 21),
      session: null,
    });
  }
};

const putAccount = (state: State, seed: AccountSeed): Account => {
  const known = state.accounts.get(seed.accountId);
  const account: Account = {
    accountId: seed.accountId,
    partition: seed.partition ?? known?.partition ?? 'aws',
    enabledRegions: seed.enabledRegions ?? known?.enabledRegions ?? [],
    quotas: { ...(known?.quotas ?? defaultQuotas), ...seed.quotas },
    accessKeys: seed.accessKeys?.map((key) => ({ userName: 'admin', ...key })) ?? known?.accessKeys ?? [],
    roles: known?.roles ?? new Map(),
    policies: known?.policies ?? new Map(),
    oidcProviders: known?.oidcProviders ?? new Map(),
    clusters: known?.clusters ?? new Map(),
  };
  for (const { policyName, path = '/' } of seed.policies ?? []) {
    const policy = { policyName, path, policyId: uniqueId('ANPA', 17), createdAt: state.now() };
    account.policies.set(policyArn(account, policy), policy);
  }
  for (const { accessKeyId } of known?.accessKeys ?? []) state.users.delete(accessKeyId);
  addAccount(state, account);
  state.changed();
  return account;
};

// Treats a member that is undefined as omitted.
const definedOf = <T extends object>(given: T) =>
  Object.fromEntries(Object.entries(given).filter(([, content]) => content !== undefined)) as Partial<T>;

const putOrganization = (
  state: State,
  { delegatedAdministrators = [], members, ...given }: OrganizationSeed,
): Organization => {
  accountOf(state, given.managementAccountId);
  const organization: Organization = {
    ...given,
    delegatedAdministrators,
    members: members
      .map((member) => ({ state: 'ACTIVE', tags: {}, ...member }))
      .sort((one, other) => (one.accountId < other.accountId ? -1 : 1)),
  };
  state.organizations.set(given.managementAccountId, organization);
  state.changed();
  return organization;
};

const putRole = (state: State, seed: RoleSeed): Role => {
  const account = accountOf(state, seed.accountId);
  const known = account.roles.get(roleKey(seed.roleName));
  const { accountId, trustText = known?.trustText, ...given } = seed;
  if (trustText === undefined) throw new Error(`the new role ${seed.roleName} needs a trustText`);
  const role: Role = {
    roleId: uniqueId('AROA', 17),
    path: '/',
    description: null,
    maxSessionDuration: 3600,
    createdAt: state.now(),
    tags: {},
    attached: [],
    inline: {},
    permissionsBoundary: null,
    ...known,
    ...definedOf(given),
    roleName: known?.roleName ?? seed.roleName,
    trustText,
  };
  storeRole(state, account, roleKey(role.roleName), role);
  state.changed();
  return role;
};

/** The functions on a state. */
export const createWorld = (state: State): World => ({
  putAccount: (seed) => putAccount(state, seed),
  putOrganization: (seed) => putOrganization(state, seed),
  organization: (managementAccountId) => state.organizations.get(managementAccountId) ?? null,
  putRole: (seed) => putRole(state, seed),
  deleteRole: (accountId, roleName) => {
    const account = accountOf(state, accountId);
    const found = account.roles.has(roleKey(roleName));
    if (found) storeRole(state, account, roleKey(roleName), null);
    state.changed();
    return found;
  },
  putCluster: (seed) => putCluster(state, seed),
  deleteCluster: (accountId, region, name) => {
    const found = accountOf(state, accountId).clusters.delete(clusterKey({ region, name }));
    state.changed();
    return found;
  },
  cluster: (accountId, region, name) =>
    accountOf(state, accountId).clusters.get(clusterKey({ region, name })) ?? null,
  account: (accountId) => state.accounts.get(accountId) ?? null,
  role: (accountId, roleName) => accountOf(state, accountId).roles.get(roleKey(roleName)) ?? null,
  ledger: (accountId) =>
    state.ledger.filter((entry) => accountId === undefined || entry.accountId === accountId),
  clearLedger: (accountId) => {
    state.ledger =
      accountId === undefined ? [] : state.ledger.filter((entry) => entry.accountId !== accountId);
    state.changed();
  },
  calls: (accountId) =>
    Object.fromEntries(
      [...state.calls].flatMap(([id, counts]) =>
        accountId === undefined || accountId === id ? [[id, { ...counts }]] : [],
      ),
    ),
  clearCalls: (accountId) => {
    if (accountId === undefined) state.calls.clear();
    else state.calls.delete(accountId);
  },
  judged: (accountId) => [...(state.judged.get(accountId) ?? [])].sort(),
  issued: () =>
    [...state.sessions].flatMap(([accessKeyId, { session }]) =>
      session ? [{ accessKeyId, secretAccessKey: session.secretAccessKey, sessionToken: session.token }] : [],
    ),
  addFaults: (spec) => state.faults.add(spec),
  clearFaults: () => state.faults.clear(),
  onCall: (listener) => {
    state.listener = listener;
  },
});
