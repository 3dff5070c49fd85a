import { setTimeout as sleep } from 'node:timers/promises';
import { applyStep, hasTakenEffect } from '../../domain/plan/effect.ts';
import { takeSnapshot } from '../../domain/plan/planned.ts';
import type { LoggedStep, PlannedStep } from '../../domain/plan/step.ts';
import { canonical, canonicalOf } from '../../domain/policy/document.ts';
import type { RoleState } from '../../domain/role/role-state.ts';
import { Fault } from '../../fault.ts';
import type { Intent, Settlement } from '../../ports/ledger.ts';
import type { RoleLock } from '../../ports/locks.ts';
import type { Account } from '../../schema/account.ts';
import type { Caller } from '../../schema/caller.ts';
import type { ChangeStep } from '../../schema/change.ts';
import type { RoleSnapshot } from '../../schema/plan.ts';
import type { Tags } from '../../schema/primitives.ts';
import type { Deps } from '../call/deps.ts';
import type { Prepared } from './prepare.ts';
import { diffOf } from './present.ts';
import { lookWhileSettling, writeWhileSettling } from './settling.ts';

interface Written {
  planned: PlannedStep;
  step: ChangeStep;
}

/**
 * Looks at the trust policy once more, as late as can be, since IAM would let us overwrite what somebody else wrote in the
 * meantime. Answers what stands against writing: ROLE_CHANGED, or that it could not be read; null where nothing does.
 */
export async function lookAgain(
  deps: Deps,
  intent: Intent,
  account: Account,
  { planned, base, roleName, isYoung }: Prepared,
  caller: Caller,
): Promise<Fault | null> {
  if (!planned.steps.some(({ action }) => action === 'iam:UpdateAssumeRolePolicy')) return null;
  try {
    // Not after the look: nothing is to come between it and the write.
    await deps.roles.openWriting(intent, account, caller);
    const text = await lookWhileSettling(isYoung ? deps.readBackDelays : [], () => deps.roles.readTrust(account, roleName, caller));
    if (text !== null && base.isRecent(text)) return null;
    const message = `Somebody else edited the trust policy of ${roleName} after it was read, so nothing was written. Read it again and decide anew.`;
    return new Fault('ROLE_CHANGED', message, {}, { retryable: true });
  } catch (error) {
    if (error instanceof Fault) return error;
    return new Fault('INTERNAL', 'The service failed before it wrote the role.', {}, { cause: error });
  }
}

/** The outcome of a change that was given up before its first write. */
export const nothingWritten = ({ planned: { before }, base }: Prepared, { code, message }: Fault): Settlement => ({
  outcome: 'FAILED',
  roleId: base.role?.roleId ?? null,
  steps: [],
  after: before,
  diff: '',
  error: { code, detail: message },
  recovered: false,
  editedOutside: base.editedOutside || code === 'ROLE_CHANGED',
});

/**
 * One write after the other, up to the first that fails. Each is sent only while the lock is confirmed, and sent again where IAM
 * may not know the role yet.
 */
export async function writeAll(
  deps: Deps,
  lock: RoleLock,
  intent: Intent,
  account: Account,
  { planned: { steps: plannedSteps }, roleName, isYoung }: Pick<Prepared, 'planned' | 'roleName' | 'isYoung'>,
  caller: Caller,
): Promise<{ steps: Written[]; failure: Fault | null }> {
  const steps: Written[] = [];
  for (const planned of plannedSteps) {
    const { action } = planned;
    try {
      const isNew = isYoung || steps.some(({ step }) => step.action === 'iam:CreateRole');
      const write = () => deps.roles.write(intent, account, planned, caller, lock.confirm);
      const { awsRequestId } = await (isNew ? writeWhileSettling(deps.readBackDelays, roleName, write) : write());
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
 * The role as it is after the writes. What AWS has taken is true whether a read shows it yet or not, so one look is enough;
 * where an answer was lost, the role is looked at until it shows that write, or patience ends.
 */
export async function readBack(deps: Deps, account: Account, roleName: string, steps: Written[], caller: Caller): Promise<Seen> {
  const awaited = steps.filter(({ step }) => step.outcome === 'UNKNOWN');
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
    if (awaited.every(({ planned }) => hasTakenEffect(seen, planned)) || performance.now() > deadline) break;
  }
  return { role, fault: null };
}

/** The role when it shows the whole plan; null when it does not within some three seconds. */
export async function untilShown(deps: Deps, account: Account, { planned, roleName }: Prepared, caller: Caller): Promise<RoleState | null> {
  for (const delay of deps.readBackDelays) {
    await sleep(delay);
    const role = await deps.roles.read(account, roleName, caller).catch((error: unknown) => {
      // The change is made and recorded; only its visibility is not known.
      if (error instanceof Fault) return null;
      throw error;
    });
    if (planned.steps.every((step) => hasTakenEffect(role, step))) return role;
  }
  return null;
}

/** A role as AWS has taken it, where reads do not show it yet. */
export const asAws = (role: RoleState | null, after: RoleSnapshot | null): RoleState | null =>
  role && after && { ...role, trustText: JSON.stringify(after.trust), attached: after.policies.attached, tags: after.tags as Tags };

/**
 * What became of a change, from what AWS answered and what the role shows. SUCCEEDED: AWS took every write. UNKNOWN: the
 * answer to one was lost and the role does not show it; then `after` is what was to be.
 */
export function outcomeOf({ planned, plan, base }: Prepared, written: Written[], { role, fault }: Seen, failure: Fault | null): Settlement {
  const isSeen = (step: LoggedStep) => role !== undefined && hasTakenEffect(role, step);
  const steps = written.map(({ planned, step }) =>
    step.outcome === 'UNKNOWN' && isSeen(planned) ? { ...step, outcome: 'SUCCEEDED' as const } : step,
  );
  const done = written.filter((_, i) => steps[i]?.outcome === 'SUCCEEDED').map(({ planned }) => planned);
  const isUnknown = steps.some((step) => step.outcome === 'UNKNOWN');
  const outcome = isUnknown ? 'UNKNOWN' : done.length === planned.steps.length ? 'SUCCEEDED' : done.length > 0 ? 'PARTIAL' : 'FAILED';
  const expected = done.reduce(applyStep, planned.before);
  const isStrange = role ? !base.isRecent(role.trustText) && !isAny(role.trustText, expected, planned.after) : false;
  const isShown = role && done.length > 0 && done.every(isSeen);
  const after = isUnknown ? planned.after : role && (isShown || isStrange) ? takeSnapshot(role) : expected;
  const error = outcome === 'SUCCEEDED' ? (isStrange ? strange : null) : (failure ?? fault);
  return {
    outcome,
    roleId: (role ?? base.role)?.roleId ?? null,
    steps,
    after,
    diff: isUnknown ? plan.diff : diffOf(written[0]?.planned.detail.roleName ?? '', planned.before, after),
    error: error && { code: error.code, detail: error.message },
    recovered: false,
    editedOutside: base.editedOutside || isStrange,
  };
}

const strange = new Fault(
  'ROLE_CHANGED',
  'AWS took the change, and the role then showed a trust policy that is neither the old nor the new one: somebody else edits it at the same time.',
);

const isAny = (trustText: string, ...snapshots: (RoleSnapshot | null)[]) =>
  snapshots.some((snapshot) => snapshot && canonical(snapshot.trust) === canonicalOf(trustText));
