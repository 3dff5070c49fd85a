import type { Deps } from '../../operations/call/deps.ts';
import type { Caller } from '../../schema/caller.ts';

export interface Context {
  deps: Deps;
  caller: () => Caller;
  /** Aborted when the connection of a subscription is closed. */
  closed?: AbortSignal;
  /** Set when an operation of the request has been permitted and has answered. */
  isPermitted?: true;
}
