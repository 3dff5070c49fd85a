import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { spawnBound } from '../sandbox/spawn-bound.ts';

// Runs test files as `tap run` does, for a fraction of the processor time. `tap run` records which modules a
// process has loaded, for coverage. That takes half a second in each file that starts the service, and in each
// process that a test starts.

const root = join(import.meta.dirname, '../..');

/**
 * Cedar and Prisma are WebAssembly. To optimise it takes longer than a test runs: 0.7 s of processor time in
 * each file that starts the service.
 */
const flags = ['--liftoff-only'];

interface Options {
  /** Number of files at once. Most files wait half of the time. */
  jobs?: number;
  /** Added to the environment of the tests. */
  env?: Record<string, string>;
  /** Ends the tests. */
  signal?: AbortSignal;
  /** A file that hangs is ended. One that is only slow, as on a busy machine, still reports assertions. */
  silenceMs?: number;
  /** Time for tap to report what a file waits for, and for the processes that it started to end. */
  patienceMs?: number;
  print?: (text: string) => unknown;
}

interface FileResult {
  total: number;
  pass: number;
  fail: number;
  skip: number;
  /** What a reader of the counts does not see, such as a file that ended early. */
  failure: string | null;
}

/** Reads tap's closing line, `# { total: 3, pass: 2, fail: 1 }`. A file that ended early has none. */
function readResult(output: string, ending: string | null): FileResult {
  const line = [...output.matchAll(/^# \{ total: .*\}$/gm)].at(-1)?.[0];
  const count = (name: string) => Number(new RegExp(`\\b${name}: (\\d+)`).exec(line ?? '')?.[1] ?? 0);
  const counts = { total: count('total'), pass: count('pass'), fail: count('fail'), skip: count('skip') };
  const failure = ending ?? (line === undefined ? 'ended without a result' : null);
  if (failure === null || counts.fail > 0) return { ...counts, failure };
  return { ...counts, total: counts.total + 1, fail: 1, failure };
}

/** Runs one file. `onOutput` gets its TAP, and what it writes to stderr. */
async function runFile(
  file: string,
  onOutput: (text: string) => void,
  { env, signal, silenceMs = 180_000, patienceMs = 15_000 }: Options,
): Promise<FileResult> {
  // tap's own time limit is for the whole file.
  const child = spawnBound(process.execPath, [...flags, file], {
    cwd: root,
    env: { ...process.env, TAP_TIMEOUT: '0', ...env },
  });
  const timers = new Set<NodeJS.Timeout>();
  let output = '';
  let ending: string | null = null;
  const onSilence = () => {
    ending = `no output for ${silenceMs / 1000} s`;
    child.kill('SIGALRM'); // tap reports what still runs.
    timers.add(setTimeout(() => child.kill('SIGKILL'), patienceMs));
  };
  const silence = setTimeout(onSilence, silenceMs);
  timers.add(silence);
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      silence.refresh();
      output += text;
      onOutput(text);
    });
  const kill = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', kill);
  child.once('exit', (code, name) => {
    if (code !== 0) ending ??= `ended with ${code ?? name}`;
    const onLeftover = () => {
      ending ??= 'left a process running';
      for (const stream of [child.stdout, child.stderr]) stream.destroy();
    };
    timers.add(setTimeout(onLeftover, patienceMs));
  });
  await once(child, 'close');
  signal?.removeEventListener('abort', kill);
  for (const timer of timers) clearTimeout(timer);
  return readResult(output, ending);
}

/**
 * Runs test files, each in a process of its own. Prints a line of TAP for each file, the output of a file that
 * failed, and the counts of assertions. A single file shows its output while it runs.
 *
 * @returns whether all files passed.
 */
export async function runTestFiles(files: string[], options: Options = {}): Promise<boolean> {
  const { print = (text) => process.stdout.write(text), jobs = 2 * availableParallelism() } = options;
  const sum = { total: 0, pass: 0, fail: 0, skip: 0 };
  const startedAt = performance.now();
  const secondsSince = (time: number) => ((performance.now() - time) / 1000).toFixed(1);
  let done = 0;
  const run = async (file: string) => {
    if (options.signal?.aborted) return false;
    const begin = performance.now();
    let output = '';
    const onOutput = files.length === 1 ? print : (text: string) => (output += text);
    const result = await runFile(file, onOutput, options);
    for (const name of ['total', 'pass', 'fail', 'skip'] as const) sum[name] += result[name];
    const ok = result.fail === 0;
    if (!ok) print(output.replace(/^(?=.)/gm, '    '));
    done += 1;
    const failure = result.failure ? `: ${result.failure}` : '';
    print(`${ok ? 'ok' : 'not ok'} ${done} - ${file}${failure} # ${secondsSince(begin)} s\n`);
    return ok;
  };
  const results = await pLimit(jobs).map(files, run);
  const { total, pass, fail, skip } = sum;
  const others = `${fail > 0 ? `, fail: ${fail}` : ''}${skip > 0 ? `, skip: ${skip}` : ''}`;
  print(`# { total: ${total}, pass: ${pass}${others} }\n# ${secondsSince(startedAt)} s\n`);
  return results.every(Boolean);
}
