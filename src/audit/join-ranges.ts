import type { Checkpoint, Verification } from '../schema/audit.ts';
import { createUnopenedFault } from './check-range.ts';
import { findContradiction } from './compare-checkpoints.ts';
import { genesis } from './entry.ts';
import { findFirst, type LogFault } from './finding.ts';
import { type Digest, type Frontier, grow, rootOf, toHex } from './merkle.ts';
import {
  blockLevel,
  blockSize,
  type ChainPosition,
  type Loose,
  type Mark,
  type RangeReport,
} from './range-report.ts';

export const beginning: ChainPosition = { seq: 0, hash: genesis.toString('latin1') };

/** The facts about the whole log that its ranges are joined with. */
export interface Evidence {
  /** The name of the log. Null when the first entry is not read. */
  origin: string | null;
  /** Are roots computed? Every range must then have built its tree. */
  tree: boolean;
}

export interface Join {
  /** Takes the next range. Answers false when later ranges need not be read. */
  add(report: RangeReport): boolean;
  /** The place where the next range must begin. */
  readonly head: ChainPosition;
  /**
   * `newest`: the newest checkpoint. `outside`: the faults of checkpoints for which the log has no entry, when it
   * ends at this one. `more`: faults from other checks.
   */
  result(rest: {
    newest: Checkpoint | null;
    outside: (head: number) => (LogFault | null)[];
    more?: (LogFault | null)[];
  }): Verification;
}

/**
 * Joins the reports of ranges, in order, and checks them against the checkpoints. `completed` is called for
 * every node of the tree at and above the block level.
 */
export function joinRanges(
  after: ChainPosition,
  { origin, tree }: Evidence,
  completed?: (level: number, position: number, digest: Digest) => void,
): Join {
  const open = new Map<number, string>();
  const upper: Frontier = { size: 0, peaks: [] };
  let head = after;
  let fault: LogFault | null = null;
  let also: LogFault | null = null;

  function settle({ seq, opened, changeId }: Loose): LogFault | null {
    if (open.get(opened) !== changeId) return createUnopenedFault(seq, opened);
    open.delete(opened);
    return null;
  }

  /** The root of the tree when it had `seq` leaves. `upper` has grown exactly that far. */
  const rootAt = ({ seq, peaks }: Mark) =>
    toHex(
      rootOf({
        size: seq,
        peaks: [
          ...Array.from({ length: blockLevel }, (_, level) => peaks[level] ?? ''),
          ...upper.peaks.slice(blockLevel),
        ],
      }),
    );

  return {
    get head() {
      return head;
    },
    add({
      after: start,
      head: end,
      fault: found,
      outcomes,
      intents,
      marks,
      checkpoints,
      checkpointFault,
      blocks,
    }) {
      if (start.seq !== head.seq || start.hash !== head.hash)
        fault = {
          seq: start.seq + 1,
          code: 'LINK_BROKEN',
          detail: `entry ${start.seq + 1} does not follow from entry ${head.seq}`,
        };
      else {
        const loose = outcomes.map(settle);
        for (const { opened, changeId } of intents) open.set(opened, changeId);
        let next = 0;
        const upTo = (seq: number) => {
          for (; tree && upper.size + blockSize <= seq && next < blocks.length; next += 1) {
            completed?.(blockLevel, upper.size / blockSize, blocks[next] ?? '');
            grow(upper, blocks[next] ?? '', blockLevel, completed);
          }
        };
        const bySeq = Map.groupBy(checkpoints, ({ seq }) => seq);
        for (const mark of marks) {
          upTo(mark.seq);
          const root = tree ? rootAt(mark) : null;
          for (const checkpoint of bySeq.get(mark.seq) ?? [])
            also = findFirst([also, findContradiction(checkpoint, mark, { root, origin })]);
        }
        // After a fault of the chain, later checkpoints mean nothing.
        if (checkpointFault && checkpointFault.seq <= end.seq) also = findFirst([also, checkpointFault]);
        upTo(end.seq);
        fault = findFirst([found, ...loose]);
        head = end;
      }
      return fault === null;
    },
    result({ newest, outside, more = [] }) {
      // A checkpoint beyond the head means that the tail is missing. After another fault it means nothing,
      // because reading stopped there.
      const firstFault = findFirst([fault, also, ...(fault ? [] : outside(head.seq)), ...more]);
      return {
        ok: firstFault === null,
        checked: head.seq - after.seq,
        head: { seq: head.seq, hash: toHex(head.hash) },
        checkpoint: newest,
        firstFault,
      };
    },
  };
}
