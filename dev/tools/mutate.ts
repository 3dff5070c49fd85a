import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { spawnBound } from '../sandbox/spawn-bound.ts';
import { type Mutation, mutations } from './mutations.ts';

// `npm run mutate [file…]`: are the tests of the domain, and of decisions, able to fail? Each mutation is made in a copy of the project, and
// the tests have to catch it. Exit 1 when one survives, or when the source no longer has a mutation's text exactly once.

const root = join(import.meta.dirname, '../..');
const jobs = 2;
const hangsAfter = 30_000;
// The properties draw their cases by chance: what they alone would catch, they would catch on some days.
const tests = globSync('test/domain/*.test.ts', { cwd: root })
  .filter((path) => !path.endsWith('-properties.test.ts'))
  .sort();

const decisions = [
  'permissions/cedar',
  'usecases/attachable',
  'usecases/visible',
  'usecases/credential',
  'usecases/judge',
  'usecases/sweeps',
].map((name) => `test/${name}.test.ts`);

const pathOf = (file: string) => join('src', file.includes('/') ? file : `domain/${file}`);
const testsOf = (file: string) => (file.includes('/') ? decisions : tests);

const place = mkdtempSync(join(tmpdir(), 'rolewright-mutate-'));
process.on('exit', () => rmSync(place, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

/** The source with the change made; null where the text to replace is not there exactly once. */
function mutated({ file, find, replace }: Mutation): string | null {
  const parts = readFileSync(join(root, pathOf(file)), 'utf8').split(find);
  return parts.length === 2 ? parts.join(replace) : null;
}

/** A copy of what the tests need. Answers its folder. */
function copied(name: string): string {
  const copy = join(place, name);
  for (const path of ['package.json', 'src', 'test'])
    cpSync(join(root, path), join(copy, path), { recursive: true, filter: (source) => basename(source) !== 'generated' });
  for (const path of ['node_modules', 'prisma', 'src/postgres/generated']) symlinkSync(join(root, path), join(copy, path));
  return copy;
}

/** BROKEN: it did not come as far as to fail a test, which proves nothing. */
type Outcome = 'PASSED' | 'FAILED' | 'HUNG' | 'BROKEN';

function run(copy: string, test: string): Promise<Outcome> {
  const child = spawnBound(process.execPath, [test], {
    cwd: copy,
    stderr: 'ignore',
    timeout: hangsAfter,
    killSignal: 'SIGKILL',
  });
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve('PASSED');
      else resolve(signal === 'SIGKILL' ? 'HUNG' : /^\s*not ok/m.test(output) ? 'FAILED' : 'BROKEN');
    });
  });
}

/** Does one thing after another for each, `jobs` at a time. */
async function each<T>(all: readonly T[], work: (one: T, index: number) => Promise<void>): Promise<void> {
  const queue = all.entries();
  const drain = async () => {
    for (const [index, one] of queue) await work(one, index);
  };
  await Promise.all(Array.from({ length: jobs }, drain));
}

const secondsSince = (start: number) => ((performance.now() - start) / 1000).toFixed(1);
const startedAt = performance.now();
const asked = process.argv.slice(2);
const chosen = mutations.filter(({ file }) => asked.length === 0 || asked.includes(file));
const faults: string[] = [];

for (const mutation of chosen)
  if (mutated(mutation) === null) faults.push(`not found exactly once in ${mutation.file}: ${mutation.find} (${mutation.why})`);
if (chosen.length === 0) faults.push(`no mutation is of ${asked.join(', ')}`);

if (faults.length === 0) {
  const untouched = copied('untouched');
  await each([...new Set(chosen.flatMap(({ file }) => testsOf(file)))], async (test) => {
    if ((await run(untouched, test)) !== 'PASSED') faults.push(`${test} fails without any mutation`);
  });
}

if (faults.length === 0)
  await each(chosen, async (mutation, index) => {
    const start = performance.now();
    const copy = copied(String(index));
    writeFileSync(join(copy, pathOf(mutation.file)), mutated(mutation) ?? '');
    const possible = testsOf(mutation.file);
    const names = [basename(mutation.file, '.ts'), 'plan', 'check'];
    const likely = names.flatMap((name) => possible.filter((path) => basename(path, '.test.ts') === name));
    let caught: string | null = null;
    for (const test of new Set([...likely, ...possible])) {
      const outcome = await run(copy, test);
      if (outcome === 'PASSED') continue;
      if (outcome !== 'BROKEN') caught = outcome === 'HUNG' ? `${test} (it hung)` : test;
      break;
    }
    rmSync(copy, { recursive: true });
    if (caught === null) faults.push(`${mutation.file}: ${mutation.why}: not caught\n    ${mutation.find}\n    ${mutation.replace}`);
    console.log(
      `${caught ? 'caught  ' : 'SURVIVED'} ${mutation.file}: ${mutation.why} · ${caught ?? 'by no test, or it does not even run'} · ${secondsSince(start)} s`,
    );
  });

for (const fault of faults) console.error(fault);
console.log(`${chosen.length} mutations, ${faults.length} faults, ${secondsSince(startedAt)} s`);
process.exit(faults.length > 0 ? 1 : 0);
