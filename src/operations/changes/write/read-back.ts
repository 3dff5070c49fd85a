import { setTimeout as sleep } from 'node:timers/promises';
import { hasTakenEffect } from '../../../domain/plan/steps/effect.ts';
import type { RoleState } from '../../../domain/role/role-state.ts';
import { Fault } from '../../../fault.ts';
import type { Account } from '../../../schema/account.ts';
import type { Caller } from '../../../schema/caller.ts';
import type { Deps } from '../../call/deps.ts';
import type { Prepared } from './plan-write.ts';
import type { Written } from './write-steps.ts';

/**
 * The result of reading back: the role (null: there is none; undefined: it was not read), and the fault that
 * ended the reading.
 */
export interface Seen {
  role: RoleState | null | undefined;
  fault: Fault | null;
}

/** Reading back holds the lock and the caller. It ends after this time in ms, however slow each read is. */
const readBackForMs = 10_000;

/**
 * Reads the role after the writes. One read is enough where AWS answered every write, because what AWS has
 * taken is true whether a read shows it yet or not. Where an answer was lost, the role is read until it shows
 * that write, or patience ends. Where AWS took nothing, the role is not read.
 */
export async function readBack(
  deps: Deps,
  account: Account,
  roleName: string,
  { steps, isUntouched }: Written,
  caller: Caller,
): Promise<Seen> {
  if (isUntouched) return { role: undefined, fault: null };
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

/** The role once it shows the whole plan. Null if it does not within some three seconds. */
export async function readUntilShown(
  deps: Deps,
  account: Account,
  { planned, roleName }: Prepared,
  caller: Caller,
): Promise<RoleState | null> {
  for (const delay of deps.readBackDelays) {
    await sleep(delay);
    const role = await deps.roles.read(account, roleName, caller).catch((error: unknown) => {
      // The change is made and recorded. Only whether reads show it is not known.
      if (error instanceof Fault) return null;
      throw error;
    });
    if (planned.steps.every((step) => hasTakenEffect(role, step))) return role;
  }
  return null;
}
