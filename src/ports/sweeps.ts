import type { KeptCaller } from '../schema/caller.ts';
import type { Cluster } from '../schema/primitives.ts';
import type { SweepOperation, SweepResult, SweepSelect, SweepState, Verdicts } from '../schema/sweep.ts';

/** A sweep as it is requested. */
export interface SweepDraft {
  id: string;
  operation: SweepOperation;
  dryRun: boolean;
  /** Null: every execution role that discovery finds. */
  roleName: string | null;
  /** Null: the clusters of each role's own lines. */
  clusters: Cluster[] | null;
  /** Null: those of READINESS that each account's roles and EKS_REGIONS name. */
  regions: string[] | null;
  reason: string | null;
  /** The caller in whose name AWS is called. */
  caller: KeptCaller;
  createdAt: Date;
}

/** A sweep with its progress. */
export interface SweepRecord extends SweepDraft {
  state: SweepState;
  total: number;
  done: number;
  failed: number;
  verdicts: Verdicts;
  /** Grows with every change. */
  version: number;
  startedAt: Date | null;
  endedAt: Date | null;
}

/** The counters of a sweep. */
export type SweepTally = Pick<SweepRecord, 'total' | 'done' | 'failed' | 'verdicts'>;

/**
 * The result of one role or cluster, without the account and the `seq` that the store gives it. What the
 * operation has not is left out, or null.
 */
export type SweepOutcome = Pick<SweepResult, 'verdict' | 'error'> &
  Partial<Omit<SweepResult, 'seq' | 'accountId'>>;

/** Sweeps and their results. Fault of every method: UNAVAILABLE. */
export interface Sweeps {
  /**
   * Commits a sweep with its accounts and its jobs. Answers the same caller's sweep of the last two days
   * under the same key, if there is one. Null, and nothing is committed, where `most` of the caller's sweeps
   * have not ended, or 3,000 sweeps are stored. Accounts that are not named one by one are chosen from
   * `among`; null, or left out: from all.
   */
  start(
    draft: SweepDraft,
    select: SweepSelect,
    idempotencyKey: string | null,
    most: number,
    among?: readonly string[] | null,
  ): Promise<SweepRecord | null>;
  get(id: string): Promise<SweepRecord | null>;
  /** Newest first. `after`: the last sweep of the page before. */
  list(query: { after: { createdAt: string; id: string } | null; limit: number }): Promise<SweepRecord[]>;
  /** The results after a `seq`, in the order in which they came. */
  results(query: { id: string; after: number; limit: number }): Promise<SweepResult[]>;
  /**
   * Ends a sweep that has not ended: no further account is started, and the waiting accounts are removed with
   * their jobs. Null: there is no such sweep.
   */
  cancel(id: string): Promise<SweepRecord | null>;
  /** Removes what is left of a batch if its sweep has ended. Called by the process that worked on it. */
  leave(job: SweepJob): Promise<void>;
  /**
   * Starts a batch, or resumes it: the accounts that have no results yet. Null: the sweep has ended, or is
   * gone.
   */
  begin(job: SweepJob): Promise<{ sweep: SweepRecord; accountIds: string[] } | null>;
  /**
   * Commits the results of accounts with the counters of their sweep. An account has results once: the first
   * ones. Fault: INTERNAL, and nothing is stored, where the database refuses the results of an account for
   * good.
   */
  keep(id: string, outcomes: readonly { accountId: string; results: SweepOutcome[] }[]): Promise<void>;
  /**
   * The sweep once its version is higher, polled for all callers together. Null after `waitMs`, or when
   * aborted.
   */
  changed(id: string, version: number, waitMs: number, signal: AbortSignal): Promise<SweepRecord | null>;
  /**
   * The counters of sweeps by ID, for these accounts alone. Accounts that a cancellation removed do not
   * count.
   */
  tallies(ids: string[], accountIds: string[]): Promise<ReadonlyMap<string, SweepTally>>;
  /**
   * Deletes sweeps that ended before that time, with their results; of each caller also those beyond the
   * newest 2,500, or beyond a million results. Answers their number.
   */
  purge(before: Date): Promise<number>;
}

/** A part of a sweep. It is small, so that little is lost when the process that works on it dies. */
export interface SweepJob {
  sweepId: string;
  /** The IDs of its first and last account. */
  from: string;
  to: string;
}
