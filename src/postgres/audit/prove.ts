import type pg from 'pg';
import type { TrustedKeys } from '../../audit/checkpoint.ts';
import { genesis } from '../../audit/entry.ts';
import { pathOf, toHex } from '../../audit/merkle.ts';
import { findProofFault } from '../../audit/proof.ts';
import { Fault } from '../../fault.ts';
import type { InclusionProof } from '../../schema/audit.ts';
import { NotIntact, readCoveringCheckpoint } from './checkpoints.ts';
import { digestsOf } from './tree.ts';

interface Row {
  seq: string;
  hash: Buffer;
  previous: Buffer | null;
}

/**
 * Proves that the newest entry of a change is in the signed log. Uses the first checkpoint that covers the
 * entry. Null for an unknown change. Fault: UNAVAILABLE. Throws the errors of pg.
 */
export async function prove(
  client: Pick<pg.ClientBase, 'query'>,
  changeId: string,
  keys: TrustedKeys | null,
): Promise<InclusionProof | null> {
  const { rows } = await client.query<Row>(
    `SELECT entry.seq, entry.hash, (SELECT before.hash FROM ledger_entry before WHERE before.seq = entry.seq - 1) AS previous
     FROM ledger_entry opening JOIN ledger_entry entry ON entry.seq = opening.seq OR entry.settles = opening.seq
     WHERE opening.change_id = $1 AND opening.settles IS NULL ORDER BY entry.seq DESC LIMIT 1`,
    [changeId],
  );
  const [entry] = rows;
  if (entry === undefined) return null;
  if (keys === null)
    throw new Fault(
      'UNAVAILABLE',
      'This service signs no checkpoints, so it can prove nothing: AUDIT_SIGNING_KEY is not set.',
      {},
      { retryable: false },
    );
  try {
    const proof = await proofOf(client, entry);
    const fault = findProofFault(proof, keys, null);
    if (fault !== null) throw new NotIntact(fault);
    return proof;
  } catch (error) {
    if (!(error instanceof NotIntact)) throw error;
    const message = `The entry cannot be proven: ${error.message}. GET /v1/audit/verification says where the log was altered.`;
    throw new Fault('UNAVAILABLE', message, {}, { retryable: false });
  }
}

/** Fault: UNAVAILABLE. Throws NotIntact, and the errors of pg. */
async function proofOf(
  client: Pick<pg.ClientBase, 'query'>,
  { seq: at, hash, previous }: Row,
): Promise<InclusionProof> {
  const seq = Number(at);
  const checkpoint = await readCoveringCheckpoint(client, seq);
  if (checkpoint === null)
    throw new Fault('UNAVAILABLE', 'No checkpoint covers the change yet. Try again in a moment.');
  const path = await digestsOf(client, pathOf(seq - 1, checkpoint.seq));
  return {
    seq,
    previousHash: (previous ?? genesis).toString('hex'),
    hash: hash.toString('hex'),
    path: path.map(toHex),
    checkpoint,
  };
}
