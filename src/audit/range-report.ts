import type { Checkpoint } from '../schema/audit.ts';
import type { LogFault } from './finding.ts';
import type { Digest } from './merkle.ts';

/** An entry's sequence number and hash: all that the check of the next entry needs. */
export interface ChainPosition {
  seq: number;
  hash: Digest;
}

/**
 * One entry in the bytes that were read. The members that end in At and End are offsets into `bytes`. The
 * hash takes 32 bytes.
 */
export interface Row {
  seq: number;
  bytes: Buffer;
  hashAt: number;
  bodyAt: number;
  bodyEnd: number;
  /** The seq of the intent that this entry settles. 0 when it opens a change. */
  settles: number;
  isPending: boolean;
  /** The ID of its change. */
  idAt: number;
  idEnd: number;
}

/** An outcome whose intent is before the range, or an intent whose outcome is after it. */
export interface Loose {
  /** Seq of the outcome. 0 for an intent. */
  seq: number;
  /** Seq of the intent. */
  opened: number;
  changeId: string;
}

/** A place whose hash and tree are wanted. `peaks` are those below `blockLevel`. */
export interface Mark extends ChainPosition {
  peaks: Digest[];
}

/** The result of reading one range of the chain. It is plain data, because it crosses threads. */
export interface RangeReport {
  /** The entry before the range, as the caller gave it. */
  after: ChainPosition;
  /** The last valid entry. */
  head: ChainPosition;
  fault: LogFault | null;
  /** Outcomes whose intents are before the range. */
  outcomes: Loose[];
  /** Intents that are open at the end of the range. */
  intents: Loose[];
  marks: Mark[];
  /** The checkpoints of the range that are still to be compared. Their signatures hold, and each has a mark. */
  checkpoints: Checkpoint[];
  /** The first fault that was found in a checkpoint of the range. */
  checkpointFault: LogFault | null;
  /** The roots of the subtrees of 2^blockLevel entries. Empty without `tree`. */
  blocks: Digest[];
}

/** Ranges are read and nodes are stored in subtrees of 2^8 entries. */
export const blockLevel = 8;
export const blockSize = 2 ** blockLevel;
