import { openRange } from '../../audit/chain.ts';
import type { Digest } from '../../audit/merkle.ts';
import type { Place, RangeReport, Row } from '../../audit/range-report.ts';
import type { Copier, Fields } from '../connection/copy-rows.ts';

/** A part of the log to be checked: the entries after `after`, up to `to`. It crosses threads. */
export interface RangeTask {
  after: number;
  to: number;
  /** The hash of the entry `after`, where it is known; else what the database says it is. */
  hash: string | null;
  marks: number[];
  tree: boolean;
}

/** Seq and settles are bigints, of which the log needs 53 bits. Anything else belongs nowhere. */
const bigintAt = (bytes: Buffer, at: number) => bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);

/** Reads a part of the log and checks it, row by row as they arrive. Throws what pg throws. */
export async function readRange(
  copier: Copier,
  { after, to, hash, marks, tree }: RangeTask,
  each?: (digest: Digest) => void,
): Promise<RangeReport> {
  const start: Place = { seq: after, hash: hash ?? (await hashOf(copier, after)) };
  const range = openRange({ after: start, marks, tree, ...(each && { each }) });
  const row: Row = { seq: 0, bytes: Buffer.alloc(0), hashAt: 0, bodyAt: 0, bodyEnd: 0, settles: 0, isPending: false, idAt: 0, idEnd: 0 };
  // Also what stands before the first entry, which is nothing unless somebody put it there.
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
      // A hash of another length is none: of the bytes after it, which it is then compared with, nobody can make one.
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
  return report;
}

/** What the database says the hash of an entry is; nothing where it has no such entry. */
async function hashOf({ client }: Copier, seq: number): Promise<string> {
  const { rows } = await client.query<{ hash: Buffer }>('SELECT hash FROM ledger_entry WHERE seq = $1', [seq]);
  return rows[0]?.hash.toString('latin1') ?? '';
}
