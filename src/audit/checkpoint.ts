import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import type { Checkpoint } from '../schema/audit.ts';
import { canonicalJson } from './canonical.ts';
import type { LogFault } from './finding.ts';
import { type Digest, toHex } from './merkle.ts';

/** The content of a checkpoint before it is signed. */
type Statement = Omit<Checkpoint, 'keyId' | 'signature'>;

export interface SigningKey {
  readonly keyId: string;
  readonly publicKey: KeyObject;
  sign(statement: Statement): Checkpoint;
}

/** The public keys whose signatures are accepted, by key ID. */
export type TrustedKeys = ReadonlyMap<string, KeyObject>;

/** The name of a log, derived from its first entry. A rewritten log gets another name. */
export const originOf = (firstHash: Digest): string => `rolewright/${toHex(firstHash).slice(0, 16)}`;

const keyIdOf = (key: KeyObject): string =>
  hash('sha256', key.export({ type: 'spki', format: 'der' })).slice(0, 16);

const bytesToSign = (statement: Omit<Checkpoint, 'signature'>) => Buffer.from(canonicalJson(statement));

/** A new key pair in PEM: the private key as PKCS#8, the public key as SPKI. */
export function createSigningKey(): { privateKey: string; publicKey: string } {
  return generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}

/** Reads an Ed25519 private key (PKCS#8, PEM). Throws an Error that reveals nothing of the input. */
export function parseSigningKey(pem: string): SigningKey {
  const privateKey = readEd25519(() => createPrivateKey(pem), 'an Ed25519 private key (PKCS#8, PEM)');
  const publicKey = createPublicKey(privateKey);
  const keyId = keyIdOf(publicKey);
  return {
    keyId,
    publicKey,
    sign(statement) {
      const named = { ...statement, keyId };
      return { ...named, signature: sign(null, bytesToSign(named), privateKey).toString('base64') };
    },
  };
}

/**
 * Reads one or more Ed25519 public keys (SPKI, PEM) from one text. Throws an Error when there is none, or a
 * key of another type.
 */
export function parseTrustedKeys(pem: string): TrustedKeys {
  const blocks = pem.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? [];
  if (blocks.length === 0) throw new Error('it contains no public key (SPKI, PEM)');
  const keys = blocks.map((block) =>
    readEd25519(() => createPublicKey(block), 'an Ed25519 public key (SPKI, PEM)'),
  );
  return new Map(keys.map((key) => [keyIdOf(key), key]));
}

function readEd25519(read: () => KeyObject, wanted: string): KeyObject {
  let key: KeyObject | null;
  try {
    key = read();
  } catch {
    // OpenSSL's message does not help, and it may describe the bytes of a secret.
    key = null;
  }
  if (key?.asymmetricKeyType !== 'ed25519') throw new Error(`it is not ${wanted}`);
  return key;
}

/** Checks the signature of a checkpoint. Null: a trusted key signed exactly this checkpoint. */
export function findSignatureFault(checkpoint: Checkpoint, keys: TrustedKeys): LogFault | null {
  const { signature, ...rest } = checkpoint;
  const { seq, keyId } = rest;
  const key = keys.get(keyId);
  if (key === undefined)
    return {
      seq,
      code: 'CHECKPOINT_KEY_UNKNOWN',
      detail: `the checkpoint at entry ${seq} is signed with key ${keyId}, which is not trusted`,
    };
  if (verify(null, bytesToSign(rest), key, Buffer.from(signature, 'base64'))) return null;
  return {
    seq,
    code: 'CHECKPOINT_FORGED',
    detail: `the signature of the checkpoint at entry ${seq} does not verify with key ${keyId}`,
  };
}

/** Every member of a checkpoint except `seq` is a short ASCII text. */
const isText = (value: unknown) => typeof value === 'string' && /^[ -~]{1,128}$/.test(value);

const members = ['at', 'hash', 'keyId', 'origin', 'root', 'seq', 'signature'];

/** Reads a checkpoint from JSON. Null: the text is not a checkpoint. */
export function parseCheckpoint(text: string): Checkpoint | null {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return null; // The caller reports it, because it knows the place.
  }
  if (typeof read !== 'object' || read === null) return null;
  const isWhole = Object.keys(read).sort().join() === members.join();
  const isTyped = Object.entries(read).every(([name, value]) =>
    name === 'seq' ? Number.isSafeInteger(value) : isText(value),
  );
  return isWhole && isTyped ? (read as Checkpoint) : null;
}
