import type { RegionLook } from '#src/ports/seen-clusters.ts';

/** A look at us-west-2 that saw nothing, but for `more`. */
export const look = (more: Partial<RegionLook>): RegionLook => ({
  accountId: '111122223333',
  region: 'us-west-2',
  isListing: false,
  shown: [],
  absent: [],
  profiles: [],
  ...more,
});
