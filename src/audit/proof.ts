import type { InclusionProof } from '../schema/audit.ts';
import { findSignatureFault, type TrustedKeys } from './checkpoint.ts';
import { entryHash } from './entry.ts';
import { fromHex, rootFrom, toHex } from './merkle.ts';

/**
 * Checks that an entry is in the log that the checkpoint signs. Answers what is wrong in one sentence, or
 * null. `body` is the canonical JSON of the change without seq, hash and previousHash. Without a body, only
 * the hash is proven.
 */
export function findProofFault(
  { seq, previousHash, hash, path, checkpoint }: InclusionProof,
  keys: TrustedKeys,
  body: string | null,
): string | null {
  const forged = findSignatureFault(checkpoint, keys);
  if (forged) return forged.detail;
  const root = rootFrom(fromHex(hash), seq - 1, checkpoint.seq, path.map(fromHex));
  if (seq < 1 || root === null || toHex(root) !== checkpoint.root)
    return `the path does not lead from entry ${seq} to the root that was signed at entry ${checkpoint.seq}`;
  if (seq === checkpoint.seq && hash !== checkpoint.hash)
    return `the checkpoint has another hash for entry ${seq}`;
  if (body !== null && entryHash(Buffer.from(previousHash, 'hex'), body).toString('hex') !== hash)
    return `the change does not match entry ${seq}: its hash differs`;
  return null;
}
