/** What a verification can find wrong with the log. */
type FaultKind =
  /** A seq between two entries, or before the first, is not there. */
  | 'ENTRY_MISSING'
  /** An entry is not what was hashed: its body, its hash or the hash before it was altered. */
  | 'ENTRY_CHANGED'
  /** An entry stands where its seq does not belong, or is there twice. */
  | 'ENTRY_MISPLACED'
  /** The entry after a place does not follow from the entry before it. */
  | 'LINK_BROKEN'
  /** An outcome of a change that the entry it names does not open, or that has an outcome already. */
  | 'OUTCOME_WITHOUT_INTENT'
  /** The log ends before a checkpoint: its tail was cut off, or an old copy was restored. */
  | 'LOG_CUT_OFF'
  /** A checkpoint names another hash or root for its place, or another log: entries were rewritten. */
  | 'CHECKPOINT_CONTRADICTED'
  /** A checkpoint's signature is not that of its key: it was forged or altered. */
  | 'CHECKPOINT_FORGED'
  /** A checkpoint is signed with a key that is not trusted. */
  | 'CHECKPOINT_KEY_UNKNOWN'
  /** A column by which the history is filtered does not say what the entry says. */
  | 'COLUMN_CHANGED'
  /** A node of the tree is not what its entries, or its children, make it. */
  | 'TREE_CHANGED';

/** The first thing that is wrong, in the order of the log. `seq` is where. */
export interface LogFault {
  seq: number;
  code: FaultKind;
  detail: string;
}

/** The one that comes first in the log. */
export const findFirst = (faults: (LogFault | null | undefined)[]): LogFault | null =>
  faults.reduce<LogFault | null>((first, one) => (one && (first === null || one.seq < first.seq) ? one : first), null);
