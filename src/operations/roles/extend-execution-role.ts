import { keepClaims } from '../../domain/plan/plan-claim.ts';
import { planExtend } from '../../domain/plan/plan-extend.ts';
import { clusterKey, isSameCluster } from '../../domain/role/cluster.ts';
import type { Cluster, ListedCluster } from '../../schema/primitives.ts';
import { ExtendExecutionRoleInput } from '../../schema/role.ts';
import { WriteResult } from '../../schema/write-result.ts';
import { invalidInput } from '../call/input.ts';
import { defineOperation } from '../call/operation.ts';
import { apply } from '../changes/apply.ts';
import { replayWrite } from '../changes/replay-write.ts';
import { claimantOf } from '../guards/claim-guard.ts';
import { awaitReady } from './await-ready.ts';

export const extendExecutionRole = defineOperation({
  name: 'extendExecutionRole',
  tag: 'Execution roles',
  summary: 'Extends the role to cover more clusters. Keeps a claim of each cluster on request.',
  permission: ['write'],
  concerns: 'ACCOUNT',
  attempt: ({ claim: _, wait: __, ...input }) => ({ ...input, kind: 'EXTEND' }),
  kind: 'MUTATION',
  input: ExtendExecutionRoleInput,
  output: WriteResult,
  replay: replayWrite,
  run: async (
    deps,
    {
      onMismatch = 'REFUSE',
      compact = false,
      drop = [],
      claimant: named,
      claim: isClaimed = named !== undefined,
      wait,
      ...input
    },
    caller,
    { authorizePlan },
  ) => {
    validateClusters(input.clusters, drop);
    const claimant = claimantOf(caller, named);
    const written = await apply(
      deps,
      {
        ...input,
        kind: 'EXTEND',
        claim: isClaimed ? { claimant, effect: 'KEEP' } : undefined,
        canTakeCoverage: onMismatch !== 'REFUSE' || compact || drop.length > 0,
        authorizePlan,
        plan: (observed, clusters, claims) => {
          const planned = planExtend(observed, clusters, onMismatch, compact, drop);
          return isClaimed ? keepClaims(planned, clusters, claims, claimant) : planned;
        },
      },
      caller,
    );
    return await awaitReady(deps, { ...input, wait }, written, caller);
  },
});

/** Fault: INVALID_INPUT where no cluster is named, or where one is to be both covered and dropped. */
function validateClusters(clusters: Cluster[], drop: ListedCluster[]): void {
  const errors = drop.flatMap((dropped, i) =>
    clusters.some((cluster) => isSameCluster(cluster, dropped))
      ? [
          {
            pointer: `/drop/${i}`,
            message: `must not be a cluster that is asked for: ${clusterKey(dropped)} is in /clusters`,
          },
        ]
      : [],
  );
  if (clusters.length + drop.length === 0)
    errors.push({
      pointer: '/clusters',
      message: 'must be 1 to 100 clusters; or none, where drop names some',
    });
  if (errors.length > 0) throw invalidInput(errors);
}
