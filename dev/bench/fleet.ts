/**
 * Measures cold checks of thousands of accounts (AssumeRole and one page of roles each), and compares them
 * with other tools. AWS is the sandbox, 50 ms a call. The sandbox and each measured program are processes of
 * their own. BENCH_ACCOUNTS: number of accounts (4,000). boto3 and the aws CLI come from PyPI:
 * `npm run test:moto` installs them. They are skipped when they are not installed.
 */
import { existsSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { runBound } from '../sandbox/spawn-bound.ts';
import { startProcess } from './support/process.ts';

const root = join(import.meta.dirname, '../..');
const accounts = Number(process.env.BENCH_ACCOUNTS ?? 4000);
const latencyMs = 50;
const python = join(root, '.moto/venv/bin/python');

const startAws = (count: number, ms: number) => startProcess('dev/bench/support/fleet-aws.ts', count, ms);

const commands = {
  ours: (args: string[]) => [process.execPath, join(root, 'dev/bench/support/ours.ts'), ...args],
  undici: (args: string[]) => [process.execPath, join(root, 'dev/bench/peers/undici.ts'), ...args],
  'boto3, one session': (args: string[]) => [
    python,
    join(root, 'dev/bench/peers/boto3_fleet.py'),
    ...args,
    'shared',
  ],
  'boto3, a session each': (args: string[]) => [
    python,
    join(root, 'dev/bench/peers/boto3_fleet.py'),
    ...args,
    'each',
  ],
};
type Peer = keyof typeof commands;

/** Every run has its own AWS, so that no session exists yet. */
async function measure(
  peer: Peer,
  concurrency: number,
  count: number,
): Promise<{ ms: number; megabytes?: number }> {
  const aws = await startAws(count, latencyMs);
  try {
    const [file = '', ...args] = commands[peer]([String(concurrency), String(count), aws.url]);
    const { stdout } = await runBound(file, args);
    return JSON.parse(stdout) as { ms: number };
  } finally {
    aws.stop();
  }
}

const median = (values: number[]) => values.sort((one, other) => one - other)[values.length >> 1] as number;
const perSecond = (count: number, ms: number) => (count / ms) * 1000;
const show = (what: string, value: string, goal = '') =>
  console.log(`${what.padEnd(58)} ${value.padStart(14)}  ${goal}`);

async function rate(peer: Peer, concurrency: number, count: number, rounds: number): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) times.push((await measure(peer, concurrency, count)).ms);
  return perSecond(count, median(times));
}

/** The best rate over all concurrencies. */
async function best(
  peer: Peer,
  concurrencies: number[],
  count: number,
): Promise<{ rate: number; concurrency: number }> {
  const tried: { rate: number; concurrency: number }[] = [];
  for (const concurrency of concurrencies)
    tried.push({ rate: await rate(peer, concurrency, count, 1), concurrency });
  return tried.sort((one, other) => other.rate - one.rate)[0] as { rate: number; concurrency: number };
}

console.log(`load ${loadavg()[0]?.toFixed(1)}, ${accounts} accounts, ${latencyMs} ms a call`);
const idealMs = (concurrency: number) => 2 * Math.ceil(accounts / concurrency) * latencyMs;
const ofIdeal = (concurrency: number, persecond: number) =>
  `${((idealMs(concurrency) / 1000 / (accounts / persecond)) * 100).toFixed(0)} %`;

const ours64 = await rate('ours', 64, accounts, 3);
show('cold fleet check, 64 at once: accounts a second', ours64.toFixed(0));
show('  of the ideal', ofIdeal(64, ours64), 'goal 85 %');
const [ours, bare]: number[][] = [[], []];
for (let round = 0; round < 3; round += 1) {
  ours?.push((await measure('ours', 256, accounts)).ms);
  bare?.push((await measure('undici', 256, accounts)).ms);
}
const ours256 = perSecond(accounts, median(ours ?? []));
const bare256 = perSecond(accounts, median(bare ?? []));
show('cold fleet check, 256 at once: accounts a second', ours256.toFixed(0));
show('  of the ideal', ofIdeal(256, ours256), 'goal 50 %');
show(
  '  of bare undici, signed by hand',
  `${((ours256 / bare256) * 100).toFixed(0)} %`,
  `goal 80 % (undici: ${bare256.toFixed(0)}/s)`,
);
const { megabytes = 0 } = await measure('ours', 256, accounts);
show('  memory', `${megabytes.toFixed(0)} MB`);

if (existsSync(python)) {
  const shared = await best('boto3, one session', [8, 16, 32, 64], Math.min(accounts, 300));
  show(`boto3, one session, ${shared.concurrency} threads: accounts a second`, shared.rate.toFixed(1));
  show('  ours against it', `${(ours256 / shared.rate).toFixed(1)} x`, 'goal 7 x');
  const each = await best('boto3, a session each', [4, 8, 16, 32], Math.min(accounts, 60));
  show(`boto3, a session each, ${each.concurrency} threads: accounts a second`, each.rate.toFixed(1));
  show('  ours against it', `${(ours256 / each.rate).toFixed(1)} x`, 'goal 75 x');
  const aws = await startAws(20, latencyMs);
  const began = performance.now();
  await runBound(join(root, 'dev/bench/peers/aws-cli.sh'), ['20', aws.url], {
    env: { ...process.env, AWS_CLI: join(root, '.moto/venv/bin/aws') },
  });
  const cli = perSecond(20, performance.now() - began);
  aws.stop();
  show('a loop over the aws CLI, 20 accounts: accounts a second', cli.toFixed(2));
  show('  ours against it', `${(ours256 / cli).toFixed(0)} x`, 'reported');
} else show('boto3 and the aws CLI', 'not installed', 'npm run test:moto installs them');
