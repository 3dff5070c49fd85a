import { hash } from 'node:crypto';

/** The previous hash of the first entry. */
export const genesis: Buffer = Buffer.alloc(32);

/**
 * The hash of a log entry: SHA-256 over the 32 bytes of the previous hash, then the entry's body. The body is
 * the canonical JSON of the change without `seq`, `hash` and `previousHash` (docs/decisions/0004-ledger.md).
 */
export const entryHash = (previous: Buffer, body: string | Buffer): Buffer =>
  hash('sha256', Buffer.concat([previous, typeof body === 'string' ? Buffer.from(body) : body]), 'buffer');
