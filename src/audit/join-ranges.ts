import type { Checkpoint, Verification } from '../schema/audit.ts';
import { createUnopenedFault } from './check-range.ts';
import { findSignatureFault, type TrustedKeys } from './checkpoint.ts';
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

/** The evidence that the log is compared with. */
export interface Evidence {
  /** In any order. Their signatures are checked as well. */
  checkpoints: readonly Checkpoint[];
  keys: TrustedKeys;
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
  /** `more`: faults from other checks. */
  result(more?: (LogFault | null)[]): Verification;
}

/** The seqs at which ranges must make a mark. */
export const marksOf = (checkpoints: readonly Checkpoint[]): number[] =>
  [...new Set(checkpoints.map(({ seq }) => seq))].sort((a, b) => a - b);

/**
 * Joins the reports of ranges, in order, and checks them against the checkpoints. `completed` is called for
 * every node of the tree at and above the block level.
 */
export function joinRanges(
  after: ChainPosition,
  { checkpoints, keys, origin, tree }: Evidence,
  completed?: (level: number, position: number, digest: Digest) => void,
): Join {
  const bySeq = Map.groupBy(checkpoints, ({ seq }) => seq);
  const open = new Map<number, string>();
  const upper: Frontier = { size: 0, peaks: [] };
  let head = after;
  let fault: LogFault | null = null;
  const also: LogFault[] = [];

  function settle({ seq, opened, changeId }: Loose): LogFault | null {
    if (open.get(opened) !== changeId) return createUnopenedFault(seq, opened);
    open.delete(opened);
    return null;
  }

  function judge({ seq, hash }: ChainPosition, root: string | null): void {
    for (const checkpoint of bySeq.get(seq) ?? []) {
      const differs = [
        checkpoint.hash !== toHex(hash) && 'hash',
        root !== null && checkpoint.root !== root && 'root',
        origin !== null && checkpoint.origin !== origin && 'origin',
      ].filter((one) => one !== false);
      // An unsigned checkpoint says nothing about the log. Its presence is a fault of its own.
      const forged = findSignatureFault(checkpoint, keys);
      if (forged) also.push(forged);
      else if (differs.length > 0)
        also.push({
          seq,
          code: 'CHECKPOINT_CONTRADICTED',
          detail: `the checkpoint at entry ${seq} has another ${differs.join(' and ')} than the log: entries up to it were rewritten after ${checkpoint.at}`,
        });
    }
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

  // When reading begins at a checkpoint, that checkpoint's place is the first one to check.
  judge(after, null);

  return {
    get head() {
      return head;
    },
    add({ after: start, head: end, fault: found, outcomes, intents, marks, blocks }) {
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
        for (const mark of marks) {
          upTo(mark.seq);
          judge(mark, tree ? rootAt(mark) : null);
        }
        upTo(end.seq);
        fault = findFirst([found, ...loose]);
        head = end;
      }
      return fault === null;
    },
    result(more = []) {
      // A checkpoint beyond the head means that the tail is missing. After another fault it means nothing,
      // because reading stopped there.
      const beyond = fault ? [] : checkpoints.filter(({ seq }) => seq > head.seq || seq < 1);
      for (const checkpoint of beyond) {
        const forged = findSignatureFault(checkpoint, keys);
        also.push(
          forged ?? {
            seq: head.seq + 1,
            code: 'LOG_CUT_OFF',
            detail: `the log ends at entry ${head.seq}, but entry ${checkpoint.seq} was signed at ${checkpoint.at}: its tail was cut off, or an older copy was restored`,
          },
        );
      }
      const firstFault = findFirst([fault, ...also, ...more]);
      return {
        ok: firstFault === null,
        checked: head.seq - after.seq,
        head: { seq: head.seq, hash: toHex(head.hash) },
        checkpoint: checkpoints.reduce<Checkpoint | null>(
          (newest, one) => (newest && newest.seq >= one.seq ? newest : one),
          null,
        ),
        firstFault,
      };
    },
  };
}
