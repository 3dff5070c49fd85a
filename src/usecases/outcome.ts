import { setTimeout as sleep } from 'node:timers/promises';
import { shows } from '../domain/effect.ts';
import { type Planned, snapshotOf } from '../domain/planned.ts';
import type { Observed, RoleState } from '../domain/role-state.ts';
import type { PlannedStep } from '../domain/step.ts';
import { Fault } from '../fault.ts';
import type { Caller, Intent, Settlement } from '../ports.ts';
import type { Account } from '../schema/account.ts';
import type { ChangeStep } from '../schema/change.ts';
import type { Deps } from './operation.ts';
import { diffOf } from './present.ts';

export interface Written {
  planned: PlannedStep;
  step: ChangeStep;
}

/** One write after the other, up to the first that fails. */
export async function writeAll(
  deps: Deps,
  intent: Intent,
  account: Account,
  plannedSteps: PlannedStep[],
  caller: Caller,
): Promise<{ steps: Written[]; failure: Fault | null }> {
  const steps: Written[] = [];
  for (const planned of plannedSteps) {
    const { action } = planned;
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

/**
 * The role once it shows every write that AWS took, or may have taken; else as it was when patience ended, as IAM
 * promises no more than eventual consistency. Undefined: it could not be read.
 */
export async function readBack(
  deps: Deps,
  account: Account,
  roleName: string,
  steps: Written[],
  caller: Caller,
): Promise<RoleState | null | undefined> {
  const awaited = steps.filter(({ step }) => step.outcome !== 'FAILED');
  let role: RoleState | null = null;
  for (const delay of [0, ...deps.readBackDelays]) {
    await sleep(delay);
    try {
      role = await deps.roles.read(account, roleName, caller);
    } catch (error) {
      // The read has been tried more than once already: longer waiting would hold the role and its caller.
      if (error instanceof Fault) return undefined;
      throw error;
    }
    const seen = role;
    if (awaited.every(({ planned }) => shows(seen, planned))) return seen;
  }
  return role;
}

/** What became of a change, from what AWS answered and what the role shows. */
export function settle(
  observed: Observed,
  planned: Planned,
  written: Written[],
  role: RoleState | null | undefined,
  failure: Fault | null,
): Settlement {
  const steps = written.map(({ planned, step }) =>
    step.outcome === 'UNKNOWN' && role && shows(role, planned) ? { ...step, outcome: 'SUCCEEDED' as const } : step,
  );
  const done = steps.filter((step) => step.outcome === 'SUCCEEDED').length;
  const isShown = written.every(({ planned }, i) => steps[i]?.outcome !== 'SUCCEEDED' || (role && shows(role, planned)));
  const outcome =
    steps.some((step) => step.outcome === 'UNKNOWN') || !isShown
      ? 'UNKNOWN'
      : done === planned.steps.length
        ? 'SUCCEEDED'
        : done > 0
          ? 'PARTIAL'
          : 'FAILED';
  const after = role ? snapshotOf(role) : null;
  return {
    outcome,
    steps,
    after,
    diff: role === undefined ? '' : diffOf(observed.roleName, planned.before, after),
    error: failure && outcome !== 'SUCCEEDED' ? { code: failure.code, detail: failure.message } : null,
  };
}
