import type { Faults, Subject } from './faults.ts';
import type { Account, LedgerEntry, Organization, Principal, Role } from './model.ts';

export interface State {
  now(): number;
  /** What conditions see as aws:CurrentTime. */
  currentTime(): number;
  accounts: Map<string, Account>;
  /** By the ID of the management account. */
  organizations: Map<string, Organization>;
  /** Both by access key ID. */
  users: Map<string, Principal>;
  sessions: Map<string, Principal>;
  ledger: LedgerEntry[];
  ledgerSeq: number;
  /** All authenticated calls, accepted or not: account, then action. AssumeRole counts for the account it aims at. */
  calls: Map<string, Record<string, number>>;
  /** By account: the actions for which AWS would have looked into the policies of its principals. */
  judged: Map<string, Set<string>>;
  faults: Faults;
  /** Who wants to be told of calls; see World.onCall. */
  listener: CallListener | null;
  /** To be called after everything that the state file should hold. */
  changed(): void;
}

/**
 * Told of each call that was let in, before anything is done and again when all is done but the answer, which waits for
 * it. Answering 'reset' tears the connection down instead.
 */
export type CallListener = (
  call: Subject & { requestId: string; when: 'before' | 'after' },
) => 'reset' | undefined | Promise<'reset' | undefined>;

/** To be called for each action that a request takes a permission for; of AssumeRole with tags there are two. */
export const noteJudged = ({ judged }: State, { accountId }: Principal, action: string): void => {
  judged.set(accountId, (judged.get(accountId) ?? new Set()).add(action));
};

/** Throws where there is no such account: accounts have to be seeded before anything in them. */
export const accountOf = (state: State, accountId: string): Account => {
  const account = state.accounts.get(accountId);
  if (!account) throw new Error(`the sandbox has no account ${accountId}`);
  return account;
};

/** The one place where roles change: null takes the role away. */
export const storeRole = (state: State, account: Account, key: string, role: Role | null): void => {
  state.faults.remember(account.accountId, key, account.roles.get(key) ?? null);
  if (role) account.roles.set(key, role);
  else account.roles.delete(key);
};

/** The roles as reads show them: the present ones, but for accounts that serve stale reads. */
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
