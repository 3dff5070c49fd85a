import type { Cluster } from '../../../schema/primitives.ts';
import { lineFor } from '../../role/arn.ts';
import { findDeny, isAllowed, isCertain } from '../coverage.ts';
import type { TrustReading } from '../reading.ts';
import { createFinding } from './finding.ts';

/**
 * Does a trust policy allow one cluster, and which Deny blocks it? `allowed` ignores Deny statements.
 */
export interface Coverage {
  cluster: Cluster;
  allowed: boolean;
  deniedAt: string | null;
  /** Is it known that the Deny matches? */
  isDenialCertain: boolean;
}

/** Faults: BudgetExceeded. */
export const readCoverage = (reading: TrustReading, clusters: Cluster[]): Coverage[] =>
  clusters.map((cluster) => {
    const deny = findDeny(reading, cluster);
    return {
      cluster,
      allowed: isAllowed(reading, cluster),
      deniedAt: deny?.pointer ?? null,
      isDenialCertain: deny !== null && isCertain(reading, deny, cluster),
    };
  });

export const createNotListed = (reading: TrustReading, cluster: Cluster) =>
  createFinding(
    'CLUSTER_NOT_LISTED',
    `No line covers cluster ${cluster.name} in ${cluster.region}.`,
    null,
    lineFor(reading, cluster),
  );

export const createDenied = ({ kind }: TrustReading, cluster: Cluster, pointer: string, isCertain: boolean) =>
  createFinding(
    'DENIED',
    `The Deny statement at ${pointer} ${isCertain ? 'can' : 'may'} match a ${kind.source.noun} of cluster ${cluster.name} in ${cluster.region}${isCertain ? '' : ': its outcome is unknown'}.`,
    pointer,
  );
