import { fargate } from '../../domain/kinds/fargate.ts';
import type { Planned } from '../../domain/plan/planned.ts';
import { Fault } from '../../fault.ts';
import type { GuardRails } from '../../ports/guard-rails.ts';
import type { Account } from '../../schema/account.ts';
import type { Partition } from '../../schema/primitives.ts';
import { matches } from './guard-rails.ts';

/** The policies that may be attached, as globs: the one that execution roles need, and those of the setting. */
export const attachable = ({ policyArns }: Pick<GuardRails, 'policyArns'>, partition: Partition): string[] => [
  ...fargate.requiredPolicies(partition),
  ...(policyArns?.split(',') ?? []),
];

/** Fault: FORBIDDEN, which names the fields, for policies that may not be attached. */
export function expectAttachable(
  rails: Pick<GuardRails, 'policyArns'>,
  { partition }: Pick<Account, 'partition'>,
  wanted: { pointer: string; arn: string }[],
): void {
  const allowed = attachable(rails, partition);
  const refused = wanted.filter(({ arn }) => !matches(allowed.join(), arn));
  if (refused.length === 0) return;
  const found = refused.map(({ arn }) => arn).join(', ');
  throw new Fault(
    'FORBIDDEN',
    `ALLOWED_POLICY_ARNS lets this service attach ${allowed.join(' and ')} alone, not ${found}. Leave out what is not allowed, or have the operator of this service allow it.`,
    { errors: refused.map(({ pointer, arn }) => ({ pointer, message: `must be a policy that ALLOWED_POLICY_ARNS allows, not ${arn}` })) },
  );
}

/** The policies that a request asks for by its own field. */
export const additional = (arns: string[] = []) => arns.map((arn, i) => ({ pointer: `/additionalPolicyArns/${i}`, arn }));

/** Those that a plan attaches: a revert may put back what was attached under another setting, or by others. */
export const attachedBy = ({ steps }: Planned) =>
  steps.flatMap(({ action, detail }) => (action === 'iam:AttachRolePolicy' ? [{ pointer: '', arn: detail.policyArn }] : []));
