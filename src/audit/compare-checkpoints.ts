import type { Checkpoint } from '../schema/audit.ts';
import { findSignatureFault, type TrustedKeys } from './checkpoint.ts';
import type { LogFault } from './finding.ts';
import { toHex } from './merkle.ts';
import type { ChainPosition } from './range-report.ts';

/** Signatures that are checked before other work gets its turn: some milliseconds. */
const turn = 50;

/** Checks the signatures of checkpoints. Answers those that a trusted key signed, and the faults of the others. */
export async function checkSignatures(
  checkpoints: readonly Checkpoint[],
  keys: TrustedKeys,
): Promise<{ signed: Checkpoint[]; faults: LogFault[] }> {
  const signed: Checkpoint[] = [];
  const faults: LogFault[] = [];
  for (const [index, checkpoint] of checkpoints.entries()) {
    if (index % turn === turn - 1) await new Promise((resolve) => setImmediate(resolve));
    const fault = findSignatureFault(checkpoint, keys);
    if (fault) faults.push(fault);
    else signed.push(checkpoint);
  }
  return { signed, faults };
}

/** Compares a signed checkpoint with the log at its entry. Null as `root` or `origin`: not computed. */
export function findContradiction(
  checkpoint: Checkpoint,
  { seq, hash }: ChainPosition,
  { root, origin }: { root: string | null; origin: string | null },
): LogFault | null {
  const differs = [
    checkpoint.hash !== toHex(hash) && 'hash',
    root !== null && checkpoint.root !== root && 'root',
    origin !== null && checkpoint.origin !== origin && 'origin',
  ].filter((one) => one !== false);
  if (differs.length === 0) return null;
  return {
    seq,
    code: 'CHECKPOINT_CONTRADICTED',
    detail: `the checkpoint at entry ${seq} has another ${differs.join(' and ')} than the log: entries up to it were rewritten after ${checkpoint.at}`,
  };
}

/** The fault of a checkpoint for which the log has no entry. */
export const findOutsideFault = (checkpoint: Checkpoint, keys: TrustedKeys, head: number): LogFault =>
  findSignatureFault(checkpoint, keys) ?? {
    seq: head + 1,
    code: 'LOG_CUT_OFF',
    detail: `the log ends at entry ${head}, but entry ${checkpoint.seq} was signed at ${checkpoint.at}: its tail was cut off, or an older copy was restored`,
  };

/** The seqs of checkpoints: the places at which a range must make a mark. */
export const marksOf = (checkpoints: readonly Checkpoint[]): number[] =>
  [...new Set(checkpoints.map(({ seq }) => seq))].sort((a, b) => a - b);

export const newestOf = (checkpoints: readonly (Checkpoint | null)[]): Checkpoint | null =>
  checkpoints.reduce(
    (newest, one) => (one === null || (newest && newest.seq >= one.seq) ? newest : one),
    null,
  );

/** Without repetitions: what was published is in the database too. */
export const distinct = (checkpoints: readonly Checkpoint[]): Checkpoint[] => [
  ...new Map(checkpoints.map((one) => [JSON.stringify(Object.entries(one).sort()), one])).values(),
];
