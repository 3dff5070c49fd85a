import { repeatedTags } from '../../../domain/role/same.ts';
import type { Account } from '../../../schema/account.ts';
import type { Cluster, Tags } from '../../../schema/primitives.ts';
import type { RegisteredAccount } from '../../accounts/account.ts';
import type { Deps } from '../../call/deps.ts';
import { escapePointer, invalidInput } from '../../call/input.ts';
import { requestedPolicies, requireAttachable } from '../../guards/attachable-policies.ts';
import { requireBoundary, requireName } from '../../guards/guard-rails.ts';
import { requireNotOwn } from '../../guards/own-roles.ts';
import { parseClusters } from '../../roles/report/clusters.ts';
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

/** Fault: INVALID_INPUT for a managed policy that no role of this account can have. */
function requirePolicies(
  { partition, accountId }: Account,
  {
    permissionsBoundary,
    additionalPolicyArns,
  }: { permissionsBoundary?: string | undefined; additionalPolicyArns?: string[] | undefined },
): void {
  const prefixes = [`arn:${partition}:iam::aws:policy/`, `arn:${partition}:iam::${accountId}:policy/`];
  const given = [
    ...requestedPolicies(additionalPolicyArns),
    ...(permissionsBoundary === undefined
      ? []
      : [{ pointer: '/permissionsBoundary', arn: permissionsBoundary }]),
  ];
  const errors = given
    .filter(({ arn }) => !prefixes.some((prefix) => arn.startsWith(prefix)))
    .map(({ pointer }) => ({
      pointer,
      message: `must be a policy of AWS or of this account: ${prefixes.join('NAME or ')}NAME`,
    }));
  if (errors.length > 0) throw invalidInput(errors);
}

/** Fault: INVALID_INPUT for two tags that IAM takes for one. */
function requireDistinctTags(tags: Tags = {}): void {
  const errors = repeatedTags(tags).map(({ first, again }) => ({
    pointer: `/tags/${escapePointer(again)}`,
    message: `must not stand beside ${first}: IAM ignores letter case in tag keys, so the two are one tag`,
  }));
  if (errors.length > 0) throw invalidInput(errors);
}
