import type { Cluster } from '../../schema/primitives.ts';
import { BudgetExceeded } from '../patterns/budget.ts';
import { isListedRegion } from '../patterns/regions.ts';
import { removeLines } from '../rewrite/retract.ts';
import { clusterKey, distinctClusters } from '../role/cluster.ts';
import type { Observed } from '../role/role-state.ts';
import { namedCluster } from '../trust/findings/seen-findings.ts';
import { type ParsedRole, parseTrust } from '../trust/parse-trust.ts';
import { linesOf, type TrustReading } from '../trust/reading.ts';
import { noEffects } from './effects/list-effects.ts';
import type { HeldClaim } from './plan-claim.ts';
import { planRetraction } from './plan-retract.ts';
import {
  isRefusal,
  type PlanResult,
  refuse,
  refuseMissingRole,
  takeSnapshot,
  withinBudget,
} from './planned.ts';
import { refuseProtected } from './protected-path.ts';

/**
 * The clusters whose lines a prune may remove: those that a line names, in a Region that AWS lists, and that
 * `isGone` says are gone. A line with wildcards may serve others, and stays. Faults: BudgetExceeded.
 */
function findPrunable(reading: TrustReading, isGone: (cluster: Cluster) => boolean): Cluster[] {
  const clusters = linesOf(reading).flatMap((line) => namedCluster(reading, line) ?? []);
  return distinctClusters(clusters).filter(
    (cluster) => isListedRegion(cluster.region, reading) && isGone(cluster),
  );
}

/** The same for a role that is not parsed yet. None where its patterns are too complex to evaluate. */
export function findPrunableOf(observed: Observed, isGone: (cluster: Cluster) => boolean): Cluster[] {
  const { role } = observed;
  try {
    return role ? findPrunable(parseTrust(observed, role).reading, isGone) : [];
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
    return [];
  }
}

/** Removes the lines of these clusters, which are gone and which nobody claims, and nothing else. */
export function planPrune(
  observed: Observed,
  gone: readonly Cluster[],
  claims: readonly HeldClaim[] = [],
): PlanResult {
  const { role } = observed;
  if (!role) return refuseMissingRole(observed);
  return withinBudget(observed, () => pruneWithinBudget(observed, parseTrust(observed, role), gone, claims));
}

function pruneWithinBudget(
  observed: Observed,
  current: ParsedRole,
  gone: readonly Cluster[],
  claims: readonly HeldClaim[],
): PlanResult {
  const { document, reading, roleName, path } = current;
  const refused = refuseProtected(roleName, path);
  if (refused) return refused;
  const claimed = new Set(claims.map(({ cluster }) => clusterKey(cluster)));
  const goes = new Set(gone.map(clusterKey).filter((key) => !claimed.has(key)));
  const clusters = findPrunable(reading, (cluster) => goes.has(clusterKey(cluster)));
  if (clusters.length === 0) {
    const snapshot = takeSnapshot(current, document);
    return { kind: 'RETRACT', steps: [], before: snapshot, after: snapshot, effects: noEffects };
  }
  const keys = new Set(clusters.map(clusterKey));
  const lines = linesOf(reading).filter((line) => {
    const cluster = namedCluster(reading, line);
    return cluster !== null && keys.has(clusterKey(cluster));
  });
  const values = new Set(lines.map(({ value }) => value));
  const retraction = removeLines(document, reading, (value) => values.has(value));
  if (retraction.outcome === 'LAST')
    return refuse(
      'LAST_CLUSTER',
      `Every line that lets a cluster use ${roleName} is of a cluster that is gone. Add a cluster that uses the role, or delete the role in IAM if nothing uses it.`,
    );
  const planned = planRetraction(observed, current, retraction, clusters);
  return isRefusal(planned) ? planned : { ...planned, clusters };
}
