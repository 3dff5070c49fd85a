import { isRefusal, type Planned, type PlanResult } from '../../../domain/plan/planned.ts';
import type { MergeBase } from '../../../domain/plan/steps/merge-base.ts';
import { canonical } from '../../../domain/policy/document.ts';
import { Fault } from '../../../fault.ts';
import type { Quotas } from '../../../ports/roles.ts';

/** Refuses before the first write what AWS would refuse at one of the last. */
export function refuseTooManyPolicies(
  result: PlanResult,
  { policiesPerRole }: Quotas,
  accountId: string,
): PlanResult {
  if (isRefusal(result) || !result.steps.some(({ action }) => action === 'iam:AttachRolePolicy'))
    return result;
  const { length } = result.after.policies.attached;
  if (length <= policiesPerRole) return result;
  const message = `The role would have ${length} attached policies, and account ${accountId} allows ${policiesPerRole}. Ask for fewer, or raise the quota L-0DA4ABF3 in Service Quotas.`;
  return { refused: 'QUOTA_EXCEEDED', message };
}

/**
 * Fault: ROLE_BUSY where nothing would have to be done, but IAM does not show why. Somebody may have restored
 * the old role.
 */
export function requireShown({ unshown }: MergeBase, planned: Planned): void {
  // The end of a claim does not depend on what the role shows.
  if (!unshown || planned.steps.length > 0 || planned.kind === 'RELEASE') return;
  throw new Fault(
    'ROLE_BUSY',
    `IAM shows the role as it was before change ${unshown.id}: it does not show the change yet, or somebody has undone it. Try again within a minute.`,
  );
}

/**
 * Fault: ROLE_BUSY where the plan could undo a change whose outcome is not known. The same trust policy again
 * does no harm.
 */
export function requireSure({ unsure }: MergeBase, planned: Planned): void {
  const writesTrust = planned.steps.some(({ action }) => action === 'iam:UpdateAssumeRolePolicy');
  if (!unsure?.after || !writesTrust || canonical(planned.after.trust) === canonical(unsure.after.trust))
    return;
  throw new Fault(
    'ROLE_BUSY',
    `It is not known yet whether change ${unsure.id} took effect, and a write now could undo it. Try again within a minute.`,
  );
}
