import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

// rwt_ID_SECRETSUM: 16, 64 and 8 hexadecimal digits. The prefix and the sum let scanners of secrets know one where they find
// it, and the service refuse what is none without asking the database. docs/decisions/0011-identity.md.

const prefix = 'rwt_';
const pattern = /^rwt_([0-9a-f]{16})_([0-9a-f]{64})([0-9a-f]{8})$/;

const sumOf = (id: string, secret: string) => crc32(`${prefix}${id}_${secret}`).toString(16).padStart(8, '0');

// The secret is 256 random bits: there is nothing to guess, and so nothing that a slow hash would make harder.
const hashOf = (secret: string): Buffer => createHash('sha256').update(Buffer.from(secret, 'hex')).digest();

export interface MintedToken {
  id: string;
  /** The whole credential. It is kept nowhere. */
  token: string;
  /** SHA-256 of the secret: 32 bytes. */
  secretHash: Buffer;
}

export function mintServiceToken(): MintedToken {
  const [id, secret] = [randomBytes(8).toString('hex'), randomBytes(32).toString('hex')] as const;
  return { id, token: `${prefix}${id}_${secret}${sumOf(id, secret)}`, secretHash: hashOf(secret) };
}

/** Is it meant to be a service token? */
export const isServiceToken = (text: string): boolean => text.startsWith(prefix);

/** The parts of a service token; null where it is none: mistyped, cut off, made up. */
export function readServiceToken(text: string): { id: string; secretHash: Buffer } | null {
  const [, id = '', secret = '', sum = ''] = pattern.exec(text) ?? [];
  return id !== '' && sum === sumOf(id, secret) ? { id, secretHash: hashOf(secret) } : null;
}

/** Compares in a time that tells nothing. */
export const isSameHash = (one: Uint8Array, other: Uint8Array): boolean => one.length === other.length && timingSafeEqual(one, other);
