import { hash } from 'node:crypto';
import type { LogFault } from './finding.ts';
import { type Digest, type Frontier, grow, leafHash } from './merkle.ts';

/** An entry and its hash: all that the next one needs. */
export interface Place {
  seq: number;
  hash: Digest;
}

/** One entry, as it lies in the bytes that were read: offsets into `bytes`. The hash takes 32 of them. */
export interface Row {
  seq: number;
  bytes: Buffer;
  hashAt: number;
  bodyAt: number;
  bodyEnd: number;
  /** The seq of the intent whose outcome it is; 0 where it opens a change. */
  settles: number;
  isPending: boolean;
  /** The id of its change. */
  idAt: number;
  idEnd: number;
}

/** An outcome whose intent stands before the range, or an intent that has no outcome in it. */
export interface Loose {
  /** Of the outcome; 0 for an intent. */
  seq: number;
  /** Of the intent. */
  opened: number;
  changeId: string;
}

/** A place whose hash and whose tree are asked for. `peaks` are those below `blockLevel`. */
export interface Mark extends Place {
  peaks: Digest[];
}

/** What is known of a range of the chain when it has been read. It is plain data: it crosses threads. */
export interface RangeReport {
  /** The entry before the range, as it was taken to be. */
  after: Place;
  /** The last entry that is in order. */
  head: Place;
  fault: LogFault | null;
  /** Outcomes of intents before the range. */
  outcomes: Loose[];
  /** Intents that are open at its end. */
  intents: Loose[];
  marks: Mark[];
  /** The roots of the subtrees of 2^blockLevel entries; none without `tree`. */
  blocks: Digest[];
}

/** Subtrees of 2^8 entries are the unit in which ranges are read and nodes are stored. */
export const blockLevel = 8;
export const blockSize = 2 ** blockLevel;

export interface RangeOptions {
  /** The entry before the range. With a tree, its seq is a multiple of the block size. */
  after: Place;
  /** Ascending. */
  marks?: readonly number[];
  /** Make the tree as well: it takes as long again. */
  tree?: boolean;
  /** Hears the hash of each entry that is in order. */
  each?: (digest: Digest) => void;
}

export interface Range {
  /** Checks the next entry. False: the range is at fault, and nothing after it need be read. */
  add(row: Row): boolean;
  report(): RangeReport;
}

// The hash of the entry before lies before the body, so that one call hashes both. Views of each length are kept: making
// one costs half as much as hashing.
let scratch = Buffer.allocUnsafe(1 << 16);
let views: Buffer[] = [];

function hashEntry(previous: Digest, bytes: Buffer, from: number, to: number): Digest {
  const length = 32 + to - from;
  if (length > scratch.length) {
    scratch = Buffer.allocUnsafe(2 * length);
    views = [];
  }
  scratch.write(previous, 0, 'latin1');
  bytes.copy(scratch, 32, from, to);
  let view = views[length];
  if (view === undefined) {
    view = scratch.subarray(0, length);
    if (length <= 1 << 14) views[length] = view;
  }
  return hash('sha256', view, 'binary');
}

/**
 * Checks entries one after another: no gap, each hash that of its body and of the hash before, each outcome that of an
 * intent that is open. This is where verification spends its time: bytes, and no parsing.
 */
export function openRange({ after, marks: wanted = [], tree = false, each }: RangeOptions): Range {
  let { seq: last, hash: previous } = after;
  let fault: LogFault | null = null;
  let nextMark = 0;
  const open = new Map<number, string>();
  const outcomes: Loose[] = [];
  const marks: Mark[] = [];
  const blocks: Digest[] = [];
  const frontier: Frontier = { size: after.seq, peaks: [] };
  const block = (level: number, _: number, digest: Digest) => {
    if (level === blockLevel) blocks.push(digest);
  };

  function settle({ seq, bytes, settles, isPending, idAt, idEnd }: Row): LogFault | null {
    if (settles === 0) {
      if (isPending) open.set(seq, bytes.toString('latin1', idAt, idEnd));
      return null;
    }
    const changeId = bytes.toString('latin1', idAt, idEnd);
    if (settles <= after.seq) outcomes.push({ seq, opened: settles, changeId });
    else {
      const opened = open.get(settles);
      if (opened !== changeId || isPending) return createUnopenedFault(seq, settles);
      open.delete(settles);
    }
    return null;
  }

  return {
    add(row) {
      const { seq, bytes, hashAt, bodyAt, bodyEnd } = row;
      if (seq !== last + 1) {
        fault =
          seq > last
            ? { seq: last + 1, code: 'ENTRY_MISSING', detail: `entry ${last + 1} is missing: ${seq} comes after ${last}` }
            : { seq, code: 'ENTRY_MISPLACED', detail: `entry ${seq} comes after ${last}` };
        return false;
      }
      const digest = hashEntry(previous, bytes, bodyAt, bodyEnd);
      if (digest !== bytes.toString('latin1', hashAt, hashAt + 32)) {
        fault = { seq, code: 'ENTRY_CHANGED', detail: `the hash of entry ${seq} is not that of its body after entry ${last}` };
        return false;
      }
      if (row.settles !== 0 || row.isPending) fault = settle(row);
      if (fault !== null) return false;
      previous = digest;
      last = seq;
      each?.(digest);
      if (tree) grow(frontier, leafHash(digest), 0, block, blockLevel);
      if (seq === wanted[nextMark]) {
        nextMark += 1;
        marks.push({ seq, hash: digest, peaks: frontier.peaks.slice(0, blockLevel) });
      }
      return true;
    },
    report: () => ({
      after,
      head: { seq: last, hash: previous },
      fault,
      outcomes,
      intents: [...open].map(([opened, changeId]) => ({ seq: 0, opened, changeId })),
      marks,
      blocks,
    }),
  };
}

/** An outcome without an open intent. */
export const createUnopenedFault = (seq: number, settles: number): LogFault => ({
  seq,
  code: 'OUTCOME_WITHOUT_INTENT',
  detail: `entry ${seq} is the outcome of entry ${settles}, which does not open that change, or has an outcome already`,
});
