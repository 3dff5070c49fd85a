import type { Actor, Via } from './change.ts';

/** What a credential is limited to, whatever the groups of its bearer may do; null: not in that respect. */
export interface Scope {
  /** By name. */
  operations: readonly string[] | null;
  accountIds: readonly string[] | null;
}

/** Who is calling, through which face, under which request ID. */
export interface Caller {
  actor: Actor;
  groups: readonly string[];
  scope: Scope | null;
  /** Known from memory, as the database did not answer: the credential may have been revoked since, so it changes nothing. */
  isFromCache?: true;
  via: Via;
  requestId: string;
  /** Is it the command line? It calls by REST, and its texts name its own commands. */
  isCommandLine?: true;
  /** Told of each account that the request turns out to be about, also where it is refused. */
  onAccount?: (accountId: string) => void;
}

/** Who a credential stands for. */
export type Identity = Pick<Caller, 'actor' | 'groups' | 'scope' | 'isFromCache'>;
