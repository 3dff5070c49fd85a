import { Fault } from '../../fault.ts';
import type { Intent } from '../../ports/ledger.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Call } from '../faults/call.ts';
import { toFault } from '../faults/faults.ts';
import { wireCode } from '../faults/wire-error.ts';
import type { Session, Sessions } from './sessions.ts';

export interface Calls {
  /**
   * Sends a call with a session that can do what the intent says; without an intent, with one that can only
   * read. Faults: those of `toFault`, and those of the session.
   */
  ask<T>(
    call: Call,
    caller: Caller,
    run: (session: Session) => Promise<T>,
    intent?: Intent | null,
  ): Promise<T>;
  /** As `ask`, for a read. Null where AWS answers the code `missing`: there is no such thing. */
  find<T>(
    call: Call,
    caller: Caller,
    run: (session: Session) => Promise<T>,
    missing: string,
  ): Promise<T | null>;
}

const expired = new Set(['ExpiredToken', 'ExpiredTokenException', 'InvalidClientTokenId']);

export function createCalls(sessions: Sessions): Calls {
  /** A call with an expired session had no effect, so even a write is sent once more with a new session. */
  const send = async <T>(
    call: Call,
    caller: Caller,
    intent: Intent | null,
    run: (session: Session) => Promise<T>,
    renewed = false,
  ): Promise<T> => {
    const session = await sessions.get(call.account, caller, intent);
    try {
      return await run(session);
    } catch (error) {
      if (renewed || !expired.has(wireCode(error) ?? '')) throw error;
    }
    sessions.drop(call.account, caller, intent, session);
    return send(call, caller, intent, run, true);
  };

  const ask: Calls['ask'] = (call, caller, run, intent = null) =>
    send(call, caller, intent, run).catch((error: unknown) => {
      throw error instanceof Fault ? error : toFault(call, error);
    });

  return {
    ask,
    find: (call, caller, run, missing) =>
      ask(call, caller, (session) =>
        run(session).catch((error: unknown) => {
          if (wireCode(error) === missing) return null;
          throw error;
        }),
      ),
  };
}
