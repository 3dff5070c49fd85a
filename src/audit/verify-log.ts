import type { Checkpoint, Verification } from '../schema/audit.ts';
import { openRange } from './check-range.ts';
import { originOf, type TrustedKeys } from './checkpoint.ts';
import {
  checkSignatures,
  findContradiction,
  findOutsideFault,
  marksOf,
  newestOf,
} from './compare-checkpoints.ts';
import { findFirst, type LogFault } from './finding.ts';
import { beginning, joinRanges } from './join-ranges.ts';
import type { ChainPosition, Row } from './range-report.ts';

/** An entry as it is stored or exported. `body` is the bytes that were hashed. */
export interface Entry {
  seq: number;
  hash: Buffer;
  body: Buffer;
  /** The previous hash, when the export has it. */
  previous?: Buffer;
}

/** Verifies a log from memory or a file: all of it, or the part after the entry `after`. */
export async function verifyLog(
  batches: AsyncIterable<readonly Entry[]> | Iterable<readonly Entry[]>,
  {
    checkpoints,
    keys,
    after = beginning,
  }: { checkpoints: readonly Checkpoint[]; keys: TrustedKeys; after?: ChainPosition },
): Promise<Verification> {
  const tree = after.seq === 0;
  const relevant = checkpoints.filter(({ seq }) => tree || seq >= after.seq);
  const range = openRange({ after, marks: marksOf(relevant), tree });
  let origin: string | null = null;
  let other: LogFault | null = null;
  let last = after.hash;
  reading: for await (const batch of batches)
    for (const entry of batch) {
      if (entry.seq === 1) origin = originOf(entry.hash.toString('latin1'));
      if (entry.previous && entry.previous.toString('latin1') !== last) {
        other = {
          seq: entry.seq,
          code: 'LINK_BROKEN',
          detail: `entry ${entry.seq} has another previous hash`,
        };
        break reading;
      }
      last = entry.hash.toString('latin1');
      const row = parseRow(entry);
      if (!range.add(row ?? createRow(entry))) break reading;
      if (row !== null) continue;
      other = {
        seq: entry.seq,
        code: 'ENTRY_CHANGED',
        detail: `entry ${entry.seq} is not a JSON object with an id and an outcome`,
      };
      break reading;
    }
  const report = range.report();
  const { signed, faults } = await checkSignatures(relevant, keys);
  // Intents before `after` are not read, so outcomes that settle them are accepted.
  const outcomes = tree ? report.outcomes : [];
  const join = joinRanges(after, { origin, tree });
  const reached = (seq: number) => seq <= report.head.seq;
  join.add({
    ...report,
    outcomes,
    fault: report.fault ?? other,
    checkpoints: signed,
    checkpointFault: findFirst(faults.filter(({ seq }) => seq >= 1 && reached(seq))),
  });
  return join.result({
    newest: newestOf(relevant),
    outside: (head) =>
      relevant.filter(({ seq }) => seq < 1 || seq > head).map((one) => findOutsideFault(one, keys, head)),
    // Reading begins at a checkpoint, which has no mark.
    more: signed
      .filter(({ seq }) => seq === after.seq)
      .map((one) => findContradiction(one, after, { root: null, origin })),
  });
}

const createRow = ({ seq, hash, body }: Entry): Row => ({
  seq,
  bytes: Buffer.concat([hash, body]),
  hashAt: 0,
  bodyAt: hash.length,
  bodyEnd: hash.length + body.length,
  settles: 0,
  isPending: false,
  idAt: 0,
  idEnd: 0,
});

/** Null: the body cannot be that of an entry. */
function parseRow(entry: Entry): Row | null {
  let read: unknown;
  try {
    read = JSON.parse(entry.body.toString());
  } catch {
    return null; // Told as a fault of the entry.
  }
  if (typeof read !== 'object' || read === null || !('id' in read) || !('outcome' in read)) return null;
  const settles = 'settles' in read && typeof read.settles === 'number' ? read.settles : 0;
  const row = createRow(entry);
  const id = Buffer.from(String(read.id));
  const bytes = Buffer.concat([row.bytes, id]);
  return {
    ...row,
    bytes,
    settles,
    isPending: read.outcome === 'PENDING',
    idAt: row.bodyEnd,
    idEnd: bytes.length,
  };
}
