import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { canonicalJson } from '../audit/canonical.ts';
import { checkpointOf, type TrustedKeys, trustedKeysOf } from '../audit/checkpoint.ts';
import { fromHex } from '../audit/merkle.ts';
import { proofFault } from '../audit/proof.ts';
import { beginning, type Entry, verifyLog } from '../audit/verify.ts';
import type { Checkpoint, InclusionProof, Verification } from '../schema/audit.ts';
import { verifyDatabase } from '../store/verification.ts';

// `npm run audit:verify -- …`: is a log intact? It needs none of the service's settings. Exit 0: it is; 1: it is not, or that
// could not be found out.

const usage = `npm run audit:verify -- one of
  --database URL      the log of a PostgreSQL database; --quick leaves out what the service itself leaves out
  --export FILE       an export, NDJSON as GET /v1/audit/export gives it; nothing else is needed
  --proof FILE        one proof, as GET /v1/changes/ID/proof gives it; --change FILE: the change, as GET /v1/changes/ID gives it
and
  --public-key FILE   the public keys that may have signed, PEM, one after another
  --checkpoints FILE  the checkpoints that were published, one a line
  --from SEQ          only what comes after the checkpoint at this entry
  --json              the answer as JSON`;

class Unusable extends Error {}

const { values } = parseArgs({
  options: {
    database: { type: 'string' },
    export: { type: 'string' },
    proof: { type: 'string' },
    change: { type: 'string' },
    'public-key': { type: 'string' },
    checkpoints: { type: 'string' },
    from: { type: 'string' },
    quick: { type: 'boolean' },
    json: { type: 'boolean' },
  },
});

/** The bytes that were hashed: the change without its place in the chain. */
function placed(change: Record<string, unknown>) {
  const { seq, hash, previousHash, ...body } = change;
  return { seq: Number(seq), hash: String(hash), previousHash: String(previousHash), body: canonicalJson(body) };
}

async function* linesOf(path: string): AsyncGenerator<[number, string]> {
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (line !== '') yield [number, line];
  }
}

async function checkpointsIn(path: string | undefined): Promise<Checkpoint[]> {
  const found: Checkpoint[] = [];
  if (path === undefined) return found;
  for await (const [number, line] of linesOf(path)) {
    const checkpoint = checkpointOf(line);
    if (checkpoint === null) throw new Unusable(`line ${number} of ${path} is no checkpoint`);
    found.push(checkpoint);
  }
  return found;
}

async function* entriesIn(path: string, from: number): AsyncGenerator<Entry[]> {
  for await (const [number, line] of linesOf(path)) {
    let read: unknown;
    try {
      read = JSON.parse(line);
    } catch {
      throw new Unusable(`line ${number} of ${path} is no JSON`);
    }
    if (typeof read !== 'object' || read === null) throw new Unusable(`line ${number} of ${path} is no change`);
    const { seq, hash, previousHash, body } = placed(read as Record<string, unknown>);
    // As the export writes it: what else a line may hold, a key twice perhaps, some readers see and others do not.
    const whole = `${body.slice(0, -1)},${JSON.stringify({ seq, previousHash, hash }).slice(1)}`;
    const bytes = Buffer.from(line === whole ? body : line);
    if (seq > from || from === 0) yield [{ seq, hash: Buffer.from(hash, 'hex'), previous: Buffer.from(previousHash, 'hex'), body: bytes }];
  }
}

async function verified(keys: TrustedKeys | null): Promise<Verification> {
  const from = Number(values.from ?? 0);
  if (!Number.isSafeInteger(from) || from < 0) throw new Unusable('--from is the seq of a checkpoint');
  const checkpoints = await checkpointsIn(values.checkpoints);
  if (checkpoints.length > 0 && keys === null) throw new Unusable('--checkpoints needs --public-key: whose signatures count?');
  if (values.database !== undefined)
    return await verifyDatabase({ url: values.database, keys, sink: null, known: checkpoints, from, thorough: !values.quick });
  const start = checkpoints.find(({ seq }) => seq === from);
  if (from !== 0 && start === undefined)
    throw new Unusable(`no checkpoint in ${values.checkpoints ?? '--checkpoints'} is at entry ${from}`);
  const after = start ? { seq: from, hash: fromHex(start.hash) } : beginning;
  return await verifyLog(entriesIn(values.export ?? '', from), { checkpoints, keys: keys ?? new Map(), after });
}

function told({ ok, checked, head, checkpoint, firstFault }: Verification): string[] {
  const signed = checkpoint
    ? `the newest checkpoint is at entry ${checkpoint.seq}, signed at ${checkpoint.at} with key ${checkpoint.keyId}`
    : 'held against no checkpoint: a cut-off tail, or a log that was rewritten as a whole, would not be noticed';
  return [
    ok
      ? `The log is intact: ${checked} entries, up to entry ${head.seq}, hash ${head.hash}.`
      : `THE LOG IS NOT INTACT: ${checked} entries are in order, up to ${head.seq}.`,
    ...(firstFault ? [`At entry ${firstFault.seq}: ${firstFault.code}: ${firstFault.detail}.`] : []),
    `Checkpoints: ${signed}.`,
  ];
}

function proven(path: string, keys: TrustedKeys | null): { ok: boolean; text: string } {
  if (keys === null) throw new Unusable('--proof needs --public-key: whose signature counts?');
  const proof = JSON.parse(readFileSync(path, 'utf8')) as InclusionProof;
  const change = values.change === undefined ? null : placed(JSON.parse(readFileSync(values.change, 'utf8')) as Record<string, unknown>);
  const isItsPlace = change === null || (['seq', 'hash', 'previousHash'] as const).every((name) => change[name] === proof[name]);
  const fault = isItsPlace ? proofFault(proof, keys, change?.body ?? null) : 'the change says another place in the log than the proof';
  if (fault !== null) return { ok: false, text: `NOT PROVEN: ${fault}.` };
  const { seq, hash, checkpoint } = proof;
  const what = change ? `The change is entry ${seq}` : `An entry with the hash ${hash} is entry ${seq}`;
  return { ok: true, text: `${what} of the log ${checkpoint.origin} that was signed at ${checkpoint.at} with key ${checkpoint.keyId}.` };
}

async function run(): Promise<boolean> {
  const keys = values['public-key'] === undefined ? null : trustedKeysOf(readFileSync(values['public-key'], 'utf8'));
  const given = [values.database, values.export, values.proof].filter((one) => one !== undefined);
  if (given.length !== 1) throw new Unusable(usage);
  if (values.proof !== undefined) {
    const answer = proven(values.proof, keys);
    console.log(values.json ? JSON.stringify(answer) : answer.text);
    return answer.ok;
  }
  const answer = await verified(keys);
  console.log(values.json ? JSON.stringify(answer) : told(answer).join('\n'));
  return answer.ok;
}

try {
  if (!(await run())) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
