import { hasTakenEffect } from '../../domain/plan/effect.ts';
import { takeSnapshot } from '../../domain/plan/planned.ts';
import type { LoggedStep } from '../../domain/plan/step.ts';
import { canonical } from '../../domain/policy/document.ts';
import type { RoleState } from '../../domain/role/role-state.ts';
import { ClockOff, Fault } from '../../fault.ts';
import type { Settlement } from '../../ports/ledger.ts';
import type { Change } from '../../schema/change.ts';
import { registered } from '../accounts/accounts.ts';
import type { Deps } from '../call/deps.ts';
import { diffOf } from './present.ts';

/** So many roles are looked at side by side. */
const width = 8;

/**
 * Settles the changes of processes that ended before they could: those without an outcome whose lock nobody holds. `told`: those
 * of which the service's log says already that the role cannot be read; they stay open until it can. A replica whose clock is
 * off leaves them to the others.
 */
export async function recover(deps: Deps, told = new Set<string>()): Promise<void> {
  if (await isClockOff(deps)) return;
  let after = 0;
  for (;;) {
    const open = await deps.ledger.unsettled({ after });
    if (open.length === 0) return;
    after = open.at(-1)?.seq ?? after;
    const waiting = open.values();
    await Promise.all(
      Array.from({ length: width }, async () => {
        for (const change of waiting) await recoverOne(deps, change, told);
      }),
    );
  }
}

async function isClockOff({ clock }: Deps): Promise<boolean> {
  try {
    await clock.requireAccurate();
    return false;
  } catch (error) {
    if (error instanceof Fault && error.cause instanceof ClockOff) return true;
    throw error;
  }
}

async function recoverOne(deps: Deps, { id, accountId, roleName }: Change, told: Set<string>): Promise<void> {
  try {
    await deps.locks.whileHolding(
      accountId,
      roleName,
      async () => {
        const change = await deps.ledger.get(id);
        if (change?.outcome === 'PENDING') await settleAbandoned(deps, change);
      },
      0,
    );
  } catch (error) {
    // Busy: whoever holds the lock will settle it, or lose the lock. Anything else may pass: it is tried again.
    if ((error instanceof Fault && error.code === 'ROLE_BUSY') || told.has(id)) return;
    told.add(id);
    deps.log.error({ changeId: id, err: error instanceof Fault ? (error.cause ?? error) : error }, 'a change could not be settled yet');
  }
}

/** To be called by who holds the role's lock. Fault: ROLE_BUSY while nobody can tell what became of an earlier change. */
export async function expectSettled(deps: Deps, accountId: string, roleName: string): Promise<void> {
  for (const change of await deps.ledger.unsettled({ accountId, roleName })) {
    if (await settleAbandoned(deps, change)) continue;
    const message = `The process that made change ${change.id} has ended, and whether AWS took the change cannot be told yet. Try again in a minute at the most.`;
    throw new Fault('ROLE_BUSY', message);
  }
}

/**
 * Finds out by reading the role what became of a change, and records it. Answers null while that cannot be told: what a read
 * does not show may be too young to show, or still on its way to AWS. To be called by who holds the role's lock.
 */
async function settleAbandoned(deps: Deps, change: Change): Promise<Change | null> {
  const role = await roleOf(deps, change);
  const settlement = found(change, role, deps.now());
  // Nearly so old as a read may be: the rest of it is kept for settling.
  const isOver = deps.now().getTime() - Date.parse(change.at) >= 0.9 * deps.staleMs;
  if (settlement.outcome !== 'SUCCEEDED' && !isOver) return null;
  const settled = await deps.ledger.settle({ changeId: change.id }, settlement);
  deps.log.info({ changeId: change.id, outcome: settled.outcome }, 'a change whose process had ended is settled');
  return settled;
}

/** Undefined: the account is registered no more, so nobody can look. */
async function roleOf(deps: Deps, { accountId, roleName, actor, via, requestId }: Change): Promise<RoleState | null | undefined> {
  try {
    return await deps.roles.read(await registered(deps, accountId), roleName, { actor, groups: [], scope: null, via, requestId });
  } catch (error) {
    if (error instanceof Fault && error.code === 'ACCOUNT_UNKNOWN') return undefined;
    throw error;
  }
}

function found(change: Change, role: RoleState | null | undefined, now: Date): Settlement {
  // The log has them as they were planned.
  const planned = change.planned as LoggedStep[];
  const shown = planned.filter((step) => role !== undefined && hasTakenEffect(role, step));
  const trustOf = (trust: unknown) => canonical(trust ?? null);
  const after = role ? takeSnapshot(role) : null;
  // A claim that writes nothing counts on the trust policy that was there.
  const isAsPlanned = change.kind !== 'CLAIM' || trustOf(change.before?.trust) === trustOf(after?.trust);
  const isWhole = shown.length === planned.length && isAsPlanned;
  const isStrange =
    role !== undefined && !isWhole && [change.before, change.after].every((known) => trustOf(known?.trust) !== trustOf(after?.trust));
  const outcome = isWhole ? 'SUCCEEDED' : role === undefined || isStrange ? 'UNKNOWN' : shown.length > 0 ? 'PARTIAL' : 'FAILED';
  const seconds = Math.round((now.getTime() - Date.parse(change.at)) / 1000);
  const detail = `The process that made this change ended before it recorded an outcome. ${
    role === undefined
      ? 'The account is not registered any more, so the role could not be read.'
      : `The role, read ${seconds} s after the change was opened, shows ${shown.length} of its ${planned.length} writes${isStrange ? ', and a trust policy that is neither the old nor the new one' : ''}.`
  }`;
  return {
    outcome,
    roleId: role?.roleId ?? change.roleId,
    steps: shown.map(({ action }) => ({ action, outcome: 'SUCCEEDED', awsRequestId: null, at: now.toISOString() })),
    after: role === undefined ? change.after : after,
    diff: role === undefined ? change.diff : diffOf(change.roleName, change.before, after),
    error: isWhole ? null : { code: 'INTERRUPTED', detail },
    recovered: true,
    editedOutside: change.editedOutside || isStrange,
  };
}
