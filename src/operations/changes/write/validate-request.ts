import type { Cluster } from '../../../schema/primitives.ts';
import type { RegisteredAccount } from '../../accounts/account.ts';
import type { Deps } from '../../call/deps.ts';
import { requestedPolicies, requireAttachable } from '../../guards/attachable-policies.ts';
import { requireBoundary, requireName } from '../../guards/guard-rails.ts';
import { requireNotOwn } from '../../guards/own-roles.ts';
import { parseClusters } from '../../roles/clusters.ts';
import { requireDistinctTags, requirePolicies } from '../../roles/validate.ts';
import type { WriteRequest } from '../write-request.ts';

/**
 * Validates a request as far as that is possible without reading the role, and answers its clusters. Faults:
 * INVALID_INPUT, FORBIDDEN by the guard rails, UNMODIFIABLE_ROLE, AWS_FAILED.
 */
export async function validateRequest(
  deps: Deps,
  account: RegisteredAccount,
  request: WriteRequest,
): Promise<Cluster[]> {
  const { guardRails } = deps;
  requirePolicies(account, request);
  requireDistinctTags(request.tags);
  requireName(guardRails, request.roleName);
  requireBoundary(guardRails, account, request.permissionsBoundary);
  requireAttachable(guardRails, account, requestedPolicies(request.additionalPolicyArns));
  const rule = request.kind === 'RETRACT' || request.kind === 'REVERT' ? 'ANY' : 'LISTED';
  const clusters = parseClusters(deps, account, request.clusters, rule, request.regionPointer);
  await requireNotOwn(deps, account, request.roleName);
  return clusters;
}
