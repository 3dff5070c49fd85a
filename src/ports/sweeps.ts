import type { Caller } from '../schema/caller.ts';
import type { Cluster } from '../schema/primitives.ts';
import type { Verdict } from '../schema/report.ts';
import type { SweepOperation, SweepResult, SweepSelect, SweepState, Verdicts } from '../schema/sweep.ts';

/** What a sweep is asked to do. */
export interface SweepDraft {
  id: string;
  operation: SweepOperation;
  dryRun: boolean;
  /** Null: every execution role that is found. */
  roleName: string | null;
  /** Null: those that a role has lines for itself. */
  clusters: Cluster[] | null;
  reason: string | null;
  /** In whose name every account is asked. */
  caller: Omit<Caller, 'via'>;
  createdAt: Date;
}

/** A sweep as it now stands. */
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

/** What became of one role; the rest of `SweepResult` is the same for all of an account, or the store's. */
export type SweepOutcome = Omit<SweepResult, 'seq' | 'accountId'> & { verdict: Verdict | null };

/** Sweeps and their results. Fault of every method: UNAVAILABLE. */
export interface Sweeps {
  /**
   * Commits a sweep with the accounts that it is about, and its jobs to the queue. The same caller's of the last two days
   * under the same key comes back instead. Null, and nothing is committed, where `most` of the caller's have not ended, or 3,000 are stored. Accounts
   * that are not named one by one are chosen `among` these; null, or left out: all.
   */
  start(
    draft: SweepDraft,
    select: SweepSelect,
    idempotencyKey: string | null,
    most: number,
    among?: readonly string[] | null,
  ): Promise<SweepRecord | null>;
  get(id: string): Promise<SweepRecord | null>;
  /** Newest first; `after` is the last of the page before. */
  list(query: { after: { createdAt: string; id: string } | null; limit: number }): Promise<SweepRecord[]>;
  /** In the order in which they came, those after a `seq`. */
  results(query: { id: string; after: number; limit: number }): Promise<SweepResult[]>;
  /**
   * One that has not ended ends: no account of it is begun any more, and what was waiting is taken away, with its jobs. Null where
   * there is none.
   */
  cancel(id: string): Promise<SweepRecord | null>;
  /** Takes away what is left of a batch, if its sweep has ended. To be called by who worked on it. */
  leave(job: SweepJob): Promise<void>;
  /** A batch is begun, or taken up again: the accounts of it that have no results yet. Null where the sweep has ended, or is gone. */
  begin(job: SweepJob): Promise<{ sweep: SweepRecord; accountIds: string[] } | null>;
  /**
   * Commits the results of accounts with the counters of their sweep. An account has results once: those that come first. Fault:
   * INTERNAL, and nothing is kept, where those of one are such as the database never takes.
   */
  keep(id: string, outcomes: readonly { accountId: string; results: SweepOutcome[] }[]): Promise<void>;
  /** The sweep as soon as its version is above that, looked up by and by for all who wait; null after `waitMs`, or when aborted. */
  changed(id: string, version: number, waitMs: number, signal: AbortSignal): Promise<SweepRecord | null>;
  /** The counters of sweeps, by ID, as they are for these accounts alone. Those of accounts that a cancellation took away are not there. */
  tallies(ids: string[], accountIds: string[]): Promise<ReadonlyMap<string, SweepTally>>;
  /**
   * Forgets sweeps that ended before then, with their results, and answers how many they were; of each caller also those beyond the
   * newest 2,500, or beyond a million results.
   */
  purge(before: Date): Promise<number>;
}

/** A part of a sweep, small enough that losing the process that works on it costs little. */
export interface SweepJob {
  sweepId: string;
  /** The IDs of its first account and of its last. */
  from: string;
  to: string;
}
