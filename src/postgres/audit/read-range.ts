import { openRange } from '../../audit/check-range.ts';
import type { TrustedKeys } from '../../audit/checkpoint.ts';
import { checkSignatures, distinct, findContradiction, marksOf } from '../../audit/compare-checkpoints.ts';
import { findFirst } from '../../audit/finding.ts';
import type { Digest } from '../../audit/merkle.ts';
import type { ChainPosition, RangeReport, Row } from '../../audit/range-report.ts';
import type { Checkpoint } from '../../schema/audit.ts';
import type { Copier, Fields } from '../connection/copy-rows.ts';
import { readCheckpointsOf } from './checkpoints.ts';

/** A part of the log to check: the entries after `after`, up to `to`. It is sent between threads. */
export interface RangeTask {
  after: number;
  to: number;
  /** The hash of the entry `after`. Null: the hash in the database is used. */
  hash: string | null;
  /** Null: the range is compared with no checkpoint. */
  signed: SignedRange | null;
  tree: boolean;
}

/** The checkpoints that a range is compared with: those of the database, and others. */
export interface SignedRange {
  keys: TrustedKeys;
  origin: string | null;
  /** Also compare with the checkpoints of the database. */
  stored: boolean;
  others: Checkpoint[];
}

/** `seq` and `settles` are bigints, but the log needs only 53 bits. A larger number is invalid. */
const bigintAt = (bytes: Buffer, at: number) => bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);

/** Reads a part of the log and checks it, row by row as they arrive. Throws the errors of pg. */
export async function readRange(
  copier: Copier,
  { after, to, hash, signed, tree }: RangeTask,
  each?: (digest: Digest) => void,
): Promise<RangeReport> {
  const start: ChainPosition = { seq: after, hash: hash ?? (await hashOf(copier, after)) };
  const evidence = signed && (await readEvidence(copier, { after, to }, signed));
  const range = openRange({
    after: start,
    marks: marksOf(evidence?.checkpoints ?? []),
    tree,
    ...(each && { each }),
  });
  const row: Row = {
    seq: 0,
    bytes: Buffer.alloc(0),
    hashAt: 0,
    bodyAt: 0,
    bodyEnd: 0,
    settles: 0,
    isPending: false,
    idAt: 0,
    idEnd: 0,
  };
  // Include rows before entry 1: there are none unless somebody inserted them.
  const from = after === 0 ? '' : `seq > ${after} AND`;
  await copier.copy(
    `SELECT seq, settles, outcome = 'PENDING', change_id, hash, body FROM ledger_entry WHERE ${from} seq <= ${to} ORDER BY seq`,
    ({ bytes, at, length }: Fields) => {
      row.bytes = bytes;
      row.seq = bigintAt(bytes, at[0] as number);
      row.settles = length[1] === 8 ? bigintAt(bytes, at[1] as number) : 0;
      row.isPending = length[2] === 1 && bytes[at[2] as number] === 1;
      row.idAt = at[3] as number;
      row.idEnd = row.idAt + Math.max(0, length[3] as number);
      row.hashAt = at[4] as number;
      row.bodyAt = at[5] as number;
      row.bodyEnd = row.bodyAt + Math.max(0, length[5] as number);
      // A hash of the wrong length is compared with bytes beyond it too, so it can never match.
      return range.add(row);
    },
  );
  const report = range.report();
  if (report.fault === null && report.head.seq < to)
    report.fault = {
      seq: report.head.seq + 1,
      code: 'ENTRY_MISSING',
      detail: `entry ${report.head.seq + 1} is missing, and there are later ones`,
    };
  if (evidence && signed) return compare({ ...report, ...evidence }, signed.origin, tree);
  return report;
}

type Evidence = Pick<RangeReport, 'checkpoints' | 'checkpointFault'>;

/** Reads the checkpoints of the database, and checks all signatures: a range may have thousands. */
async function readEvidence(
  { client }: Copier,
  range: { after: number; to: number },
  { keys, stored, others }: SignedRange,
): Promise<Evidence> {
  const read = stored ? await readCheckpointsOf(client, range) : { checkpoints: [], faults: [] };
  // Comparing thousands of texts with nothing would only cost memory.
  const all = others.length === 0 ? read.checkpoints : distinct([...read.checkpoints, ...others]);
  const { signed, faults } = await checkSignatures(all, keys);
  return { checkpoints: signed, checkpointFault: findFirst([...faults, ...read.faults]) };
}

/**
 * Compares hash and origin here, and leaves to `joinRanges` only what needs the tree. So a report of a range with
 * thousands of checkpoints stays small.
 */
function compare(report: RangeReport, origin: string | null, tree: boolean): RangeReport {
  if (tree) return report;
  const bySeq = new Map(report.marks.map((mark) => [mark.seq, mark]));
  const faults = report.checkpoints.map((one) => {
    const mark = bySeq.get(one.seq);
    return mark ? findContradiction(one, mark, { root: null, origin }) : null;
  });
  return {
    ...report,
    checkpoints: [],
    marks: [],
    checkpointFault: findFirst([report.checkpointFault, ...faults]),
  };
}

/** The hash of an entry in the database. Empty when there is no such entry. */
async function hashOf({ client }: Copier, seq: number): Promise<string> {
  const { rows } = await client.query<{ hash: Buffer }>('SELECT hash FROM ledger_entry WHERE seq = $1', [
    seq,
  ]);
  return rows[0]?.hash.toString('latin1') ?? '';
}
