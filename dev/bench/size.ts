/**
 * `npm run bench -- size` measures what the length of the log costs: a log of BENCH_SMALL entries (100,000) and one
 * of BENCH_ROWS (1,000,000), in one run, and their ratio. Disk, pages, searches, export, verification, and one
 * more entry. BENCH_URL uses an existing long log: of `BENCH_KEEP=1 npm run bench -- history`. BENCH_COMPACT=1
 * leaves the documents out of the entries. BENCH_THOROUGH=1 also verifies tree and columns. Times are
 * processor time, of the service and its connections, where nothing else is said.
 */
import { loadavg } from 'node:os';
import { createLongDatabase } from './support/long-database.ts';
import { type Figure, measureSize } from './support/size-figures.ts';

const small = Number(process.env.BENCH_SMALL ?? 100_000);
const rows = Number(process.env.BENCH_ROWS ?? 1_000_000);
const options = { thorough: process.env.BENCH_THOROUGH === '1' };

async function measure(count: number, url?: string): Promise<Map<string, Figure>> {
  const database = url === undefined ? await createLongDatabase(count) : { url, stop: async () => {} };
  try {
    const figures = await measureSize(database.url, options);
    return new Map(figures.map((figure) => [figure.name, figure]));
  } finally {
    await database.stop();
  }
}

const load = () => (loadavg()[0] ?? 0).toFixed(1);
console.log(`load ${load()} at the beginning`);
const short = await measure(small);
const long = await measure(rows, process.env.BENCH_URL);
console.log(`load ${load()} at the end`);
const title = [small, rows].map((count) => count.toLocaleString('en').padStart(16)).join('');
console.log(`${''.padEnd(44)}${title}      ratio`);
for (const [name, { value, unit }] of long) {
  const before = short.get(name)?.value ?? 0;
  const shown = [before, value]
    .map((one) => `${one.toFixed(one < 100 ? 1 : 0)} ${unit}`.padStart(16))
    .join('');
  console.log(`${name.padEnd(44)}${shown}${(before > 0 ? (value / before).toFixed(2) : '').padStart(11)}`);
}
