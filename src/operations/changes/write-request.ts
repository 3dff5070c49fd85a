import type { PlanResult } from '../../domain/plan/planned.ts';
import type { Observed } from '../../domain/role/role-state.ts';
import type { ClaimRecord } from '../../ports/claims.ts';
import type { Override } from '../../schema/override.ts';
import type { Cluster, Tags } from '../../schema/primitives.ts';
import type { RegisteredAccount } from '../accounts/account.ts';
import type { Authorized } from '../call/authorize.ts';
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
  /**
   * Can a plan for this request take coverage from a cluster? Then the role is read, and EKS asked, before the
   * lock is taken.
   */
  canTakeCoverage: boolean;
  /** Authorizes a plan that takes coverage away. See `Authorized`. */
  authorizePlan: Authorized['authorizePlan'];
  /** Reads what the plan needs from elsewhere, before the lock is taken. */
  prepare?: (account: RegisteredAccount) => Promise<void>;
  plan: (
    observed: Observed,
    clusters: Cluster[],
    claims: readonly ClaimRecord[],
  ) => PlanResult | Promise<PlanResult>;
}
