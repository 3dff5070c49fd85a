import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { canonicalJson } from '../audit/canonical.ts';
import { parseCheckpoint, parseTrustedKeys, type TrustedKeys } from '../audit/checkpoint.ts';
import type { Entry } from '../audit/verify-log.ts';
import type { Checkpoint, InclusionProof } from '../schema/audit.ts';
import { Exit } from './exit.ts';

// Reads the files of an auditor. Each function throws an Exit when a file has another format, and what
// `node:fs` throws.

/** A change: its place in the chain, and the bytes that were hashed. */
export interface PlacedChange {
  seq: number;
  hash: string;
  previousHash: string;
  body: string;
}

/** The public keys of a PEM file. */
export function readKeys(path: string): TrustedKeys {
  const text = readFileSync(path, 'utf8');
  try {
    return parseTrustedKeys(text);
  } catch (cause) {
    throw new Exit('WRONG_FORMAT', `${path}: ${cause instanceof Error ? cause.message : cause}`);
  }
}

/** Checkpoints, one a line. */
export async function readCheckpoints(path: string): Promise<Checkpoint[]> {
  const found: Checkpoint[] = [];
  for await (const [number, line] of linesOf(path)) {
    const checkpoint = parseCheckpoint(line);
    if (checkpoint === null) throw new Exit('WRONG_FORMAT', `line ${number} of ${path} is not a checkpoint`);
    found.push(checkpoint);
  }
  return found;
}

/** The entries of an export after entry `from`. */
export async function* readEntries(path: string, from: number): AsyncGenerator<Entry[]> {
  for await (const [number, line] of linesOf(path)) {
    const { seq, hash, previousHash, body } = parseChange(line, `line ${number} of ${path}`);
    // The export writes exactly this text. A line that differs, such as one with a duplicate key, is not what
    // was signed.
    const whole = `${body.slice(0, -1)},${JSON.stringify({ seq, previousHash, hash }).slice(1)}`;
    const bytes = Buffer.from(line === whole ? body : line);
    if (seq > from || from === 0)
      yield [
        { seq, hash: Buffer.from(hash, 'hex'), previous: Buffer.from(previousHash, 'hex'), body: bytes },
      ];
  }
}

/** A change, as GET /v1/changes/ID gives it. */
export const readChange = (path: string): PlacedChange => parseChange(readFileSync(path, 'utf8'), path);

/** A proof, as GET /v1/changes/ID/proof gives it. */
export function readProof(path: string): InclusionProof {
  const proof = parseObject(readFileSync(path, 'utf8'), path) as Partial<InclusionProof>;
  const isProof =
    hasPlace(proof) &&
    Array.isArray(proof.path) &&
    proof.path.every((one) => typeof one === 'string') &&
    parseCheckpoint(JSON.stringify(proof.checkpoint) ?? '') !== null;
  if (!isProof) throw new Exit('WRONG_FORMAT', `${path} is not a proof: GET /v1/changes/ID/proof gives one`);
  return proof as InclusionProof;
}

function parseObject(text: string, where: string): object {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw new Exit(
      'WRONG_FORMAT',
      `${where} is not JSON. GET /v1/audit/export?format=ndjson gives an export that can be verified`,
    );
  }
  if (typeof read !== 'object' || read === null)
    throw new Exit('WRONG_FORMAT', `${where} is not a JSON object`);
  return read;
}

const hasPlace = ({ seq, hash, previousHash }: { seq?: unknown; hash?: unknown; previousHash?: unknown }) =>
  Number.isSafeInteger(seq) && typeof hash === 'string' && typeof previousHash === 'string';

function parseChange(text: string, where: string): PlacedChange {
  const read = parseObject(text, where) as Record<string, unknown>;
  if (!hasPlace(read))
    throw new Exit('WRONG_FORMAT', `${where} is not a change: it needs seq, hash and previousHash`);
  const { seq, hash, previousHash, ...body } = read;
  return {
    seq: Number(seq),
    hash: String(hash),
    previousHash: String(previousHash),
    body: canonicalJson(body),
  };
}

async function* linesOf(path: string): AsyncGenerator<[number, string]> {
  let number = 0;
  for await (const line of createInterface({
    input: createReadStream(path),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    number += 1;
    if (line !== '') yield [number, line];
  }
}
