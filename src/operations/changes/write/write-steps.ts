import type { PlannedStep } from '../../../domain/plan/steps/step.ts';
import { Fault } from '../../../fault.ts';
import type { Intent } from '../../../ports/ledger.ts';
import type { RoleLock } from '../../../ports/locks.ts';
import type { Account } from '../../../schema/account.ts';
import type { Caller } from '../../../schema/caller.ts';
import type { ChangeStep } from '../../../schema/change.ts';
import type { Deps } from '../../call/deps.ts';
import { retryWriteUntilFound } from './iam-consistency.ts';
import type { Prepared } from './plan-write.ts';

interface WrittenStep {
  planned: PlannedStep;
  step: ChangeStep;
}

/** The writes that were sent, and the failure that ended them. */
export interface Written {
  steps: WrittenStep[];
  failure: Fault | null;
  /** Writes were sent, and AWS took none. */
  isUntouched: boolean;
}

/**
 * Writes one step after the other, up to the first failure. A write is sent only while the lock is confirmed.
 * It is sent again where IAM may not know the role yet.
 */
export async function writeSteps(
  deps: Deps,
  lock: RoleLock,
  intent: Intent,
  account: Account,
  { planned: { steps: plannedSteps }, roleName, isYoung }: Pick<Prepared, 'planned' | 'roleName' | 'isYoung'>,
  caller: Caller,
): Promise<Written> {
  const steps: WrittenStep[] = [];
  let failure: Fault | null = null;
  for (const planned of plannedSteps) {
    const { action } = planned;
    try {
      const isNew = isYoung || steps.some(({ step }) => step.action === 'iam:CreateRole');
      const write = () => deps.roles.write(intent, account, planned, caller, lock.confirm);
      const { awsRequestId } = await (isNew
        ? retryWriteUntilFound(deps.readBackDelays, roleName, write)
        : write());
      steps.push({
        planned,
        step: { action, outcome: 'SUCCEEDED', awsRequestId, at: deps.now().toISOString() },
      });
    } catch (error) {
      failure = toWriteFault(error);
      const awsRequestId =
        typeof failure.details.awsRequestId === 'string' ? failure.details.awsRequestId : null;
      const outcome = failure.isUncertain ? 'UNKNOWN' : 'FAILED';
      steps.push({ planned, step: { action, outcome, awsRequestId, at: deps.now().toISOString() } });
      break;
    }
  }
  return {
    steps,
    failure,
    isUntouched: steps.length > 0 && steps.every(({ step }) => step.outcome === 'FAILED'),
  };
}

/** Whatever the error is, AWS may have taken the write, and the outcome has to reach the log. */
const toWriteFault = (error: unknown): Fault =>
  error instanceof Fault
    ? error
    : new Fault(
        'INTERNAL',
        'The service failed while it wrote the role.',
        {},
        { cause: error, isUncertain: true },
      );
