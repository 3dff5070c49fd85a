import { takeSnapshot } from '../../../domain/plan/planned.ts';
import { applyStep, hasTakenEffect } from '../../../domain/plan/steps/effect.ts';
import type { LoggedStep } from '../../../domain/plan/steps/step.ts';
import { canonical, canonicalOf } from '../../../domain/policy/document.ts';
import { Fault } from '../../../fault.ts';
import type { Settlement } from '../../../ports/ledger.ts';
import type { RoleSnapshot } from '../../../schema/plan.ts';
import { diffOf } from '../present.ts';
import type { Prepared } from './plan-write.ts';
import type { Seen } from './read-back.ts';
import type { Written } from './write-steps.ts';

/** The outcome of a change that was given up before its first write. */
export const outcomeUnwritten = (
  { planned: { before }, base }: Prepared,
  { code, message }: Fault,
): Settlement => ({
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
 * The outcome of a change, from what AWS answered and what the role shows. SUCCEEDED: AWS took every write.
 * UNKNOWN: the answer to a write was lost and the role does not show it; then `after` is the planned state.
 */
export function outcomeOf(
  { planned, plan, base }: Prepared,
  { steps: written, failure }: Written,
  { role, fault }: Seen,
): Settlement {
  const isSeen = (step: LoggedStep) => role !== undefined && hasTakenEffect(role, step);
  const steps = written.map(({ planned, step }) =>
    step.outcome === 'UNKNOWN' && isSeen(planned) ? { ...step, outcome: 'SUCCEEDED' as const } : step,
  );
  const done = written.filter((_, i) => steps[i]?.outcome === 'SUCCEEDED').map(({ planned }) => planned);
  const isUnknown = steps.some((step) => step.outcome === 'UNKNOWN');
  const outcome = isUnknown
    ? 'UNKNOWN'
    : done.length === planned.steps.length
      ? 'SUCCEEDED'
      : done.length > 0
        ? 'PARTIAL'
        : 'FAILED';
  const expected = done.reduce(applyStep, planned.before);
  const isStrange = role
    ? !base.isRecent(role.trustText) && !isAny(role.trustText, expected, planned.after)
    : false;
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
