import type { Actor, Via } from './change.ts';

/** The limits of a credential, whatever its groups may do. Null: no limit. */
export interface Scope {
  /** Names of operations. */
  operations: readonly string[] | null;
  accountIds: readonly string[] | null;
}

/** The caller of an operation, the face, and the request ID. */
export interface Caller {
  actor: Actor;
  groups: readonly string[];
  scope: Scope | null;
  /**
   * Read from the cache because the database did not answer. The credential may be revoked, so the caller may
   * change nothing.
   */
  isFromCache?: true;
  via: Via;
  requestId: string;
  /** The command line. It calls REST, and its texts name its own commands. */
  isCommandLine?: true;
  /** Calls the listener when the caller hangs up. Answers how to stop listening. Left out: it cannot. */
  onHangUp?: (listener: () => void) => () => void;
  /** Called with each account that the request is about, also where the request is refused. */
  onAccount?: (accountId: string) => void;
}

/** The identity that a credential proves. */
export type Identity = Pick<Caller, 'actor' | 'groups' | 'scope' | 'isFromCache'>;
