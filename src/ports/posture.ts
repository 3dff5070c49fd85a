import type { AccountPosture, PostureDay, RolePosture } from '../schema/posture.ts';
import type { Labels } from '../schema/primitives.ts';
import type { FindingCode, Verdict } from '../schema/report.ts';
import type { AccountRecord } from './accounts.ts';
import type { Permissions } from './permissions.ts';

/** The last known verdict of a role. */
export interface PostureRecord extends Omit<RolePosture, 'checkedAt' | 'changedAt' | 'ageSeconds'> {
  checkedAt: Date;
  changedAt: Date;
}

/** Which roles are meant, whatever their verdict. All conditions that are given must hold. */
export interface PostureFilter {
  accountId?: string | undefined;
  labels?: Labels | undefined;
  finding?: FindingCode | undefined;
  /** A time, or a date in UTC. The verdict changed then or later, or the role was found. */
  changedSince?: string | undefined;
  /** Words that must each stand in the account's name, its ID or the role's name, in any letter case. */
  q?: string | undefined;
}

/**
 * Roles that every permission treats alike: their number, one of them, and the last change and the earliest
 * check of all.
 */
export interface PostureCount
  extends Pick<PostureRecord, 'accountId' | 'roleName' | 'verdict' | 'changedAt' | 'checkedAt'> {
  account: Pick<AccountRecord, 'name' | 'partition' | 'labels'>;
  roles: number;
}

/**
 * The last known verdicts of the roles of registered accounts. The results of sweeps that check update them.
 * Fault: UNAVAILABLE.
 */
export interface Posture {
  /** By account, then by role. `after`: the last role of the page before. */
  list(
    query: PostureFilter & { verdict?: Verdict | undefined; after: RoleKey | null; limit: number },
  ): Promise<PostureRecord[]>;
  /** Counts roles, with a count of its own for each combination of what permissions depend on. */
  counts(filter: PostureFilter, tellsApart: Permissions['tellsApart']): Promise<PostureCount[]>;
  /**
   * The registered accounts by ID, at most `limit`, and the number of all. Filters about roles select accounts
   * that have such a role. `accountIds`: null for all registered accounts.
   */
  accounts(
    query: PostureFilter & {
      verdict?: Verdict | undefined;
      accountIds: readonly string[] | null;
      limit: number;
    },
  ): Promise<{ total: number; unreachable: number; items: AccountPosture[] }>;
  /** The names of the known roles in these accounts, by account. */
  rolesOf(accountIds: string[]): Promise<ReadonlyMap<string, string[]>>;
  /**
   * The verdicts at the end of each of the last days, in UTC, today last. A day without a change has those of
   * the day before. `accountIds`: null for all registered accounts.
   */
  days(accountIds: readonly string[] | null, days: number): Promise<PostureDay[]>;
  /**
   * Deletes the roles that have been MISSING since before that time, the days before it that no trend needs,
   * and the checks of accounts that are no longer registered. Answers the number of roles.
   */
  purge(before: Date): Promise<number>;
}

/** One role of one account, with its name in lower case. */
interface RoleKey {
  accountId: string;
  roleKey: string;
}
