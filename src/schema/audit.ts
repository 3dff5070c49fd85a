import Type, { type Static } from 'typebox';
import { closed, ExportFormat } from './parameters.ts';
import { DateOrTime, nullable, Timestamp } from './primitives.ts';

const Hash = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'a SHA-256 hash: 64 hexadecimal digits' });
const Seq = Type.Integer({
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'the seq of an entry',
});

/**
 * The state of the log at one moment, signed: the entry `seq` had this `hash`, and the tree of all entries up to
 * it this `root`. `signature` is Ed25519, in base64, over the canonical JSON (RFC 8785) of all other members.
 */
export type Checkpoint = Static<typeof Checkpoint>;
export const Checkpoint = Type.Object(
  {
    origin: Type.String({
      maxLength: 100,
      description: 'which log: rolewright/ and 16 hexadecimal digits of its first entry’s hash',
    }),
    seq: Seq,
    hash: Hash,
    root: Hash,
    at: Timestamp,
    keyId: Type.String({
      pattern: '^[0-9a-f]{16}$',
      description: 'the first 16 hexadecimal digits of the SHA-256 of the public key’s SPKI',
    }),
    signature: Type.String({
      pattern: '^[A-Za-z0-9+/]{86}==$',
      description: 'an Ed25519 signature in base64',
    }),
  },
  {
    $id: 'Checkpoint',
    description: 'The signed state of the log at one moment',
    additionalProperties: false,
  },
);

/**
 * An entry as it is kept: `body` is the text that was hashed, the canonical JSON of a ChangeBody; hashes are
 * hex.
 */
export interface LoggedEntry {
  seq: number;
  body: string;
  previousHash: string;
  hash: string;
}

const LogHead = Type.Object(
  { seq: Seq, hash: Hash },
  { $id: 'LogHead', description: 'The last entry that is in order', additionalProperties: false },
);

const LogFault = Type.Object(
  {
    seq: Type.Integer({ description: 'The entry' }),
    code: Type.String({ description: 'The kind of fault' }),
    detail: Type.String({ description: 'What is wrong' }),
  },
  { $id: 'LogFault', description: 'The first thing that is wrong with the log', additionalProperties: false },
);

/**
 * Is the log intact? `checked`: number of entries read. `head`: the last entry that is intact. `checkpoint`:
 * the newest checkpoint that the log was compared with; null when none are made. `firstFault`: the first
 * fault in the log's order.
 */
export type Verification = Static<typeof Verification>;
export const Verification = Type.Object(
  {
    ok: Type.Boolean({ description: 'The log is intact' }),
    checked: Type.Integer({ description: 'Entries that were read' }),
    head: LogHead,
    checkpoint: nullable(
      Checkpoint,
      'The newest checkpoint that the log was compared with. Null: there is none',
    ),
    firstFault: nullable(LogFault, 'What is wrong first, in the order of the log. Null: nothing'),
  },
  { $id: 'Verification', description: 'Whether the log is intact', additionalProperties: false },
);

/**
 * Proof that one entry is in the log that a checkpoint signs. The entry's `hash` is the SHA-256 of the bytes
 * of `previousHash` and of the canonical JSON of the change without seq, hash and previousHash; `path` leads
 * from it to the checkpoint's root (RFC 9162, 2.1.3: entry `seq` is leaf `seq - 1` of a tree of
 * `checkpoint.seq` leaves).
 */
export type InclusionProof = Static<typeof InclusionProof>;
export const InclusionProof = Type.Object(
  {
    seq: Seq,
    previousHash: Hash,
    hash: Hash,
    path: Type.Array(Hash, {
      maxItems: 53,
      description: "The hashes from the entry to the checkpoint's root (RFC 9162, 2.1.3)",
    }),
    checkpoint: Checkpoint,
  },
  {
    $id: 'InclusionProof',
    description: 'The proof that an entry is in the log that a checkpoint signs',
    additionalProperties: false,
  },
);

export const AuditVerificationInput = Type.Object(
  {
    from: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 2_147_483_647,
        description: 'the seq of a checkpoint, to read only what comes after it; left out, all is read',
      }),
    ),
  },
  { $id: 'AuditVerificationInput', ...closed },
);
const EntrySeq = Type.Integer({
  minimum: 1,
  maximum: 999_999_999_999_999,
  description: 'the seq of an entry: a number from 1 to 999999999999999',
});
/** A range of the chain, its ends included; the times are of openings, and `until` is excluded. */
export type ExportLogInput = Static<typeof ExportLogInput>;
export const ExportLogInput = Type.Object(
  {
    format: Type.Optional(ExportFormat),
    from: Type.Optional(EntrySeq),
    to: Type.Optional(EntrySeq),
    since: Type.Optional(DateOrTime),
    until: Type.Optional(DateOrTime),
  },
  { $id: 'ExportLogInput', ...closed },
);
