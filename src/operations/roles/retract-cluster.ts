import { planRelease } from '../../domain/plan/plan-claim.ts';
import { RetractClusterInput } from '../../schema/role.ts';
import { WriteResult } from '../../schema/write-result.ts';
import { defineOperation } from '../call/operation.ts';
import { apply } from '../changes/apply.ts';
import { replayWrite } from '../changes/replay-write.ts';
import { claimantOf } from '../guards/claim-guard.ts';

export const retractCluster = defineOperation({
  name: 'retractCluster',
  tag: 'Execution roles',
  summary:
    "Ends the caller's claim of one cluster, and removes its line unless another claim needs it. Nothing else changes.",
  permission: ['write'],
  concerns: 'ACCOUNT',
  attempt: ({ region, name, ...input }) => ({ ...input, kind: 'RETRACT', clusters: [{ region, name }] }),
  kind: 'MUTATION',
  input: RetractClusterInput,
  output: WriteResult,
  replay: replayWrite,
  run: (deps, { region, name, claimant: named, ...input }, caller, { authorizePlan }) => {
    const cluster = { region, name };
    const claimant = claimantOf(caller, named);
    const override = input.override?.includes('CLUSTER_CLAIMED') ?? false;
    return apply(
      deps,
      {
        ...input,
        kind: 'RETRACT',
        clusters: [cluster],
        regionPointer: () => '/region',
        claim: { claimant, effect: 'END' },
        canTakeCoverage: true,
        authorizePlan,
        plan: (observed, _, claims) => planRelease(observed, cluster, claims, { claimant, override }),
      },
      caller,
    );
  },
});
