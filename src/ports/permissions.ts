import type { Caller } from '../schema/caller.ts';
import type { AccountRecord } from './accounts.ts';

/** What a decision is about: one account, by what is known of it, or the service as a whole. */
export type Resource =
  | 'SERVICE'
  /** Without `account`: it is not registered. */
  | { accountId: string; account: Pick<AccountRecord, 'name' | 'partition' | 'labels'> | null };

/** Who may do what. Pure: of the same question the answer is the same for as long as the process lives. */
export interface Permissions {
  /** What decisions may depend on: which account it is, its labels, the name of the role. */
  readonly tellsApart: { accounts: boolean; labels: boolean; roleNames: boolean };
  /** `action` is the name of an operation. What a caller's scope takes away is not looked at here. */
  allows(
    caller: Caller,
    action: string,
    resource: Resource,
    /** `own`: is the sweep or the schedule that it is about the caller's own? Null where it is about none. */
    about: { dryRun: boolean; roleName: string | null; own: boolean | null },
  ): boolean;
}
