import type { Caller } from '../schema/caller.ts';
import type { AccountRecord } from './accounts.ts';

/** What a decision is about: one account, or the service as a whole. */
export type Resource =
  | 'SERVICE'
  /** `account` null: it is not registered. */
  | { accountId: string; account: Pick<AccountRecord, 'name' | 'partition' | 'labels'> | null };

/** Decides who may do what. Pure: the same question has the same answer for as long as the process lives. */
export interface Permissions {
  /** What decisions can depend on: the account, its labels, the name of the role. */
  readonly tellsApart: { accounts: boolean; labels: boolean; roleNames: boolean };
  /** `action` is the name of an operation. The scope of the caller's credential is not considered here. */
  allows(
    caller: Caller,
    action: string,
    resource: Resource,
    /** `own`: the sweep or schedule in question is the caller's own. Null: the action is about none. */
    about: { dryRun: boolean; roleName: string | null; own: boolean | null },
  ): boolean;
}
