import type { Caller } from '../schema/caller.ts';
import type { AccountRecord } from './accounts.ts';

/** The resource of a decision: one account, or the service as a whole. */
export type Resource =
  | 'SERVICE'
  /** `account` null: it is not registered. */
  | { accountId: string; account: Pick<AccountRecord, 'name' | 'partition' | 'labels'> | null };

/** Decides which callers may do which actions. Pure: the same question has the same answer for as long as the process lives. */
export interface Permissions {
  /** Properties that decisions can depend on: the account, its labels, the name of the role. */
  readonly tellsApart: { accounts: boolean; labels: boolean; roleNames: boolean };
  /** Can decisions depend on whether the Fargate profiles of a plan are known? */
  readonly considersProfiles: boolean;
  /** `action` is the name of an operation. The scope of the caller's credential is not considered here. */
  allows(
    caller: Caller,
    action: string,
    resource: Resource,
    /**
     * `own`: the sweep or schedule in question is the caller's own. Null: the action is about none.
     * `profilesKnown`: whether the Fargate profiles of the plan are known. Null: there is no plan yet, or none
     * that takes coverage away.
     */
    about: {
      dryRun: boolean;
      roleName: string | null;
      own: boolean | null;
      profilesKnown: boolean | null;
    },
  ): boolean;
}
