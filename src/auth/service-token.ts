import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

// rwt_ID_SECRETSUM: 16, 64 and 8 hexadecimal digits. By the prefix and the checksum, secret scanners
// recognize a token, and the service refuses other texts without asking the database.
// docs/decisions/0011-identity.md.

const prefix = 'rwt_';
const pattern = /^rwt_([0-9a-f]{16})_([0-9a-f]{64})([0-9a-f]{8})$/;

const sumOf = (id: string, secret: string) => crc32(`${prefix}${id}_${secret}`).toString(16).padStart(8, '0');

// The secret is 256 random bits. It cannot be guessed, so a slow hash would not help.
const hashOf = (secret: string): Buffer => createHash('sha256').update(Buffer.from(secret, 'hex')).digest();

export interface MintedToken {
  id: string;
  /** The whole credential. It is not stored. */
  token: string;
  /** SHA-256 of the secret: 32 bytes. */
  secretHash: Buffer;
}

export function mintServiceToken(): MintedToken {
  const [id, secret] = [randomBytes(8).toString('hex'), randomBytes(32).toString('hex')] as const;
  return { id, token: `${prefix}${id}_${secret}${sumOf(id, secret)}`, secretHash: hashOf(secret) };
}

/** True for a text with the prefix of service tokens, also if it is malformed. */
export const isServiceToken = (text: string): boolean => text.startsWith(prefix);

/** Parses a service token. Null: it is malformed or its checksum is wrong. */
export function readServiceToken(text: string): { id: string; secretHash: Buffer } | null {
  const [, id = '', secret = '', sum = ''] = pattern.exec(text) ?? [];
  return id !== '' && sum === sumOf(id, secret) ? { id, secretHash: hashOf(secret) } : null;
}

/** Compares in constant time. */
export const isSameHash = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && timingSafeEqual(one, other);
