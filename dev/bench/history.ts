/**
 * `node dev/bench/history.ts` measures a page of 50 changes: the first and the deepest page, for every filter
 * and for common pairs of filters. The log has BENCH_ROWS entries (1,000,000), of some 3.7 KB each, with their
 * hashes, tree and signed checkpoints. It is created in a new PostgreSQL, which takes a minute or two a million
 * and 2.5 GB of disk. BENCH_COMPACT=1 leaves the documents out: 1.2 KB an entry. BENCH_DIRECTORY says where. BENCH_URL uses an existing database instead. BENCH_KEEP=1
 * leaves the new one running and prints its URL. BENCH_FILTER=q measures searches alone, for which `wanted`
 * does not hold.
 */
import { readFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import pg from 'pg';
import { positionOf } from '#src/operations/changes/history-page.ts';
import type { ChangeFilter, HistoryPosition, Ledger } from '#src/ports/ledger.ts';
import { openDatabase } from '#src/postgres/database.ts';
import { createLongDatabase } from './support/long-database.ts';
import { known } from './support/long-log.ts';

const rows = Number(process.env.BENCH_ROWS ?? 1_000_000);
const seconds = Number(process.env.BENCH_SECONDS ?? 1);
const goal = { ms: 2, ratio: 1.5 };
const {
  account,
  rareAccount,
  role,
  usualRole,
  rareRole,
  actor,
  rareActor,
  formerActor,
  cluster,
  mediumCluster,
  rareCluster,
  ticket,
} = known;
const [early, late] = ['2024-12-24T00:00:00Z', '2026-11-01T00:00:00Z'];

const all: [string, ChangeFilter][] = [
  ['none', {}],
  ['account', { accountId: account }],
  ['account, rare', { accountId: rareAccount }],
  ['role', { roleName: role }],
  ['role, the usual', { roleName: usualRole }],
  ['role, rare', { roleName: rareRole }],
  ['cluster', { cluster: mediumCluster }],
  ['cluster, in a fifth of all', { cluster }],
  ['cluster, rare', { cluster: rareCluster }],
  ['actor', { actor }],
  ['actor, rare', { actor: rareActor }],
  ['actor, of the past', { actor: formerActor }],
  ['kind EXTEND', { kind: 'EXTEND' }],
  ['kind REVERT, rare', { kind: 'REVERT' }],
  ['outcome SUCCEEDED', { outcome: 'SUCCEEDED' }],
  ['outcome FAILED', { outcome: 'FAILED' }],
  ['outcome UNKNOWN, rare', { outcome: 'UNKNOWN' }],
  ['outcome PENDING', { outcome: 'PENDING' }],
  ['since long ago', { since: early }],
  ['since this month', { since: late }],
  ['until long ago', { until: early }],
  ['until this month', { until: late }],
  ['in one month', { since: '2025-05-01T00:00:00Z', until: '2025-06-01T00:00:00Z' }],
  ['account + role', { accountId: account, roleName: role }],
  ['account + FAILED', { accountId: account, outcome: 'FAILED' }],
  ['account + UNKNOWN', { accountId: account, outcome: 'UNKNOWN' }],
  ['account + REPAIR', { accountId: account, kind: 'REPAIR' }],
  ['account + cluster', { accountId: account, cluster }],
  ['account + actor', { accountId: account, actor }],
  ['actor + FAILED', { actor, outcome: 'FAILED' }],
  ['actor + since long ago', { actor, since: early }],
  ['actor, rare + this month', { actor: rareActor, since: late }],
  ['actor + until long ago', { actor, until: early }],
  ['UNKNOWN + since long ago', { outcome: 'UNKNOWN', since: early }],
  ['FAILED + until long ago', { outcome: 'FAILED', until: early }],
  ['cluster + until long ago', { cluster: mediumCluster, until: early }],
  ['q: one ticket', { q: ticket }],
  ['q: its number', { q: ticket.slice(4) }],
  ['q: none', { q: 'CHG-0 nowhere' }],
  ['q: in all', { q: 'CHG' }],
  ['q: in an eighth', { q: 'payments' }],
  ['q: in a hundredth', { q: 'quarterly' }],
  ['q: in a thousandth', { q: 'incident' }],
  ['q: of the past', { q: 'legacy' }],
  ['q: two that never meet', { q: 'payments emergency' }],
  ['q: a cluster', { q: 'us-west-2/cluster-777' }],
  ['q: in an eighth + account', { q: 'payments', accountId: account }],
  ['q: in a thousandth + account', { q: 'incident', accountId: account }],
  ['q: of the past + account', { q: 'legacy', accountId: account }],
  ['q: in an eighth + UNKNOWN', { q: 'payments', outcome: 'UNKNOWN' }],
  ['q: of the past + actor', { q: 'legacy', actor }],
  ['q: in an eighth + until long ago', { q: 'payments', until: early }],
];
const filters = all.filter(([about]) => about.startsWith(process.env.BENCH_FILTER ?? ''));

interface Figure {
  /** The median of the wall-clock times, in ms. */
  wall: number;
  /** Processor time a page, in ms, of this process and of its database connections. */
  cpu: number;
}

/** Pages read one after the other, at least ten. */
async function measure(page: () => Promise<unknown>): Promise<Figure> {
  for (let warm = 0; warm < 10; warm += 1) await page();
  const times: number[] = [];
  const [served, own] = [await serverTime(), process.cpuUsage()];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end || times.length < 10) {
    const start = performance.now();
    await page();
    times.push(performance.now() - start);
  }
  const { user, system } = process.cpuUsage(own);
  const cpu = ((await serverTime()) - served + (user + system) / 1000) / times.length;
  return { wall: times.sort((a, b) => a - b)[times.length >> 1] ?? 0, cpu };
}

