import type { PlanResult } from '../../domain/plan/planned.ts';
import type { Observed } from '../../domain/role/role-state.ts';
import type { ClaimRecord } from '../../ports/claims.ts';
import type { Override } from '../../schema/override.ts';
import type { Cluster, Tags } from '../../schema/primitives.ts';
import type { RequestedChange } from '../call/log-draft.ts';

/** A request to change a role, whichever operation makes it. */
export interface WriteRequest extends RequestedChange {
  /** The field that holds the Region of the cluster with this index, for an error about it. */
  regionPointer?: (index: number) => string;
  tags?: Tags | undefined;
  permissionsBoundary?: string | undefined;
  additionalPolicyArns?: string[] | undefined;
  override?: Override[] | undefined;
  dryRun?: boolean | undefined;
  ifMatch?: string | undefined;
  plan: (
    observed: Observed,
    clusters: Cluster[],
    claims: readonly ClaimRecord[],
  ) => PlanResult | Promise<PlanResult>;
}
