/**
 * `npm run fuzz` runs a million generated trust policies through every operation of src/domain. It fails when
 * an operation throws, takes more than 50 ms of processor time on one document (more for texts over 16 KiB),
 * or plans access that the request did not name. FUZZ_COUNT, FUZZ_SEED and FUZZ_FROM (the index of the first
 * document) select the documents. No new document begins after FUZZ_SECONDS (900).
 */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Trial, trial } from '#test/domain/fixtures/trial.ts';

const setting = (name: string, otherwise: number) => {
  const value = Number(process.env[name] ?? otherwise);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${name} must be a whole number`);
  return value;
};
const count = setting('FUZZ_COUNT', 1_000_000);
const seed = setting('FUZZ_SEED', Math.floor(Math.random() * 1e9));
const from = setting('FUZZ_FROM', 0);
const seconds = setting('FUZZ_SECONDS', 900);

/** Milliseconds that one operation on one document may take. */
const limit = 50;
/**
 * Longer texts may take longer in proportion. They are twice as long as IAM's largest quota, so only an
 * emulator stores them. A check rewrites the whole text for each request that it tries (decision 18).
 */
const longText = 16_384;
/**
 * Other programs, compilation and old garbage can make an operation slow once. A real problem is slow every
 * time. Garbage collection in the operation's own thread counts.
 */
const repeats = 5;
/**
 * Milliseconds above which an operation is timed again. It is below the limit, so that the slowest operation
 * is known as well.
 */
const doubtful = 20;
const failuresShown = 5;

const perOperation = new Uint32Array(limit * 1000 + 1);
let operations = 0;
let slowest = { ms: 0, about: 'none' };
let repeated = 0;
let failures = 0;
const sums = { plans: 0, judged: 0, characters: 0, longest: 0 };
const kinds = new Map<string, number>();

/**
 * Milliseconds of this thread's processor time, including its garbage collection. The work of other programs
 * does not count.
 */
function processorTime(run: () => unknown): number {
  const start = process.threadCpuUsage();
  run();
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1000;
}

function tryOne(index: number): void {
  const times: { ms: number; operation: string }[] = [];
  let worst = { ms: 0, operation: '' };
  const done = trial(seed, index, (operation, run) => {
    const start = performance.now();
    const value = run();
    let ms = performance.now() - start;
    if (ms > doubtful) repeated += 1;
    for (let again = 0; ms > doubtful && again < repeats; again++) ms = Math.min(ms, processorTime(run));
    const bucket = Math.min(perOperation.length - 1, Math.floor(ms * 1000));
    perOperation[bucket] = (perOperation[bucket] as number) + 1;
    operations += 1;
    if (ms > worst.ms) worst = { ms, operation };
    times.push({ ms, operation });
    return value;
  });
  const { kind, text, plans, judged } = done;
  if (worst.ms > slowest.ms)
    slowest = {
      ms: worst.ms,
      about: `document ${index}, ${kind}, ${text.length} characters: ${worst.operation}`,
    };
  sums.plans += plans;
  sums.judged += judged;
  sums.characters += text.length;
  sums.longest = Math.max(sums.longest, text.length);
  kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const faults = [
    ...done.faults,
    ...times
      .filter(({ ms }) => ms > limit * Math.max(1, text.length / longText))
      .map(({ ms, operation }) => `${operation} took ${ms.toFixed(0)} ms`),
  ];
  if (faults.length > 0) report(index, done, faults);
}

function report(index: number, { kind, text }: Trial, faults: string[]): void {
  failures += 1;
  if (failures > failuresShown) return;
  const file = join(tmpdir(), `rolewright-fuzz-${seed}-${index}.json`);
  writeFileSync(file, text);
  console.error(
    `FAILED document ${index}, ${kind}, ${text.length} characters, in ${file}. Again: FUZZ_SEED=${seed} FUZZ_FROM=${index} FUZZ_COUNT=1 npm run fuzz`,
  );
  for (const fault of faults.slice(0, 5)) console.error(`  ${fault.slice(0, 2000)}`);
  console.error(`  ${text.slice(0, 1000)}`);
}

/** Milliseconds within which this percentage of all operations finished. */
function percentile(percent: number): number {
  let left = (operations * percent) / 100;
  const reached = perOperation.findIndex((times) => {
    left -= times;
    return left <= 0;
  });
  return reached / 1000;
}

console.log(`seed ${seed}, ${count} documents from ${from}`);
const startedAt = performance.now();
let tried = 0;
for (; tried < count && performance.now() - startedAt < seconds * 1000; tried++) tryOne(from + tried);
const took = (performance.now() - startedAt) / 1000;

console.log(
  `${[...kinds].map(([kind, times]) => `${kind} ${times}`).join(', ')}; ${(sums.characters / tried).toFixed(0)} characters each, ${sums.longest} at most`,
);
console.log(
  `${operations} operations; ${sums.plans} plans would write, ${sums.judged} of them judged by the oracle`,
);
console.log(
  `one operation on one document: p50 ${percentile(50)} ms, p99 ${percentile(99)} ms, p99.99 ${percentile(99.99)} ms, slowest ${slowest.ms.toFixed(1)} ms (${slowest.about})`,
);
console.log(
  `${repeated} took over ${doubtful} ms at first; each was run ${repeats} times more at most, and the least processor time of its thread counts`,
);
console.log(
  `${tried} documents${tried < count ? ` of ${count}, for lack of time` : ''}, seed ${seed}, ${failures} failures, ${took.toFixed(0)} s`,
);
process.exit(failures > 0 ? 1 : 0);
