import { randomUUID } from 'node:crypto';
import type { Adapters } from './adapters.ts';
import { mintServiceToken } from './auth/service-token.ts';
import type { Config } from './config.ts';
import type { ServerOptions } from './http/server.ts';
import { createRefusalCounts } from './operations/call/refusal-counts.ts';
import { rememberClusters } from './operations/clusters/remember-clusters.ts';

/** Puts together what operations work with. `onForgotten`: clusters could not be remembered. */
export function createDeps(
  config: Config,
  adapters: Adapters,
  stopping: AbortSignal,
  onForgotten: (error: unknown) => void,
): ServerOptions['deps'] {
  const { roles, permissions, organizations, guardRails, now, inFlight, database } = adapters;
  const { accounts, imports, ledger, audit, claims, locks, idempotencyKeys, serviceTokens, clock } = database;
  const { sweeps, posture, outbox, schedules, seenClusters } = database;
  return {
    ...{ roles, permissions, organizations, guardRails, now, inFlight },
    ...{ accounts, imports, ledger, audit, claims, locks, idempotencyKeys, serviceTokens, clock },
    ...{ sweeps, posture, outbox, schedules, seenClusters },
    clusters: rememberClusters(adapters.clusters, { seenClusters, inFlight, onFailure: onForgotten }),
    mintServiceToken,
    newId: randomUUID,
    memberRole: { name: config.MEMBER_ROLE_NAME, externalId: config.MEMBER_EXTERNAL_ID ?? null },
    organizationId: config.ORGANIZATION_ID ?? null,
    extraRegions: config.EXTRA_REGIONS?.split(',') ?? [],
    eksRegions: config.EKS_REGIONS?.split(',') ?? [],
    // In ms: see Deps.
    readBackDelays: [50, 100, 200, 400, 800, 1600],
    recordDelays: [100, 300, 1000, 2000, 4000, 8000],
    recordPatienceMs: 1500,
    untouchedPatienceMs: 300,
    profilesPatienceMs: 5000,
    staleMs: config.IAM_STALE_SECONDS * 1000,
    readiness: { patienceMs: 120_000, intervalMs: 2000, settleMs: 10_000 },
    stopping,
    refusals: createRefusalCounts(adapters.observer),
    observer: adapters.observer,
  };
}
