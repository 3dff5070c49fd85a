import type { LoggedStep } from '../domain/plan/steps/step.ts';
import type { ExportLogInput, LoggedEntry } from '../schema/audit.ts';
import type { Caller } from '../schema/caller.ts';
import type {
  Actor,
  Change,
  ChangeError,
  ChangeKind,
  ChangeOutcome,
  ChangeStep,
  LineKept,
  ListChangesInput,
} from '../schema/change.ts';
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
  /** The planned writes. The session in AWS gets only the rights that they take. */
  readonly planned: readonly LoggedStep[];
}

/** A change before AWS is called. */
export interface ChangeDraft {
  kind: ChangeKind;
  accountId: string;
  roleName: string;
  /** Of the role as it was read. Null: there was none. */
  roleId: string | null;
  clusters: Cluster[];
  caller: Caller;
  reason: string | null;
  /** The refusals that the caller has overridden. */
  overrides: Override[];
  idempotencyKey: string | null;
  sessionName: string;
  /** The ID of the change to undo. */
  reverts: string | null;
  planId: string | null;
  planned: LoggedStep[];
  effects: Effects | null;
  before: RoleSnapshot | null;
  after: RoleSnapshot | null;
  diff: string;
  /** Somebody else edited the role since our last change. */
  editedOutside: boolean;
  /** The claimant whose claims the change makes or ends. Null: the change is about no claim. */
  claimant: string | null;
  lineKept: LineKept | null;
}

export interface Settlement {
  outcome: Exclude<ChangeOutcome, 'PENDING'>;
  /** Of the role as it was read. Null: there was none, or it was not read. */
  roleId: string | null;
  steps: ChangeStep[];
  /** The role after the change. Null: there is none. */
  after: RoleSnapshot | null;
  diff: string;
  error: ChangeError | null;
  /** The outcome was found by reading the role, in place of a process that had ended. */
  recovered: boolean;
  /** Somebody else edited the role before or during this change. */
  editedOutside: boolean;
}

/** A change as it was opened, and as it is now. The two are the same while it has no outcome. */
export interface LoggedAttempt {
  opening: Change;
  change: Change;
}

/** The append-only log. Fault of every method that a write depends on: AUDIT_UNAVAILABLE. */
export interface Ledger {
  /** Commits a PENDING change. */
  open(draft: ChangeDraft): Promise<Intent>;
  /** Commits the outcome of an open change, and answers the change. A change has one outcome: the first. */
  settle(change: { changeId: string }, settlement: Settlement): Promise<Change>;
  /** Commits an attempt that was refused before AWS was called, as one entry that is FAILED. */
  refuse(draft: ChangeDraft, error: ChangeError): Promise<Change>;
  get(id: string): Promise<Change | null>;
  /** The latest attempt of a caller under an idempotency key that was opened after the entry `after`. */
  attemptUnder(actor: Actor, key: string, after: number): Promise<LoggedAttempt | null>;
  /**
   * The changes of one role that had, or may have had, an effect: those that are not FAILED. Newest first:
   * those opened since that time, at most two hundred, and the newest in any case.
   */
  effectiveSince(accountId: string, roleName: string, since: Date): Promise<Change[]>;
  /** Has a change of this role, by its ID, had an effect, or may it have had one? */
  hasChanged(accountId: string, roleName: string, roleId: string): Promise<boolean>;
  /**
   * The changes without an outcome, oldest first, at most a hundred. `after`: only those with a higher seq.
   */
  unsettled(about: { after: number } | { accountId: string; roleName: string }): Promise<Change[]>;
  /**
   * The clusters that successful changes of one role were asked to cover, and that no later one was asked to
   * remove. Each once, latest first, at most a thousand.
   */
  clustersAskedOf(accountId: string, roleName: string): Promise<Cluster[]>;
  /**
   * `limit` changes (50) from a place on (null: the newest), newest first. `hasMore`: there are more in that
   * direction.
   */
  list(
    filter: ChangeFilter,
    page?: { from?: HistoryPosition | null; limit?: number },
  ): Promise<{ items: Change[]; hasMore: boolean }>;
  /**
   * The entries of the chain in order, in batches, up to the entry that was newest when the first batch was
   * read.
   */
  entries(range: ChainRange): AsyncIterable<LoggedEntry[]>;
}

/**
 * A part of the chain: the entries `from` to `to` by seq. Of these, from the first one opened at `since` or
 * later, to the last one before all that were opened at `until` or later.
 */
export type ChainRange = Omit<ExportLogInput, 'format'>;

/** The conditions for a change to be listed. All that are given must hold. */
export type ChangeFilter = Omit<ListChangesInput, 'limit' | 'cursor'>;

/**
 * A place in the history, and the direction to read. The history is ordered by the `seq` with which changes
 * were opened.
 */
export interface HistoryPosition {
  towards: 'OLDER' | 'NEWER';
  position: number;
}
