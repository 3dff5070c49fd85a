import type { Partition } from '../../schema/primitives.ts';

/** What a check knows besides the role: the account, its organization, the time, and which Regions there are. */
export interface CheckContext {
  accountId: string;
  partition: Partition;
  /** The account's organization, such as o-a1b2c3d4e5; null where it is not known. */
  organizationId: string | null;
  /** The time of the check. */
  now: Date;
  /** Regions that are newer than the list in regions.ts. */
  extraRegions: readonly string[];
}
