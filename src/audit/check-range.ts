import { hash } from 'node:crypto';
import type { LogFault } from './finding.ts';
import { type Digest, type Frontier, grow, leafHash } from './merkle.ts';
import {
  blockLevel,
  type ChainPosition,
  type Loose,
  type Mark,
  type RangeReport,
  type Row,
} from './range-report.ts';

export interface RangeOptions {
  /** The entry before the range. With `tree`, its seq is a multiple of the block size. */
  after: ChainPosition;
  /** In ascending order. */
  marks?: readonly number[];
  /** Build the tree as well. That doubles the time. */
  tree?: boolean;
  /** Called with the hash of each valid entry. */
  each?: (digest: Digest) => void;
}

export interface Range {
  /** Checks the next entry. Answers false when the range has a fault. Later entries need not be read then. */
  add(row: Row): boolean;
  report(): RangeReport;
}

// `entryHash` of entry.ts without its copies, as verification hashes millions of entries. The previous hash is
// placed before the body, so that one call hashes both. One view for each length is kept, because creating a
// view costs half as much as hashing.
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
 * Checks entries in order: no gap, each hash that of its body and the previous hash, each outcome that of an
 * open intent. Verification spends most of its time here, so the function works on bytes and parses nothing.
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
            ? {
                seq: last + 1,
                code: 'ENTRY_MISSING',
                detail: `entry ${last + 1} is missing: ${seq} comes after ${last}`,
              }
            : {
                seq,
                code: 'ENTRY_MISPLACED',
                detail: `entry ${seq} is out of order: it comes after ${last}`,
              };
        return false;
      }
      const digest = hashEntry(previous, bytes, bodyAt, bodyEnd);
      if (digest !== bytes.toString('latin1', hashAt, hashAt + 32)) {
        fault = {
          seq,
          code: 'ENTRY_CHANGED',
          detail: `the hash of entry ${seq} does not match its body and the hash of entry ${last}`,
        };
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
      checkpoints: [],
      checkpointFault: null,
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

/** The fault of an outcome without an open intent. */
export const createUnopenedFault = (seq: number, settles: number): LogFault => ({
  seq,
  code: 'OUTCOME_WITHOUT_INTENT',
  detail: `entry ${seq} is an outcome of entry ${settles}, which does not open that change or already has an outcome`,
});
