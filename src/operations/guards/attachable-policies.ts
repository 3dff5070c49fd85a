import { defaultKind } from '../../domain/kinds/kinds.ts';
import type { Planned } from '../../domain/plan/planned.ts';
import { Fault } from '../../fault.ts';
import type { GuardRails } from '../../ports/guard-rails.ts';
import type { Account } from '../../schema/account.ts';
import type { Partition } from '../../schema/primitives.ts';
import { matchesGlob } from './guard-rails.ts';

/**
 * The policies that may be attached, as globs: those that execution roles need, and those of
 * ALLOWED_POLICY_ARNS.
 */
export const attachablePolicies = (
  { policyArns }: Pick<GuardRails, 'policyArns'>,
  partition: Partition,
): string[] => [...defaultKind.requiredPolicies(partition), ...(policyArns?.split(',') ?? [])];

/** Fault: FORBIDDEN for policies that may not be attached. It names the fields. */
export function requireAttachable(
  rails: Pick<GuardRails, 'policyArns'>,
  { partition }: Pick<Account, 'partition'>,
  wanted: { pointer: string; arn: string }[],
): void {
  const allowed = attachablePolicies(rails, partition);
  const refused = wanted.filter(({ arn }) => !matchesGlob(allowed.join(), arn));
  if (refused.length === 0) return;
  const names = refused.map(({ arn }) => arn).join(', ');
  throw new Fault(
    'FORBIDDEN',
    `ALLOWED_POLICY_ARNS lets this service attach ${allowed.join(' and ')} alone, not ${names}. Leave out the others, or ask the operator of this service to allow them.`,
    {
      errors: refused.map(({ pointer, arn }) => ({
        pointer,
        message: `must be a policy that ALLOWED_POLICY_ARNS allows, not ${arn}`,
      })),
    },
  );
}

/** The policies that a request names. */
export const requestedPolicies = (arns: string[] = []) =>
  arns.map((arn, i) => ({ pointer: `/additionalPolicyArns/${i}`, arn }));

/**
 * The policies that a plan attaches. A revert may attach one that was allowed earlier, or that somebody else
 * had attached.
 */
export const attachedPolicies = ({ steps }: Planned) =>
  steps.flatMap(({ action, detail }) =>
    action === 'iam:AttachRolePolicy' ? [{ pointer: '', arn: detail.policyArn }] : [],
  );
