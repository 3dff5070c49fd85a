/**
 * Measures how long the log takes to verify, with PostgreSQL on the same machine. BENCH_ROWS: number of
 * entries (1,000,000), each a change of the smallest shape. BENCH_RUNS: number of verifications (3). The rows
 * are loaded with their columns and without the trigger that generates them, because the trigger is slow and
 * not measured.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import pg from 'pg';
import { from } from 'pg-copy-streams';
import { canonicalJson } from '#src/audit/canonical.ts';
import { createSigningKey, parseSigningKey } from '#src/audit/checkpoint.ts';
import { entryHash, genesis } from '#src/audit/entry.ts';
import { startCheckpointer } from '#src/postgres/audit/checkpointer.ts';
import { derivedColumns } from '#src/postgres/audit/columns.ts';
import { verifyDatabase } from '#src/postgres/audit/verification.ts';
import { migrate } from '#src/postgres/migrations/migrate.ts';
import { bodiesOf, dice, seeded } from '../chaos/log.ts';
import { createMemorySink } from '../memory-sink.ts';
import { startPostgres } from '../sandbox/postgres.ts';

const rows = Number(process.env.BENCH_ROWS ?? 1_000_000);
const runs = Number(process.env.BENCH_RUNS ?? 3);

/** Every other entry is an intent, the next one its outcome. */
function* lines(): Generator<string> {
  const [sample] = bodiesOf(1, dice(seeded(1)));
  const text = canonicalJson({
    ...sample,
    id: '<id>',
    outcome: '<outcome>',
    settles: '<settles>',
    kind: 'EXTEND',
    accountId: '111122223333',
    actor: { subject: 'anna', issuer: null },
  });
  const [head = '', middle = '', late = '', tail = ''] = text.split(/<id>|<outcome>|"<settles>"/);
  const { at, clusters: [cluster] = [] } = sample as NonNullable<typeof sample>;
  let hash = genesis;
  for (let seq = 1; seq <= rows; seq += 1) {
    const settles = seq % 2 === 0 ? seq - 1 : null;
    const id = `change_${String(seq + (seq % 2)).padStart(36, '0')}`;
    const outcome = settles === null ? 'PENDING' : 'SUCCEEDED';
    const body = `${head}${id}${middle}${outcome}${late}${settles}${tail}`;
    if (seq === 1) console.log(`${rows.toLocaleString('en')} entries, bodies of ${body.length} bytes`);
    hash = entryHash(hash, body);
    yield `${seq}\t${body.replaceAll('\\', '\\\\')}\t\\\\x${hash.toString('hex')}\t${id}\t${settles ?? '\\N'}\t${settles ?? seq}\t${at}\tEXTEND\t${outcome}\t111122223333\tpodexecution\tanna\t\\N\t{${cluster?.region}/${cluster?.name}}\n`;
  }
}

async function load(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows: indexes } = await client.query<{ name: string }>(
    `SELECT indexname AS name FROM pg_indexes WHERE tablename = 'ledger_entry' AND indexname <> 'ledger_entry_pkey'`,
  );
  await client.query(
    `ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_settles_fkey; DROP INDEX ${indexes.map(({ name }) => name)}`,
  );
  await client.query('ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_columns');
  const stream = client.query(from(`COPY ledger_entry (seq, body, hash, ${derivedColumns}) FROM STDIN`));
  const finished = once(stream, 'finish');
  let piece = '';
  for (const line of lines()) {
    piece += line;
    if (piece.length < 1 << 18) continue;
    if (!stream.write(piece)) await once(stream, 'drain');
    piece = '';
  }
  stream.end(piece);
  await finished;
  await client.query('ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_columns');
  await client.query('VACUUM (ANALYZE) ledger_entry');
  await client.query('CHECKPOINT');
  await client.end();
}

/**
 * Processor seconds of this process and of the server's ended processes. Without /proc, of this process
 * alone.
 */
async function processorTime(): Promise<number> {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + (await ofServer());
}

async function ofServer(): Promise<number> {
  if (process.platform !== 'linux') return 0;
  const client = new pg.Client(postgres.url);
  await client.connect();
  const { rows: found } = await client.query<{ path: string }>(
    `SELECT current_setting('data_directory') || '/postmaster.pid' AS path`,
  );
  await client.end();
  const [pid] = readFileSync(found[0]?.path ?? '', 'utf8').split('\n');
  // The times of the children, in ticks of 10 ms, come after the name in brackets.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

async function measured(work: () => Promise<unknown>): Promise<string> {
  const [start, before] = [performance.now(), await processorTime()];
  await work();
  const taken = (performance.now() - start) / 1000;
  const busy = (await processorTime()) - before;
  const million = 1e6 / rows;
  return `${taken.toFixed(2)} s, ${Math.round(rows / taken).toLocaleString('en')} entries/s, 10 million in ${(10 * taken * million).toFixed(1)} s (processor time ${(10 * busy * million).toFixed(1)} s)`;
}

const postgres = await startPostgres({
  directory: process.env.BENCH_DIRECTORY ?? '.bench',
  persistent: false,
});
try {
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`);
  await migrate(postgres.url);
  console.log(`loaded: ${await measured(() => load(postgres.url))}`);
  const key = parseSigningKey(createSigningKey().privateKey);
  const keys = new Map([[key.keyId, key.publicKey]]);
  const sink = createMemorySink();
  const log = { error: (details: object, message: string) => console.error(message, details) };
  const checkpointer = startCheckpointer({
    url: postgres.url,
    key,
    keys,
    sink,
    now: () => new Date(),
    log,
    intervalMs: 3_600_000,
  });
  console.log(
    `read, linked and signed: ${await measured(() => checkpointer.run())}; each entry once, on one core`,
  );
  await checkpointer.close();
  const verify = async (thorough: boolean) => {
    const { ok, checked, firstFault } = await verifyDatabase({ url: postgres.url, keys, sink, thorough });
    if (!ok || checked !== rows)
      throw new Error(`unexpected answer: ${checked} checked, ${firstFault?.detail}`);
  };
  for (let run = 0; run < runs; run += 1) console.log(`verified: ${await measured(() => verify(false))}`);
  console.log(`verified with the whole tree and all columns: ${await measured(() => verify(true))}`);
  console.log(`memory of this process: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB at most`);
} finally {
  await postgres.stop();
}
