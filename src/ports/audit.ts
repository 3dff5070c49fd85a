import type { Checkpoint, InclusionProof, Verification } from '../schema/audit.ts';

/** Where checkpoints are published: outside the database, so that who can rewrite the one cannot rewrite the other. */
export interface CheckpointSink {
  /** What it is, for the log: no secrets. */
  readonly name: string;
  /**
   * The newest that was published, as it stands there; null when there is none. `junk` says, with the place, what stands there and is
   * not a checkpoint. Throws what the place throws.
   */
  latest(): Promise<Checkpoint | { junk: string } | null>;
  /** Adds one, durably, and never in place of another. Throws what the place throws. */
  publish(checkpoint: Checkpoint): Promise<void>;
}

/** Proof that the log is what it was. */
export interface Audit {
  /**
   * Reads the log and holds it against the signed checkpoints: all of it, or what comes after the checkpoint at entry `from`.
   * Faults: INVALID_INPUT at /from, UNAVAILABLE.
   */
  verify(from?: number): Promise<Verification>;
  /** Proof that the newest entry of a change is in the log; null for an unknown change. Fault: UNAVAILABLE, also until a checkpoint covers it. */
  prove(changeId: string): Promise<InclusionProof | null>;
}
