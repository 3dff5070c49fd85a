import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { Worker } from 'node:worker_threads';
import { awaitLater } from '#dev/await-later.ts';
import { endOnSignals, signal } from '../chaos/endings.ts';
import { growth, quantile, shareOf, thin, type Usage } from './figures.ts';
import { askHonestly, type Times } from './good.ts';
import type { HostileWork } from './hostile.ts';
import { startPlace } from './place.ts';

// `npm run soak` puts hostile load, within the limits, on a service with a heap of 512 MB. The goals: the
// service stays alive, its memory is flat over the last half, and honest callers are served nearly as fast as
// without the load. SOAK_SECONDS: duration of the load (600). SOAK_ACCOUNTS: number of registered accounts
// (10000). `npm run soak -- posture` runs one hostile caller; soak/hostile.ts has their names. Exit code 1: a
// goal was missed.

const number = (name: string, fallback: number): number => {
  const given = Number(process.env[name] || fallback);
  if (Number.isInteger(given) && given > 0) return given;
  console.error(`soak: ${name} must be a number from 1`);
  process.exit(2);
};
const seconds = number('SOAK_SECONDS', 600);
const accounts = number('SOAK_ACCOUNTS', 10_000);
const heapMegabytes = 512;
/** How long the service is measured without hostile load. */
const quietSeconds = Math.min(60, Math.max(15, seconds / 10));
const warmUpSeconds = 5;
const goals = { slowdown: 2, growth: 1.1 };
/** Above this share of waiting, other programs on the machine distort the times. */
const crowded = 0.2;

const megabytes = (bytes: number) => Math.round(bytes / 1e6);
const show = (what: string, value: string, goal = '') =>
  console.log(`  ${what.padEnd(64)} ${value.padStart(16)}  ${goal}`);
const after = (forSeconds: number) => Date.now() + forSeconds * 1000;

endOnSignals();
const missed: string[] = [];
const expectGoal = (isReached: boolean, goal: string) => {
  if (!isReached) missed.push(goal);
};

const place = await startPlace(accounts, heapMegabytes);
const { service, postgres, tokens } = place;
console.log(`${accounts} accounts, a heap of ${heapMegabytes} MB, load ${loadavg()[0]?.toFixed(1)}`);
await askHonestly(service.origin, tokens, after(warmUpSeconds));
console.log(`quiet for ${quietSeconds} s …`);
const quiet = await askHonestly(service.origin, tokens, after(quietSeconds));
console.log(`hostile for ${seconds} s …`);
const [began, until] = [Date.now(), after(seconds)];
const printed = service.printedBytes();
const hostile = new Worker(new URL('hostile.ts', import.meta.url), {
  workerData: { origin: service.origin, tokens, until, only: process.argv.slice(2) } satisfies HostileWork,
});
const attacked = awaitLater(once(hostile, 'message') as Promise<[Record<string, Record<string, number>>]>);
const beside = await askHonestly(service.origin, tokens, until);
const isAlive =
  signal(service.pid, 0) && (await fetch(`${service.origin}/readyz`).catch(() => null))?.status === 200;
expectGoal(isAlive, 'the service is alive, and ready');
const [answers] = await attacked;

console.log(`\nAnswers to hostile callers; load ${loadavg()[0]?.toFixed(1)}`);
for (const [who, counts] of Object.entries(answers)) show(who, JSON.stringify(counts));
show(
  'log of the service',
  `${((service.printedBytes() - printed) / 1e6 / (seconds / 60)).toFixed(1)} MB a minute`,
);
const { rows } = await postgres.sql(
  'SELECT (SELECT count(*) FROM sweep_pending) AS pending, (SELECT count(*) FROM pgboss.job) AS jobs',
);
show('rows of sweeps that were cancelled: accounts, jobs', `${rows[0]?.pending}, ${rows[0]?.jobs}`);

const all = (times: Map<string, Times>) => [...times.values()].flatMap(({ ms }) => ms);
console.log('\nHonest callers, in ms: p50 and p99 without the hostile load → with it');
for (const [name, before] of [...quiet, ['all', { ms: all(quiet), failed: {} }] as const]) {
  const now = name === 'all' ? { ms: all(beside), failed: {} } : (beside.get(name) as Times);
  const [p50, p99] = [0.5, 0.99].map((q) => [before, now].map(({ ms }) => quantile(ms, q))) as [
    number[],
    number[],
  ];
  const ratio = (p99[1] ?? 0) / (p99[0] ?? 1);
  show(
    name,
    `${p50.map((ms) => ms.toFixed(0)).join(' → ')}, ${p99.map((ms) => ms.toFixed(0)).join(' → ')}`,
    `p99 × ${ratio.toFixed(2)}`,
  );
  if (name === 'all')
    expectGoal(
      ratio < goals.slowdown,
      `p99 of honest callers under ${goals.slowdown} times that of the quiet service`,
    );
  const failed = Object.entries(now.failed);
  expectGoal(
    failed.length === 0,
    `every honest request is answered (${name}: ${failed.map(([status, times]) => `${status} × ${times}`)})`,
  );
}

const lines = readFileSync(place.usageFile, 'utf8').trim().split('\n');
const usage = lines.map((line) => JSON.parse(line) as Usage);
const memory = usage.filter(({ at }) => at >= began && at <= until);
const calm = usage.filter(({ at }) => at >= began - quietSeconds * 1000 && at < began);
const shares = (what: 'cpu' | 'waited') =>
  [calm, memory].map((some) => shareOf(what, some).toFixed(2)).join(' → ');
show('time of the service on a processor', shares('cpu'));
show('time that it waited for one', shares('waited'));
if (shareOf('waited', memory) > crowded)
  console.log('  This machine is too busy: the times of honest callers are not meaningful.');
console.log('\nMemory in MB: RSS, and the heap after major collections');
for (const { at, rss, heap } of thin(memory, 21))
  show(`${Math.round((at - began) / 1000)} s`, `${megabytes(rss)}, ${megabytes(heap)}`);
for (const part of ['rss', 'heap'] as const) {
  const ratio = growth(memory.map((one) => one[part]));
  show(
    `${part}: the last quarter, divided by the one before`,
    `× ${ratio.toFixed(3)}`,
    `goal ${goals.growth}`,
  );
  expectGoal(ratio <= goals.growth, `${part} is flat over the last half`);
}

if (!isAlive) console.log(`\nThe last of the log:\n${service.output().slice(-4000)}`);
await place.close();
console.log(
  missed.length === 0
    ? '\nEvery goal was reached.'
    : `\nMissed:\n${missed.map((goal) => `  - ${goal}`).join('\n')}`,
);
process.exit(missed.length === 0 ? 0 : 1);
