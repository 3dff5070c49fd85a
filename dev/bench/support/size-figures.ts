import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { ChangeFilter, Ledger } from '#src/ports/ledger.ts';
import { openDatabase } from '#src/postgres/database.ts';
import { spawnBound } from '../../sandbox/spawn-bound.ts';
import { draft } from './draft.ts';
import { benchKey } from './long-database.ts';
import { known } from './long-log.ts';

/** A figure with its unit. The larger log's is divided by the smaller log's. */
export interface Figure {
  name: string;
  value: number;
  unit: 'ms' | 's' | 'MB';
}

const early = '2024-12-24T00:00:00Z';
const pages: [string, ChangeFilter][] = [
  ['all', {}],
  ['an account', { accountId: known.account }],
  ['an account and a role', { accountId: known.account, roleName: known.role }],
  ['a rare role', { roleName: known.rareRole }],
  ['a cluster in a fifth of all', { cluster: known.cluster }],
  ['a rare cluster', { cluster: known.rareCluster }],
  ['an actor', { actor: known.actor }],
  ['an actor and FAILED', { actor: known.actor, outcome: 'FAILED' }],
  ['outcome UNKNOWN', { outcome: 'UNKNOWN' }],
  ['kind REVERT', { kind: 'REVERT' }],
  ['until long ago', { until: early }],
  ['q: a ticket', { q: 'CHG-4217' }],
  ['q: no result', { q: 'nowhere' }],
  ['q: in an eighth', { q: 'payments' }],
  ['q: in a hundredth', { q: 'quarterly' }],
  ['q: in a thousandth', { q: 'incident' }],
  ['q: of the oldest twentieth', { q: 'legacy' }],
];
/** How often a page is read, and a change appended. */
const times = 20;
const exported = 50_000;

/** Processor time in ms that this process and its connections to the database have spent. Linux only. */
async function spent(observer: pg.Client): Promise<number> {
  const { rows } = await observer.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE application_name = 'rolewright'",
  );
  const texts = await Promise.all(rows.map(({ pid }) => readFile(`/proc/${pid}/schedstat`, 'utf8')));
  const { user, system } = process.cpuUsage();
  return texts.reduce((sum, text) => sum + Number(text.split(' ')[0]) / 1e6, (user + system) / 1000);
}

/** Processor time of `work`, in ms. Other work on the machine makes wall time useless. */
async function cost(observer: pg.Client, work: () => Promise<unknown>): Promise<number> {
  for (let warm = 0; warm < 3; warm += 1) await work();
  const before = await spent(observer);
  for (let i = 0; i < times; i += 1) await work();
  return ((await spent(observer)) - before) / times;
}

async function disk(client: pg.Client): Promise<Figure[]> {
  const { rows } = await client.query<{ name: string; data: string; indexes: string }>(
    `SELECT relname AS name, pg_table_size(oid) AS data, pg_indexes_size(oid) AS indexes FROM pg_class
     WHERE relkind = 'r' AND relname LIKE 'ledger_%' ORDER BY relname`,
  );
  return rows.flatMap(({ name, data, indexes }) => [
    { name, value: Number(data) / 1e6, unit: 'MB' as const },
    { name: `${name}: indexes`, value: Number(indexes) / 1e6, unit: 'MB' as const },
  ]);
}

async function history(ledger: Ledger, observer: pg.Client): Promise<Figure[]> {
  const figures: Figure[] = [];
  const oldest = { from: { towards: 'NEWER', position: 0 }, limit: 50 } as const;
  for (const [name, filter] of pages)
    figures.push(
      { name: `page, ${name}`, value: await cost(observer, () => ledger.list(filter)), unit: 'ms' },
      {
        name: `oldest page, ${name}`,
        value: await cost(observer, () => ledger.list(filter, oldest)),
        unit: 'ms',
      },
    );
  return figures;
}

/** Of the oldest entries: where an export begins does not matter. */
async function reading(ledger: Ledger, observer: pg.Client): Promise<Figure> {
  const before = await spent(observer);
  for await (const _ of ledger.entries({ to: exported }));
  return { name: `export, ${exported} entries`, value: (await spent(observer)) - before, unit: 'ms' };
}

const appending = async (ledger: Ledger, observer: pg.Client): Promise<Figure> => ({
  name: 'append of one entry',
  value: await cost(observer, () => ledger.open(draft)),
  unit: 'ms',
});

/** The processor time in s and the largest memory in MB of a process, so far. */
async function usageOf(pid: number | undefined): Promise<{ seconds: number; megabytes: number } | null> {
  const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => null); // It has ended.
  const [stat, status] = [await read('stat'), await read('status')];
  const [, user, system] = /\) (?:\S+ ){11}(\d+) (\d+)/.exec(stat ?? '') ?? [];
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(status ?? '') ?? [];
  if (user === undefined || kilobytes === undefined) return null;
  return { seconds: (Number(user) + Number(system)) / 100, megabytes: Number(kilobytes) / 1024 };
}

/** In a process of its own, so that its memory is that of the verification. Linux only. */
async function verification(url: string, thorough: boolean): Promise<Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'rolewright-bench-key-'));
  const key = join(directory, 'key.pub');
  await writeFile(key, benchKey.publicKey.export({ type: 'spki', format: 'pem' }));
  // The V8 options of `npm start`.
  const flags = ['--max-semi-space-size=16', '--heap-growing-percent=15'];
  const args = [
    'src/cli/audit-verify.ts',
    '--database',
    url,
    '--public-key',
    key,
    ...(thorough ? [] : ['--quick']),
  ];
  const start = performance.now();
  const child = spawnBound(process.execPath, [...flags, ...args], { stdout: 'inherit' });
  let usage = { seconds: 0, megabytes: 0 };
  const watch = setInterval(async () => {
    usage = (await usageOf(child.pid)) ?? usage;
  }, 100);
  const [code] = await once(child, 'exit');
  const seconds = (performance.now() - start) / 1000;
  clearInterval(watch);
  await rm(directory, { recursive: true });
  if (code !== 0) throw new Error(`the verification ended with exit code ${code}`);
  const name = thorough ? 'verification with tree and columns' : 'verification';
  return [
    { name: `${name}, wall time`, value: seconds, unit: 's' },
    { name: `${name}, processor time without PostgreSQL's`, value: usage.seconds, unit: 's' },
    { name: `${name}, memory`, value: usage.megabytes, unit: 'MB' },
  ];
}

/** All figures of a log. The entries that it appends are taken as the last step. */
export async function measureSize(url: string, { thorough }: { thorough: boolean }): Promise<Figure[]> {
  const { ledger, close } = openDatabase({ poolSize: 4, url, timeoutMs: 600_000 });
  const observer = new pg.Client(url);
  await observer.connect();
  try {
    return [
      ...(await disk(observer)),
      ...(await history(ledger, observer)),
      await reading(ledger, observer),
      ...(await verification(url, false)),
      ...(thorough ? await verification(url, true) : []),
      await appending(ledger, observer),
    ];
  } finally {
    await observer.end();
    await close();
  }
}
