import { hash } from 'node:crypto';

/** What stands for the entry before the first. */
export const genesis: Buffer = Buffer.alloc(32);

/**
 * The hash of an entry of the log: SHA-256 over the 32 bytes of the hash of the entry before, then the entry's body,
 * which is the canonical JSON of the change without `seq`, `hash` and `previousHash` (docs/decisions/0004-ledger.md).
 */
export const entryHash = (previous: Buffer, body: string | Buffer): Buffer =>
  hash('sha256', Buffer.concat([previous, typeof body === 'string' ? Buffer.from(body) : body]), 'buffer');
