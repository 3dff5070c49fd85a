import { genesis } from '../../audit/entry.ts';
import type { Change, ChangeBody } from '../../schema/change.ts';

/** An entry as SQL gives it, with the hash of the one before. */
export interface Row {
  seq: string | bigint;
  body: string;
  hash: Uint8Array;
  previous: Uint8Array | null;
}

/** The columns of a Row for SQL. `name` is the entry's alias. */
export const rowOf = (name: string) =>
  `${name}.seq, ${name}.body, ${name}.hash, (SELECT before.hash FROM ledger_entry before WHERE before.seq = ${name}.seq - 1) AS previous`;

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The change as the API shows it. */
export function changeOf({ seq, body, hash, previous }: Row): Change {
  const { id, ...rest } = JSON.parse(body) as ChangeBody;
  return { id, seq: Number(seq), ...rest, previousHash: hex(previous ?? genesis), hash: hex(hash) };
}
