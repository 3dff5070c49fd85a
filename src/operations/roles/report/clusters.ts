import { isListedRegion, isOfPartition, nearestRegion } from '../../../domain/patterns/regions.ts';
import type { CheckContext } from '../../../domain/role/check-context.ts';
import { distinctClusters } from '../../../domain/role/cluster.ts';
import type { Account } from '../../../schema/account.ts';
import type { Cluster } from '../../../schema/primitives.ts';
import type { Deps } from '../../call/deps.ts';
import { invalidInput } from '../../call/input.ts';

/**
 * Which Regions a request may name. LISTED, where lines are added: those that AWS lists. OF_PARTITION, where
 * a question is asked: those that have the form of the account's partition. ANY, so that every line can be
 * removed: those that are well-formed.
 */
export type RegionRule = 'LISTED' | 'OF_PARTITION' | 'ANY';

/**
 * Each cluster once. Fault: INVALID_INPUT for a Region that the rule does not allow. `pointerOf` names the
 * field of a cluster.
 */
export function parseClusters(
  { extraRegions }: Pick<Deps, 'extraRegions'>,
  { partition }: Account,
  clusters: Cluster[],
  rule: RegionRule,
  pointerOf = (index: number) => `/clusters/${index}/region`,
): Cluster[] {
  const errors = clusters.flatMap(({ region }, i) => {
    const message = regionError(region, rule, { partition, extraRegions });
    return message === null ? [] : [{ pointer: pointerOf(i), message }];
  });
  if (errors.length > 0) throw invalidInput(errors);
  return distinctClusters(clusters);
}

function regionError(
  region: string,
  rule: RegionRule,
  where: Pick<CheckContext, 'partition' | 'extraRegions'>,
): string | null {
  if (region === '*' || rule === 'ANY') return null;
  if (!isOfPartition(region, where.partition))
    return `must be a Region of partition ${where.partition}, where this account is`;
  return rule === 'OF_PARTITION' || isListedRegion(region, where)
    ? null
    : unlistedRegion(region, nearestRegion(region, where));
}

/** The error about a Region that AWS does not list. */
export const unlistedRegion = (region: string, nearest: string): string =>
  `must be one of AWS's Regions, and ${region} is none. Did you mean ${nearest}? The setting EXTRA_REGIONS adds a new Region`;
