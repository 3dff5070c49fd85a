import type { LoggedStep } from '../domain/plan/step.ts';
import type { ExportLogInput, LoggedEntry } from '../schema/audit.ts';
import type { Caller } from '../schema/caller.ts';
import type { Actor, Change, ChangeError, ChangeKind, ChangeOutcome, ChangeStep, LineKept, ListChangesInput } from '../schema/change.ts';
import type { Override } from '../schema/override.ts';
import type { Effects, RoleSnapshot } from '../schema/plan.ts';
import type { Cluster } from '../schema/primitives.ts';

declare const committed: unique symbol;
/** Proof that the intent to change one role is committed to the log. Only the ledger makes it. */
export interface Intent {
  readonly [committed]: true;
  readonly changeId: string;
  readonly accountId: string;
  readonly roleName: string;
  /** What is to be written: AWS is asked for no more rights than that takes. */
  readonly planned: readonly LoggedStep[];
}

/** What is known of a change before AWS is touched. */
export interface ChangeDraft {
  kind: ChangeKind;
  accountId: string;
  roleName: string;
  /** Of the role as it was found; null: there was none. */
  roleId: string | null;
  clusters: Cluster[];
  caller: Caller;
  reason: string | null;
  /** The refusals that the caller has overridden. */
  overrides: Override[];
  idempotencyKey: string | null;
  sessionName: string;
  /** The ID of the change that this one is to undo. */
  reverts: string | null;
  planId: string | null;
  planned: LoggedStep[];
  effects: Effects | null;
  before: RoleSnapshot | null;
  after: RoleSnapshot | null;
  diff: string;
  /** Had somebody else edited the role since our last change? */
  editedOutside: boolean;
  /** Whose claim of the clusters the change keeps or ends; null where it is about none. */
  claimant: string | null;
  lineKept: LineKept | null;
}

export interface Settlement {
  outcome: Exclude<ChangeOutcome, 'PENDING'>;
  /** Of the role as it was read; null where it was not there, or not read. */
  roleId: string | null;
  steps: ChangeStep[];
  /** The role as it was read back; null when it could not be read or is not there. */
  after: RoleSnapshot | null;
  diff: string;
  error: ChangeError | null;
  /** Was it found by reading the role, in the place of a process that has ended? */
  recovered: boolean;
  /** Was the role edited by somebody else before this change, or while it was made? */
  editedOutside: boolean;
}

/** A change as it was opened, and as it now stands: the same where it has no outcome. */
export interface Attempt {
  opening: Change;
  change: Change;
}

/** The append-only log. Every method that writes, or that a write rests on, throws AUDIT_UNAVAILABLE when it cannot. */
export interface Ledger {
  /** Commits a PENDING change. */
  open(draft: ChangeDraft): Promise<Intent>;
  /** Commits the outcome of an open change and answers the change as it now stands. */
  settle(change: { changeId: string }, settlement: Settlement): Promise<Change>;
  /** Commits an attempt that was refused before AWS was touched: one entry, FAILED. */
  refuse(draft: ChangeDraft, error: ChangeError): Promise<Change>;
  get(id: string): Promise<Change | null>;
  /** The latest attempt of a caller under an idempotency key, of those opened after the entry `after`. */
  attemptUnder(actor: Actor, key: string, after: number): Promise<Attempt | null>;
  /**
   * The changes of one role that had, or may have had, an effect (they are not FAILED), newest first: those opened since
   * then, two hundred at the most, and the newest in any case.
   */
  effectiveSince(accountId: string, roleName: string, since: Date): Promise<Change[]>;
  /** Has a change of this very role, by its ID, had an effect, or may it have had one? */
  hasChanged(accountId: string, roleName: string, roleId: string): Promise<boolean>;
  /** The changes that have no outcome, oldest first; a hundred at the most. `after`: with a seq above that. */
  unsettled(about: { after: number } | { accountId: string; roleName: string }): Promise<Change[]>;
  /**
   * The clusters that changes of one role which SUCCEEDED were asked to cover, and none after them to take away: each
   * once, the latest first, a thousand at the most.
   */
  clustersAskedOf(accountId: string, roleName: string): Promise<Cluster[]>;
  /** `limit` changes (50) from a place on (null: the newest), themselves newest first. `hasMore`: are there more that way? */
  list(filter: ChangeFilter, page?: { from?: Place | null; limit?: number }): Promise<{ items: Change[]; hasMore: boolean }>;
  /** The chain itself, in its order and in batches, up to the newest entry when the first batch was asked for. */
  entries(range: ChainRange): AsyncIterable<LoggedEntry[]>;
}

/**
 * A part of the chain: the entries `from`–`to` by seq, of these those from the first opened `since` to before the first that,
 * as all after it, was opened at `until` or later.
 */
export type ChainRange = Omit<ExportLogInput, 'format'>;

/** What a change must be, to be listed; all that is given must hold. */
export type ChangeFilter = Omit<ListChangesInput, 'limit' | 'cursor'>;

/** A place in the history, which is ordered by the `seq` with which changes were opened, and the way to go; it is left out itself. */
export interface Place {
  towards: 'OLDER' | 'NEWER';
  position: number;
}
