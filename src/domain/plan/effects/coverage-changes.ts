import type { CoverageEffect, RoleSnapshot } from '../../../schema/plan.ts';
import type { Cluster, JsonObject } from '../../../schema/primitives.ts';
import { hasWildcard, matchesText } from '../../patterns/prefix-match.ts';
import { isOfPartition } from '../../patterns/regions.ts';
import { canonical, isObject, oneOrMany } from '../../policy/document.ts';
import { reachOf } from '../../role/arn.ts';
import type { CheckContext } from '../../role/check-context.ts';
import { clusterKey, distinctClusters } from '../../role/cluster.ts';
import { clustersIn } from '../../trust/coverage.ts';
import { ofTrust } from '../../trust/read-trust.ts';
import { linesOf } from '../../trust/reading.ts';
import type { Planned } from '../planned.ts';
import { compareCoverage, isGained, isLost } from './compare-coverage.ts';

/** Where a plan may change which clusters can use the role. */
export interface CoverageScope {
  /** May a cluster lose the role? */
  canLose: boolean;
  /** The clusters that are known by name. */
  named: Cluster[];
  /** The Regions whose clusters have to be listed, because a wildcard stands for them. */
  regions: string[];
  /** Does a wildcard stand for Regions? `regions` has those that are known. */
  isOfManyRegions: boolean;
  /** Does a wildcard stand for Regions, and no Region is known? */
  isBoundless: boolean;
}

/**
 * The scope of a plan. `besides`: clusters that it may take the role from, besides those in its effects.
 * `usualRegions`: the Regions that a wildcard stands for, besides those that the role's lines name.
 */
export function findScope(
  context: CheckContext,
  planned: Planned,
  besides: readonly Cluster[],
  usualRegions: readonly string[],
): CoverageScope {
  const { clustersLost, clustersGained } = planned.effects;
  const losing = [...clustersLost, ...besides, ...findDenied(context, planned)];
  const changing = [...losing, ...clustersGained];
  const wide = changing.filter(isWide);
  const isOfManyRegions = wide.some(({ region }) => hasWildcard(region));
  const known = isOfManyRegions ? [...listRegions(context, planned), ...usualRegions] : [];
  const reached = wide.map(({ region }) =>
    hasWildcard(region) ? known.filter((one) => matchesText(region, one)) : [region],
  );
  const exists = (region: string) => isOfPartition(region, context.partition);
  return {
    canLose: losing.length > 0,
    named: changing.filter((cluster) => !isWide(cluster) && exists(cluster.region)),
    regions: [...new Set(reached.flat().filter(exists))],
    isOfManyRegions,
    isBoundless: reached.some((regions) => regions.length === 0),
  };
}

const isWide = ({ region, name }: Cluster) => hasWildcard(region) || hasWildcard(name);

/** The Regions that the role's lines name, before the plan or after it. */
const listRegions = (context: CheckContext, { before, after }: Planned): string[] =>
  [before, after].flatMap((snapshot) =>
    snapshot
      ? ofTrust(snapshot.trust, context, (reading) =>
          linesOf(reading).map(({ value }) => reachOf(context.kind.source, value).region),
        ).filter((region) => !hasWildcard(region))
      : [],
  );

/** The clusters that a new Deny takes away. The effects of a plan do not consider Deny statements. */
function findDenied(context: CheckContext, { before, after }: Planned): Cluster[] {
  if (!before || !hasNewDeny(before, after)) return [];
  const clusters = ofTrust(before.trust, context, clustersIn);
  const denied = compareCoverage(context, [before.trust, after.trust], clusters, isLost, true);
  return clusters.filter((_, i) => denied[i]);
}

function hasNewDeny(before: RoleSnapshot, after: RoleSnapshot): boolean {
  const denies = ({ Statement }: JsonObject) =>
    oneOrMany(Statement).filter((statement) => isObject(statement) && statement.Effect === 'Deny');
  const known = new Set(denies(before.trust).map(canonical));
  return denies(after.trust).some((statement) => !known.has(canonical(statement)));
}

/** A cluster that a plan gives the role, or takes it from. */
export interface CoverageChange {
  cluster: Cluster;
  effect: CoverageEffect;
}

/**
 * Which of these clusters gain the role or lose it. Null: the patterns are too complex to evaluate.
 */
export function findCoverageChanges(
  context: CheckContext,
  { before, after, effects }: Planned,
  clusters: readonly Cluster[],
): CoverageChange[] | null {
  const distinct = distinctClusters(clusters);
  // Lines that only some readers see count as lost in the effects, and show in no reading.
  const named = new Set(effects.clustersLost.map(clusterKey));
  const answers = compareCoverage(
    context,
    [before?.trust ?? {}, after.trust],
    distinct,
    (comparison, cluster): CoverageEffect | 'SAME' | 'TOO_COMPLEX' =>
      named.has(clusterKey(cluster)) || isLost(comparison, cluster)
        ? 'LOST'
        : isGained(comparison, cluster)
          ? 'GAINED'
          : 'SAME',
    'TOO_COMPLEX',
  );
  if (answers.includes('TOO_COMPLEX')) return null;
  return distinct.flatMap((cluster, i) => {
    const effect = answers[i];
    return effect === 'LOST' || effect === 'GAINED' ? [{ cluster, effect }] : [];
  });
}
