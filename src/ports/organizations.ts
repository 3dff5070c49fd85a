import type { OrganizationAccount } from '../domain/role/organization.ts';
import type { Fault } from '../fault.ts';
import type { Caller } from '../schema/caller.ts';

/** AWS Organizations, through a role in the management account or in that of a delegated administrator. */
export interface Organizations {
  /** The role that is assumed. */
  roleArn: string;
  /**
   * Every account of the organization, closed ones included, in pages of at most twenty, each read when it is
   * taken. `untagged` is why tags could not be read. Tags that cannot be read are left out, and the others
   * follow. Faults: ACCOUNT_UNREACHABLE (the role may not be assumed), AWS_FAILED, AWS_THROTTLED.
   */
  pages(caller: Caller): AsyncIterable<{ accounts: OrganizationAccount[]; untagged: Fault | null }>;
  close(): void;
}
