import { hash } from 'node:crypto';

/** What stands for the hash of the entry before the first. */
export const genesis: Buffer = Buffer.alloc(32);

/**
 * The hash of one entry: SHA-256(the previous entry's 32 bytes ‖ the canonical JSON of the change without seq, hash and
 * previousHash). 32 bytes. See docs/decisions/0008.
 */
export function entryHash(previous: Buffer, body: string | Buffer): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return hash('sha256', Buffer.concat([previous, bytes]), 'buffer');
}
