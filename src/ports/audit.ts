import type { Checkpoint, InclusionProof, Verification } from '../schema/audit.ts';

/**
 * The place where checkpoints are published. It is outside the database, so that nobody can rewrite both with
 * one credential.
 */
export interface CheckpointSink {
  /** A name for the log, without secrets. */
  readonly name: string;
  /**
   * The newest published checkpoint; null when there is none. `junk` describes, with its place, what is there
   * and is not a checkpoint. Throws what the place throws.
   */
  latest(): Promise<Checkpoint | { junk: string } | null>;
  /** Adds a checkpoint durably, and never overwrites one. Throws what the place throws. */
  publish(checkpoint: Checkpoint): Promise<void>;
}

/** Proofs that the log was not changed. */
export interface Audit {
  /**
   * Reads the log and compares it with the signed checkpoints: all of it, or what comes after the checkpoint
   * at entry `from`. Faults: INVALID_INPUT at /from, UNAVAILABLE.
   */
  verify(from?: number): Promise<Verification>;
  /**
   * Proof that the newest entry of a change is in the log. Null: no such change. Fault: UNAVAILABLE, also
   * until a checkpoint covers it.
   */
  prove(changeId: string): Promise<InclusionProof | null>;
}
