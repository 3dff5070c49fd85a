import { setTimeout as sleep } from 'node:timers/promises';
import { shows } from '../domain/effect.ts';
import { type Planned, snapshotOf } from '../domain/planned.ts';
import type { RoleState } from '../domain/role-state.ts';
import type { PlannedStep } from '../domain/step.ts';
import { Fault } from '../fault.ts';
import type { Caller, Intent, RoleLock, Settlement } from '../ports.ts';
import type { Account } from '../schema/account.ts';
import type { ChangeStep } from '../schema/change.ts';
import type { Plan } from '../schema/plan.ts';
import type { Deps } from './operation.ts';
import { diffOf } from './present.ts';

export interface Written {
  planned: PlannedStep;
  step: ChangeStep;
}

/** One write after the other, up to the first that fails. */
export async function writeAll(
  deps: Deps,
  lock: RoleLock,
  intent: Intent,
  account: Account,
  plannedSteps: PlannedStep[],
  caller: Caller,
): Promise<{ steps: Written[]; failure: Fault | null }> {
  const steps: Written[] = [];
  for (const planned of plannedSteps) {
    const { action } = planned;
    if (!lock.isHeld()) {
      const message = 'The lock on the role was lost, so another change may be under way, and nothing more was written.';
      return { steps, failure: new Fault('ROLE_BUSY', message) };
    }
    try {
      const { awsRequestId } = await deps.roles.write(intent, account, planned, caller);
      steps.push({ planned, step: { action, outcome: 'SUCCEEDED', awsRequestId, at: deps.now().toISOString() } });
    } catch (error) {
      // Whatever it is, AWS may have been touched already: the outcome has to reach the log.
      const failure =
        error instanceof Fault
          ? error
          : new Fault('INTERNAL', 'The service failed while it wrote the role.', {}, { cause: error, uncertain: true });
      const awsRequestId = typeof failure.details.awsRequestId === 'string' ? failure.details.awsRequestId : null;
      steps.push({
        planned,
        step: { action, outcome: failure.uncertain ? 'UNKNOWN' : 'FAILED', awsRequestId, at: deps.now().toISOString() },
      });
      return { steps, failure };
    }
  }
  return { steps, failure: null };
}

/** What reading back showed: the role (null: there is none; undefined: it was never read), and the fault that ended it. */
interface Seen {
  role: RoleState | null | undefined;
  fault: Fault | null;
}

/** Reading back holds the role and its caller: it ends after so long, in ms, however slow each look is. */
const readBackForMs = 10_000;

/**
 * The role once it shows every write that AWS took, or may have taken; else as it was when patience ended, as IAM
 * promises no more than eventual consistency.
 */
export async function readBack(deps: Deps, account: Account, roleName: string, steps: Written[], caller: Caller): Promise<Seen> {
  const awaited = steps.filter(({ step }) => step.outcome !== 'FAILED');
  const deadline = performance.now() + readBackForMs;
  let role: RoleState | null | undefined;
  for (const delay of [0, ...deps.readBackDelays]) {
    await sleep(delay);
    try {
      role = await deps.roles.read(account, roleName, caller);
    } catch (error) {
      // One read is three attempts already.
      if (error instanceof Fault) return { role, fault: error };
      throw error;
    }
    const seen = role;
    if (awaited.every(({ planned }) => shows(seen, planned)) || performance.now() > deadline) break;
  }
  return { role, fault: null };
}

/**
 * What became of a change, from what AWS answered and what the role shows. Its `after` is what was read; of an UNKNOWN
 * one, what was to be.
 */
export function settle(plan: Plan, planned: Planned, written: Written[], { role, fault }: Seen, failure: Fault | null): Settlement {
  const isSeen = (step: PlannedStep) => role !== undefined && shows(role, step);
  const steps = written.map(({ planned, step }) =>
    step.outcome === 'UNKNOWN' && isSeen(planned) ? { ...step, outcome: 'SUCCEEDED' as const } : step,
  );
  const done = steps.filter((step) => step.outcome === 'SUCCEEDED').length;
  const isUnknown = written.some(({ planned }, i) => steps[i]?.outcome !== 'FAILED' && !isSeen(planned));
  const outcome = isUnknown ? 'UNKNOWN' : done === planned.steps.length ? 'SUCCEEDED' : done > 0 ? 'PARTIAL' : 'FAILED';
  const error = outcome === 'SUCCEEDED' ? null : (failure ?? fault);
  const after = role ? snapshotOf(role) : null;
  return {
    outcome,
    steps,
    after: isUnknown ? planned.after : role === undefined ? planned.before : after,
    diff: isUnknown ? plan.diff : role === undefined ? '' : diffOf(written[0]?.planned.detail.roleName ?? '', planned.before, after),
    error: error && { code: error.code, detail: error.message },
    recovered: false,
  };
}
