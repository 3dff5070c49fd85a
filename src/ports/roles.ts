import type { PlannedStep } from '../domain/plan/step.ts';
import type { RoleState } from '../domain/role/role-state.ts';
import type { Account } from '../schema/account.ts';
import type { Caller } from '../schema/caller.ts';
import type { Partition } from '../schema/primitives.ts';
import type { Intent } from './ledger.ts';
import type { RoleLock } from './locks.ts';

/** The account's own limits, from GetAccountSummary. */
export interface Quotas {
  trustPolicySize: number;
  policiesPerRole: number;
}

/** A role by which this service reaches AWS. */
export interface OwnRole {
  accountId: string;
  roleName: string;
}

/** IAM in one account, reached through its member role. Faults: ACCOUNT_UNREACHABLE, AWS_FAILED, AWS_THROTTLED, ROLE_BUSY, QUOTA_EXCEEDED, … */
export interface Roles {
  /** Two IAM calls side by side; null when the account has no such role. `inline` stays null. */
  read(account: Account, roleName: string, caller: Caller): Promise<RoleState | null>;
  /** As `read`, with a third call beside the two for the inline policies' names. */
  readWhole(account: Account, roleName: string, caller: Caller): Promise<RoleState | null>;
  /**
   * The roles of the account that are wanted, in one IAM call for each thousand of all its roles. AWS does not give their
   * descriptions here: `description` is null. The same role may be there twice, where roles came and went meanwhile.
   */
  listAll(account: Account, caller: Caller, isWanted: (role: RoleState) => boolean): Promise<RoleState[]>;
  /** The account's limits: asked of AWS at most once an hour, or now where `fresh`. */
  quotas(account: Account, caller: Caller, fresh?: boolean): Promise<Quotas>;
  /** The limits if they are known already; never calls AWS. */
  knownQuotas(account: Account): Quotas | null;
  /**
   * The role that this process itself runs as; null where it is none, but a user. AWS is asked once. Fault: AWS_FAILED, retryable, while
   * it does not tell.
   */
  ownRole(partition: Partition): Promise<OwnRole | null>;
  /** The name of the session under which the account's CloudTrail shows what is done for a caller. */
  sessionName(caller: Caller): string;
  /** The stored text of the trust policy alone, in one IAM call; null when there is no such role. */
  readTrust(account: Account, roleName: string, caller: Caller): Promise<string | null>;
  /**
   * Gets the rights for the writes of an intent, and no others, from AWS. `write` does so too where it was not done, and
   * then takes that much longer.
   */
  openWriting(intent: Intent, account: Account, caller: Caller): Promise<void>;
  /**
   * One write. It takes an Intent, which only the ledger makes: an unaudited write does not compile. `confirm` is asked
   * before each time that the request goes out; where it throws, the request does not.
   */
  write(
    intent: Intent,
    account: Account,
    step: PlannedStep,
    caller: Caller,
    confirm: RoleLock['confirm'],
  ): Promise<{ awsRequestId: string | null }>;
}
