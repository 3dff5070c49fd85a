import type { PlannedStep } from '../domain/plan/steps/step.ts';
import type { RoleAddress } from '../domain/role/role-arn.ts';
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

/**
 * IAM in one account, through its member role. Faults: ACCOUNT_UNREACHABLE, AWS_FAILED, AWS_THROTTLED,
 * ROLE_BUSY, QUOTA_EXCEEDED, …
 */
export interface Roles {
  /** Reads the role in two parallel IAM calls. Null: the account has no such role. `inline` stays null. */
  read(account: Account, roleName: string, caller: Caller): Promise<RoleState | null>;
  /** As `read`, with a third parallel call for the names of inline policies. */
  readWhole(account: Account, roleName: string, caller: Caller): Promise<RoleState | null>;
  /**
   * The wanted roles of the account. One IAM call lists a thousand of all its roles, without descriptions:
   * `description` is null. A role may be listed twice if roles come and go meanwhile.
   */
  listAll(account: Account, caller: Caller, isWanted: (role: RoleState) => boolean): Promise<RoleState[]>;
  /** The account's limits. AWS is asked at most once an hour, or now where `fresh`. */
  quotas(account: Account, caller: Caller, fresh?: boolean): Promise<Quotas>;
  /** The limits if they are known already. Never calls AWS. */
  knownQuotas(account: Account): Quotas | null;
  /**
   * The role that this process runs as. Null: it runs as a user. AWS is asked once. Fault: AWS_FAILED,
   * retryable, while AWS does not answer.
   */
  ownRole(partition: Partition): Promise<RoleAddress | null>;
  /** The session name under which the account's CloudTrail shows what is done for a caller. */
  sessionName(caller: Caller): string;
  /** The stored text of the trust policy, in one IAM call. Null: there is no such role. */
  readTrust(account: Account, roleName: string, caller: Caller): Promise<string | null>;
  /**
   * Gets a session from AWS with the rights for the writes of an intent, and no others. `write` does so
   * itself if this was not called, and then takes longer.
   */
  openWriting(intent: Intent, account: Account, caller: Caller): Promise<void>;
  /**
   * Sends one write. It takes an Intent, which only the ledger makes: an unaudited write does not compile.
   * `confirm` is called each time before the request is sent. If it throws, the request is not sent.
   */
  write(
    intent: Intent,
    account: Account,
    step: PlannedStep,
    caller: Caller,
    confirm: RoleLock['confirm'],
  ): Promise<{ awsRequestId: string | null }>;
}
