import type { RolePosture } from '../schema/posture.ts';
import type { Labels } from '../schema/primitives.ts';
import type { Verdict } from '../schema/report.ts';
import type { AccountRecord } from './accounts.ts';
import type { Permissions } from './permissions.ts';

/** The last known verdict of a role. */
export interface PostureRecord extends Omit<RolePosture, 'checkedAt' | 'changedAt' | 'ageSeconds'> {
  checkedAt: Date;
  changedAt: Date;
}

/** Which accounts' roles; all that is given must hold. */
export interface PostureFilter {
  accountId?: string | undefined;
  labels?: Labels | undefined;
}

/** Roles that no decision tells apart, and one of them: its account and its name. The last change and the earliest check of all. */
export interface PostureCount extends Pick<PostureRecord, 'accountId' | 'roleName' | 'verdict' | 'changedAt' | 'checkedAt'> {
  account: Pick<AccountRecord, 'name' | 'partition' | 'labels'>;
  roles: number;
}

/** What is known of the roles of the registered accounts; sweeps that check add to it as they keep their results. Fault: UNAVAILABLE. */
export interface Posture {
  /** By account, then by role; `after` is the last of the page before. */
  list(query: PostureFilter & { verdict?: Verdict | undefined; after: RoleKey | null; limit: number }): Promise<PostureRecord[]>;
  /** Counts roles, apart for all that `tellsApart` says. */
  counts(filter: PostureFilter, tellsApart: Permissions['tellsApart']): Promise<PostureCount[]>;
  /** The names of the roles that are known in these accounts, by account. */
  rolesOf(accountIds: string[]): Promise<ReadonlyMap<string, string[]>>;
  /** Forgets the roles that are MISSING since before then, and answers how many they were. */
  purge(before: Date): Promise<number>;
}

/** One role of one account; its name as it is kept, in lower case. */
interface RoleKey {
  accountId: string;
  roleKey: string;
}
