import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { TrustedKeys } from '../audit/checkpoint.ts';
import { beginning } from '../audit/join-ranges.ts';
import { fromHex } from '../audit/merkle.ts';
import { findProofFault } from '../audit/proof.ts';
import { verifyLog } from '../audit/verify-log.ts';
import { Fault } from '../fault.ts';
import { verifyDatabase } from '../postgres/audit/verification.ts';
import type { Verification } from '../schema/audit.ts';
import { readChange, readCheckpoints, readEntries, readKeys, readProof } from './evidence.ts';
import { Exit, exitCodes } from './exit.ts';

// `npm run audit:verify -- …` checks whether a log is intact. It needs none of the service's settings, and is
// in the service's image.

const usage = `npm run audit:verify -- one of
  --database URL      the log in a PostgreSQL database; --quick skips the checks that the service itself skips
  --database-file FILE  the same, with the URL in a file: a command line is shown to whoever lists processes
  --export FILE       an export, NDJSON as GET /v1/audit/export gives it; nothing else is needed
  --proof FILE        one proof, as GET /v1/changes/ID/proof gives it; --change FILE: the change, as GET /v1/changes/ID gives it
and
  --public-key FILE   the public keys that may have signed, PEM, one after another
  --checkpoints FILE  the checkpoints that were published, one a line
  --from SEQ          only the entries after the checkpoint at this entry
  --json              the answer as JSON
  --help              this text

Exit code
  ${exitCodes.INTACT}  the log is intact, or the proof holds
  ${exitCodes.NOT_INTACT}  the log is not intact, or the proof does not hold
  ${exitCodes.WRONG_USAGE}  the command line is wrong
  ${exitCodes.NOT_READABLE}  a file or the database cannot be read
  ${exitCodes.WRONG_FORMAT}  a file or the database has another format`;

const options = {
  database: { type: 'string' },
  'database-file': { type: 'string' },
  export: { type: 'string' },
  proof: { type: 'string' },
  change: { type: 'string' },
  'public-key': { type: 'string' },
  checkpoints: { type: 'string' },
  from: { type: 'string' },
  quick: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;
type Asked = ReturnType<typeof parse>;

function parse() {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new Exit('WRONG_USAGE', `${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

/** The URL of the database that is asked for, from the command line or from its file. */
const databaseOf = ({ database, 'database-file': file }: Asked): string | undefined =>
  file === undefined ? database : readFileSync(file, 'utf8').trim();

async function verify(asked: Asked, keys: TrustedKeys | null): Promise<Verification> {
  const from = Number(asked.from ?? 0);
  if (!Number.isSafeInteger(from) || from < 0)
    throw new Exit('WRONG_USAGE', '--from must be the seq of a checkpoint');
  if (asked.checkpoints !== undefined && keys === null)
    throw new Exit('WRONG_USAGE', '--checkpoints needs --public-key, the keys whose signatures count');
  const checkpoints = asked.checkpoints === undefined ? [] : await readCheckpoints(asked.checkpoints);
  const url = databaseOf(asked);
  if (url !== undefined)
    return await verifyDatabase({
      url,
      keys,
      sink: null,
      known: checkpoints,
      from,
      thorough: !asked.quick,
    });
  const start = checkpoints.find(({ seq }) => seq === from);
  if (from !== 0 && start === undefined)
    throw new Exit(
      'WRONG_USAGE',
      `no checkpoint in ${asked.checkpoints ?? '--checkpoints'} is at entry ${from}`,
    );
  const after = start ? { seq: from, hash: fromHex(start.hash) } : beginning;
  return await verifyLog(readEntries(asked.export ?? '', from), {
    checkpoints,
    keys: keys ?? new Map(),
    after,
  });
}

function describe({ ok, checked, head, checkpoint, firstFault }: Verification): string[] {
  const signed = checkpoint
    ? `the newest checkpoint is at entry ${checkpoint.seq}, signed at ${checkpoint.at} with key ${checkpoint.keyId}`
    : 'compared with no checkpoint: a cut-off tail, or a log that was rewritten as a whole, would not be noticed';
  return [
    ok
      ? `The log is intact: ${checked} entries, up to entry ${head.seq}, hash ${head.hash}.`
      : `THE LOG IS NOT INTACT: ${checked} entries are in order, up to ${head.seq}.`,
    ...(firstFault ? [`At entry ${firstFault.seq}: ${firstFault.code}: ${firstFault.detail}.`] : []),
    `Checkpoints: ${signed}.`,
  ];
}

function verifyProof(
  { proof: path = '', change: changePath }: Asked,
  keys: TrustedKeys | null,
): { ok: boolean; text: string } {
  if (keys === null)
    throw new Exit('WRONG_USAGE', '--proof needs --public-key, the keys whose signatures count');
  const proof = readProof(path);
  const change = changePath === undefined ? null : readChange(changePath);
  const isItsPlace =
    change === null ||
    (['seq', 'hash', 'previousHash'] as const).every((name) => change[name] === proof[name]);
  const fault = isItsPlace
    ? findProofFault(proof, keys, change?.body ?? null)
    : 'the change names another place in the log than the proof';
  if (fault !== null) return { ok: false, text: `NOT PROVEN: ${fault}.` };
  const { seq, hash, checkpoint } = proof;
  const what = change ? `The change is entry ${seq}` : `An entry with the hash ${hash} is entry ${seq}`;
  return {
    ok: true,
    text: `${what} of the log ${checkpoint.origin} that was signed at ${checkpoint.at} with key ${checkpoint.keyId}.`,
  };
}

async function run(): Promise<number> {
  const asked = parse();
  if (asked.help) {
    console.log(usage);
    return 0;
  }
  const given = [asked.database, asked['database-file'], asked.export, asked.proof].filter(
    (one) => one !== undefined,
  );
  if (given.length !== 1) throw new Exit('WRONG_USAGE', usage);
  const keys = asked['public-key'] === undefined ? null : readKeys(asked['public-key']);
  const answer = asked.proof === undefined ? await verify(asked, keys) : verifyProof(asked, keys);
  const text = 'text' in answer ? answer.text : describe(answer).join('\n');
  console.log(asked.json ? JSON.stringify(answer) : text);
  return answer.ok ? exitCodes.INTACT : exitCodes.NOT_INTACT;
}

/** PostgreSQL's codes for a missing table or column. */
const otherTables = ['42P01', '42703'];

/** Turns what ended the command into an Exit: a Fault of the store, or what `pg` and `node:fs` throw. */
function exitOf(error: unknown): Exit {
  if (error instanceof Exit) return error;
  const message =
    error instanceof Error ? error.message || String('code' in error ? error.code : error) : String(error);
  if (error instanceof Fault && error.code === 'INVALID_INPUT') return new Exit('WRONG_USAGE', message);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (otherTables.includes(code))
    return new Exit('WRONG_FORMAT', `the database does not hold a log of this service: ${message}`);
  return new Exit('NOT_READABLE', message);
}

try {
  process.exitCode = await run();
} catch (error) {
  const { code, message } = exitOf(error);
  console.error(message);
  process.exitCode = code;
}
