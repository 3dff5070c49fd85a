import { type Cluster, clusterKey } from './eks/model.ts';
import type { Faults, Subject } from './faults.ts';
import type { Account, LedgerEntry, Organization, Principal, Role } from './model.ts';

export interface State {
  now(): number;
  /** The time for aws:CurrentTime in conditions. */
  currentTime(): number;
  accounts: Map<string, Account>;
  /** By the ID of the management account. */
  organizations: Map<string, Organization>;
  /** Both by access key ID. */
  users: Map<string, Principal>;
  sessions: Map<string, Principal>;
  ledger: LedgerEntry[];
  ledgerSeq: number;
  /**
   * The number of authenticated calls, accepted or not, by account and action. AssumeRole counts for its
   * target account.
   */
  calls: Map<string, Record<string, number>>;
  /** By account: the actions that AWS would have authorized by the policies of its principals. */
  judged: Map<string, Set<string>>;
  faults: Faults;
  /** The listener to calls. See World.onCall. */
  listener: CallListener | null;
  /** Call it after every change that the state file must store. */
  changed(): void;
}

/**
 * Called twice for each admitted call: before it takes effect, and before its answer is sent. The call waits
 * for the result. 'reset' closes the connection instead.
 */
export type CallListener = (
  call: Subject & { requestId: string; when: 'before' | 'after' },
) => 'reset' | undefined | Promise<'reset' | undefined>;

/** Call it for each action that a request needs permission for. AssumeRole with tags needs two. */
export const noteJudged = ({ judged }: State, { accountId }: Principal, action: string): void => {
  judged.set(accountId, (judged.get(accountId) ?? new Set()).add(action));
};

/** Records an accepted write in the ledger. */
export const recordWrite = (
  state: State,
  { accountId, session }: Principal,
  entry: Pick<LedgerEntry, 'action' | 'roleName' | 'requestId' | 'params'>,
): void => {
  state.ledgerSeq += 1;
  state.ledger.push({
    seq: state.ledgerSeq,
    at: state.now(),
    accountId,
    sessionName: session?.name ?? null,
    ...entry,
  });
  state.changed();
};

/** Throws for an unknown account: seed an account before its roles. */
export const accountOf = (state: State, accountId: string): Account => {
  const account = state.accounts.get(accountId);
  if (!account) throw new Error(`the sandbox has no account ${accountId}`);
  return account;
};

/** The only function that changes roles. Null deletes the role. */
export const storeRole = (state: State, account: Account, key: string, role: Role | null): void => {
  state.faults.remember(account.accountId, key, account.roles.get(key) ?? null);
  if (role) account.roles.set(key, role);
  else account.roles.delete(key);
};

/** Stores a new cluster, or a new state of one. */
export const storeCluster = (state: State, account: Account, cluster: Cluster): void => {
  account.clusters.set(clusterKey(cluster), cluster);
  state.changed();
};

/** The roles as reads show them: the current ones, except in accounts with stale reads. */
export const visibleRoles = (state: State, account: Account): ReadonlyMap<string, Role> => {
  const older = state.faults.staleRoles(account.accountId);
  if (older.size === 0) return account.roles;
  const shown = new Map(account.roles);
  for (const [key, role] of older) {
    if (role) shown.set(key, role);
    else shown.delete(key);
  }
  return shown;
};
