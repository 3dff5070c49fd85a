import { inspect } from 'node:util';
import { claims } from './claims.ts';
import { crash } from './crash.ts';
import { endOnSignals } from './endings.ts';
import { fence } from './fence.ts';
import { foreign } from './foreign.ts';
import { hang } from './hang.ts';
import { outage } from './outage.ts';
import { pooler } from './pooler.ts';
import { race } from './race.ts';
import { seeded } from './random.ts';
import { retries } from './retries.ts';
import type { Row, RowResult } from './row.ts';
import { skew } from './skew.ts';
import { storm } from './storm.ts';
import { sweep } from './sweep.ts';
import { tamperRow } from './tamper-row.ts';
import { upgrade } from './upgrade.ts';

// `npm run chaos [row…]` tests the service's promises about its log against crashes, outages and races. It
// compares the log with the AWS sandbox's ledger of accepted writes. CHAOS_SEED repeats a run. CHAOS_QUICK=1
// takes minutes, CHAOS_LONG=1 hours.

const rows: Record<string, Row> = {
  crash,
  claims,
  outage,
  race,
  fence,
  foreign,
  retries,
  sweep,
  storm,
  hang,
  skew,
  pooler,
  upgrade,
  tamper: tamperRow,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in rows));
if (unknown.length > 0) {
  console.error(`There is no row ${unknown.join(', ')}: ${Object.keys(rows).join(', ')}`);
  process.exit(2);
}
endOnSignals();
const seed = Number(process.env.CHAOS_SEED ?? Math.floor(Math.random() * 1e9));
const size = process.env.CHAOS_LONG === '1' ? 'long' : process.env.CHAOS_QUICK === '1' ? 'quick' : 'short';
const setting = size === 'short' ? '' : ` CHAOS_${size.toUpperCase()}=1`;
const given = Number(process.env.CHAOS_ROUNDS ?? 0);
const broken: string[] = [];
const notRun: string[] = [];
const longest = 500;

console.log(`CHAOS_SEED=${seed}${setting}`);
for (const [name, row] of Object.entries(rows)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const began = Date.now();
  console.log(`\n${name}: ${row.promise}`);
  const result = await row
    .run({
      random: seeded(seed).fork(name),
      rounds: given || row[size],
      say: (line) => console.log(`  … ${line}`),
    })
    .catch(
      (error: unknown): RowResult => ({
        rounds: 0,
        faults: 0,
        figures: {},
        broken: [`it did not finish: ${inspect(error)}`],
      }),
    );
  const figures = { rounds: result.rounds, 'faults injected': result.faults, ...result.figures };
  for (const [what, figure] of Object.entries(figures))
    console.log(`  ${String(figure).padStart(10)}  ${what}`);
  if (result.notRun !== undefined) {
    console.log(`  NOT RUN: ${result.notRun}`);
    notRun.push(name);
    continue;
  }
  const verdict = result.broken.length === 0 ? 'KEPT' : `BROKEN (${result.broken.length})`;
  console.log(`  ${verdict} after ${Math.round((Date.now() - began) / 1000)} s`);
  // The first few are enough: a broken promise is usually broken often.
  for (const one of result.broken.slice(0, 20))
    console.log(`  - ${one.length > longest ? `${one.slice(0, longest)}…` : one}`);
  if (result.broken.length > 0) broken.push(name);
}
console.log(
  broken.length === 0
    ? '\nEvery promise was kept.'
    : `\nBroken: ${broken.join(', ')}. Again: CHAOS_SEED=${seed}${setting} npm run chaos -- ${broken.join(' ')}`,
);
// 77 says to .ci/run that nothing could be run here.
process.exit(broken.length > 0 ? 1 : notRun.length > 0 && notRun.length === asked.length ? 77 : 0);
