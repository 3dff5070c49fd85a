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
  unit: 'ms' | 's' | 'MB' | '/s';
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
/** How often a page is read, and a change appended. The median counts. */
const times = 15;
const exported = 50_000;

async function median(work: () => Promise<unknown>): Promise<number> {
  const taken: number[] = [];
  for (let i = 0; i < times; i += 1) {
    const start = performance.now();
    await work();
    taken.push(performance.now() - start);
  }
  return taken.sort((a, b) => a - b)[times >> 1] ?? 0;
}

async function disk(url: string): Promise<Figure[]> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query<{ name: string; data: string; indexes: string }>(
    `SELECT relname AS name, pg_table_size(oid) AS data, pg_indexes_size(oid) AS indexes FROM pg_class
     WHERE relkind = 'r' AND relname LIKE 'ledger_%' ORDER BY relname`,
  );
  await client.end();
  return rows.flatMap(({ name, data, indexes }) => [
    { name, value: Number(data) / 1e6, unit: 'MB' as const },
    { name: `${name}: indexes`, value: Number(indexes) / 1e6, unit: 'MB' as const },
  ]);
}

async function history(ledger: Ledger): Promise<Figure[]> {
  const figures: Figure[] = [];
  const oldest = { from: { towards: 'NEWER', position: 0 }, limit: 50 } as const;
  for (const [name, filter] of pages)
    figures.push(
      { name: `page, ${name}`, value: await median(() => ledger.list(filter)), unit: 'ms' },
      { name: `oldest page, ${name}`, value: await median(() => ledger.list(filter, oldest)), unit: 'ms' },
    );
  return figures;
}

async function reading(ledger: Ledger): Promise<Figure> {
  const start = performance.now();
  let read = 0;
  for await (const batch of ledger.entries({ to: exported })) read += batch.length;
  return { name: 'export, entries', value: (1000 * read) / (performance.now() - start), unit: '/s' };
}

const appending = async (ledger: Ledger): Promise<Figure> => ({
  name: 'append of one entry',
  value: await median(() => ledger.open(draft)),
  unit: 'ms',
});

/** In a process of its own, so that its memory is that of the verification. Linux only. */
async function verification(url: string, thorough: boolean): Promise<Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'rolewright-bench-key-'));
  const key = join(directory, 'key.pub');
  await writeFile(key, benchKey.publicKey.export({ type: 'spki', format: 'pem' }));
  const args = ['--database', url, '--public-key', key, ...(thorough ? [] : ['--quick'])];
  const start = performance.now();
  const child = spawnBound(process.execPath, ['src/cli/audit-verify.ts', ...args], { stdout: 'inherit' });
  let peak = 0;
  const watch = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => ''); // It has ended.
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
  }, 100);
  const [code] = await once(child, 'exit');
  const seconds = (performance.now() - start) / 1000;
  clearInterval(watch);
  await rm(directory, { recursive: true });
  if (code !== 0) throw new Error(`the verification ended with exit code ${code}`);
  const name = thorough ? 'verification with tree and columns' : 'verification';
  return [
    { name, value: seconds, unit: 's' },
    { name: `${name}, memory`, value: peak / 1024, unit: 'MB' },
  ];
}

/** All figures of a log. The entries that it appends are taken as the last step. */
export async function measureSize(url: string, { thorough }: { thorough: boolean }): Promise<Figure[]> {
  const { ledger, close } = openDatabase({ poolSize: 20, url, timeoutMs: 600_000 });
  try {
    return [
      ...(await disk(url)),
      ...(await history(ledger)),
      await reading(ledger),
      ...(await verification(url, false)),
      ...(thorough ? await verification(url, true) : []),
      await appending(ledger),
    ];
  } finally {
    await close();
  }
}