/** The processor time, in ms, that the database has spent on the service's connections. Linux only. */
async function serverTime(): Promise<number> {
  const { rows } = await observer.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE application_name = 'rolewright'",
  );
  const spent = await Promise.all(rows.map(({ pid }) => readFile(`/proc/${pid}/schedstat`, 'utf8')));
  return spent.reduce((sum, text) => sum + Number(text.split(' ')[0]) / 1e6, 0);
}

/** The place from which the 50 oldest changes are read. Null when there are no others. */
async function deepest(ledger: Ledger, filter: ChangeFilter): Promise<HistoryPosition | null> {
  const { items, hasMore } = await ledger.list(filter, {
    from: { towards: 'NEWER', position: 0 },
    limit: 51,
  });
  const [first] = items;
  return first && (hasMore || items.length === 51) ? { towards: 'OLDER', position: positionOf(first) } : null;
}

const { url, stop } = process.env.BENCH_URL
  ? { url: process.env.BENCH_URL, stop: async () => {} }
  : await createLongDatabase(rows);
const observer = new pg.Client(url);
await observer.connect();
const { ledger, close } = openDatabase({ poolSize: 20, url, timeoutMs: 60_000 });
const [load = 0] = loadavg();
console.log(
  `${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}, load ${load.toFixed(1)} on ${cpus().length} cores`,
);
console.log(
  `${rows.toLocaleString('en')} entries, pages of 50; wanted: ${goal.ms} ms, the deepest at most ${goal.ratio} × the first`,
);
console.log(`${' '.repeat(28)} first: wall    cpu   deepest: wall    cpu       ratio`);
for (const [about, filter] of filters) {
  const from = await deepest(ledger, filter);
  const first = await measure(() => ledger.list(filter));
  const last = from && (await measure(() => ledger.list(filter, { from })));
  const ratio = last && last.wall / first.wall;
  const isMissed = Math.max(first.wall, last?.wall ?? 0) > goal.ms || (ratio ?? 0) > goal.ratio;
  const figures = ({ wall, cpu }: Figure) => `${wall.toFixed(2).padStart(6)} ${cpu.toFixed(2).padStart(6)}`;
  console.log(
    `${about.padEnd(28)}      ${figures(first)}          ${last && ratio ? `${figures(last)} ${ratio.toFixed(2).padStart(9)} ×` : '(one page)'}${isMissed ? '  MISSED' : ''}`,
  );
}
await observer.end();
await close();
if (process.env.BENCH_KEEP) {
  console.log(`BENCH_URL=${url}`);
  await new Promise(() => setInterval(() => {}, 60_000));
}
await stop();
