import type { OrganizationAccount } from '../domain/role/organization.ts';
import type { Fault } from '../fault.ts';
import type { Caller } from '../schema/caller.ts';

/** AWS Organizations, through a role in the management account or in that of a delegated administrator. */
export interface Organizations {
  /** The role that it goes through. */
  roleArn: string;
  /**
   * Every account of the organization, closed ones too, in pages of twenty at the most, which are asked for as they are taken.
   * `untagged` says why tags could not be read; what is not to be had of one account is left out, not fatal. Faults:
   * ACCOUNT_UNREACHABLE (the role may not be assumed), AWS_FAILED, AWS_THROTTLED.
   */
  pages(caller: Caller): AsyncIterable<{ accounts: OrganizationAccount[]; untagged: Fault | null }>;
  close(): void;
}
