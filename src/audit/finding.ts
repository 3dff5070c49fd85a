/** The kinds of faults that a verification can find in the log. */
type FaultKind =
  /** A seq between two entries, or before the first, is missing. */
  | 'ENTRY_MISSING'
  /** An entry is not what was hashed: its body, its hash or the previous hash was altered. */
  | 'ENTRY_CHANGED'
  /** An entry is out of order or a duplicate. */
  | 'ENTRY_MISPLACED'
  /** The first entry of a range does not follow from the entry before it. */
  | 'LINK_BROKEN'
  /** An outcome names an entry that does not open its change, or whose change already has an outcome. */
  | 'OUTCOME_WITHOUT_INTENT'
  /** The log ends before a checkpoint: its tail was cut off, or an old copy was restored. */
  | 'LOG_CUT_OFF'
  /** A checkpoint has another hash or root for its place, or another log: entries were rewritten. */
  | 'CHECKPOINT_CONTRADICTED'
  /** The signature of a checkpoint does not verify: the checkpoint was forged or altered. */
  | 'CHECKPOINT_FORGED'
  /** A checkpoint is signed with a key that is not trusted. */
  | 'CHECKPOINT_KEY_UNKNOWN'
  /** A column that filters the history differs from the entry. */
  | 'COLUMN_CHANGED'
  /** A stored node of the tree differs from what its entries or children give. */
  | 'TREE_CHANGED';

/** A fault of the log. `seq` is its place. */
export interface LogFault {
  seq: number;
  code: FaultKind;
  detail: string;
}

/** The fault with the lowest seq. */
export const findFirst = (faults: (LogFault | null | undefined)[]): LogFault | null =>
  faults.reduce<LogFault | null>(
    (first, one) => (one && (first === null || one.seq < first.seq) ? one : first),
    null,
  );
