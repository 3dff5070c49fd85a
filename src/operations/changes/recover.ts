import { takeSnapshot } from '../../domain/plan/planned.ts';
import { hasTakenEffect } from '../../domain/plan/steps/effect.ts';
import type { LoggedStep } from '../../domain/plan/steps/step.ts';
import { canonical } from '../../domain/policy/document.ts';
import type { RoleState } from '../../domain/role/role-state.ts';
import { ClockOff, Fault } from '../../fault.ts';
import type { Settlement } from '../../ports/ledger.ts';
import type { Change } from '../../schema/change.ts';
import { readActiveAccount } from '../accounts/account.ts';
import type { Deps } from '../call/deps.ts';
import { diffOf } from './present.ts';

/** Number of roles that are read at once. */
const atOnce = 8;

/**
 * Settles the changes of processes that ended too early: those without an outcome whose lock nobody holds. A
 * change whose role cannot be read stays open, and is logged once: `reported` holds the IDs of those. A
 * replica whose clock is off leaves them to the others.
 */
export async function recover(deps: Deps, reported = new Set<string>()): Promise<void> {
  if (await isClockOff(deps)) return;
  let after = 0;
  for (;;) {
    const open = await deps.ledger.unsettled({ after });
    if (open.length === 0) return;
    after = open.at(-1)?.seq ?? after;
    const waiting = open.values();
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (const change of waiting) await recoverOne(deps, change, reported);
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

async function recoverOne(
  deps: Deps,
  { id, accountId, roleName }: Change,
  reported: Set<string>,
): Promise<void> {
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
    // Busy: the holder of the lock will settle the change, or lose the lock. Anything else may pass, and is
    // tried again.
    if ((error instanceof Fault && error.code === 'ROLE_BUSY') || reported.has(id)) return;
    reported.add(id);
    deps.log.error(
      { changeId: id, err: error instanceof Fault ? (error.cause ?? error) : error },
      'a change could not be settled yet',
    );
  }
}

/**
 * Settles the changes of the role that have no outcome. The caller holds the role's lock. Fault: ROLE_BUSY
 * while the outcome of an earlier change is not known.
 */
export async function requireSettled(deps: Deps, accountId: string, roleName: string): Promise<void> {
  for (const change of await deps.ledger.unsettled({ accountId, roleName })) {
    if (await settleAbandoned(deps, change)) continue;
    const message = `The process that made change ${change.id} has ended, and it is not known yet whether AWS took the change. Try again within a minute.`;
    throw new Fault('ROLE_BUSY', message);
  }
}

/**
 * Finds the outcome of a change by reading the role, and records it. The caller holds the role's lock. Null
 * while the outcome is not known: a write that the read does not show may be too young to show, or may still
 * be on its way to AWS.
 */
async function settleAbandoned(deps: Deps, change: Change): Promise<Change | null> {
  const role = await readRole(deps, change);
  const settlement = settlementOf(change, role, deps.now());
  // Almost as old as a read may be. The rest of that time is left for settling.
  const isOver = deps.now().getTime() - Date.parse(change.at) >= 0.9 * deps.staleMs;
  if (settlement.outcome !== 'SUCCEEDED' && !isOver) return null;
  const settled = await deps.ledger.settle({ changeId: change.id }, settlement);
  deps.log.info(
    { changeId: change.id, outcome: settled.outcome },
    'a change whose process had ended is settled',
  );
  return settled;
}

/** Undefined: the account is no longer registered, so nobody can read the role. */
async function readRole(
  deps: Deps,
  { accountId, roleName, actor, via, requestId }: Change,
): Promise<RoleState | null | undefined> {
  try {
    const account = await readActiveAccount(deps, accountId);
    return await deps.roles.read(account, roleName, { actor, groups: [], scope: null, via, requestId });
  } catch (error) {
    if (error instanceof Fault && error.code === 'ACCOUNT_UNKNOWN') return undefined;
    throw error;
  }
}

function settlementOf(change: Change, role: RoleState | null | undefined, now: Date): Settlement {
  // The log has the steps as they were planned.
  const planned = change.planned as LoggedStep[];
  const shown = planned.filter((step) => role !== undefined && hasTakenEffect(role, step));
  const trustOf = (trust: unknown) => canonical(trust ?? null);
  const after = role ? takeSnapshot(role) : null;
  // A claim that writes nothing relies on the trust policy that was there.
  const isAsPlanned = change.kind !== 'CLAIM' || trustOf(change.before?.trust) === trustOf(after?.trust);
  const isWhole = shown.length === planned.length && isAsPlanned;
  const isStrange =
    role !== undefined &&
    !isWhole &&
    [change.before, change.after].every((known) => trustOf(known?.trust) !== trustOf(after?.trust));
  const outcome = isWhole
    ? 'SUCCEEDED'
    : role === undefined || isStrange
      ? 'UNKNOWN'
      : shown.length > 0
        ? 'PARTIAL'
        : 'FAILED';
  const seconds = Math.round((now.getTime() - Date.parse(change.at)) / 1000);
  const detail = `The process that made this change ended before it recorded an outcome. ${
    role === undefined
      ? 'The account is no longer registered, so the role could not be read.'
      : `The role, read ${seconds} s after the change was opened, shows ${shown.length} of its ${planned.length} writes${isStrange ? ', and a trust policy that is neither the old nor the new one' : ''}.`
  }`;
  return {
    outcome,
    roleId: role?.roleId ?? change.roleId,
    steps: shown.map(({ action }) => ({
      action,
      outcome: 'SUCCEEDED',
      awsRequestId: null,
      at: now.toISOString(),
    })),
    after: role === undefined ? change.after : after,
    diff: role === undefined ? change.diff : diffOf(change.roleName, change.before, after),
    error: isWhole ? null : { code: 'INTERRUPTED', detail },
    recovered: true,
    editedOutside: change.editedOutside || isStrange,
  };
}
