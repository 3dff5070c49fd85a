/**
 * Measures the readiness of a fleet's clusters: 3 clusters of 4 Fargate profiles with one role in each account,
 * none of which has a session yet. It counts the calls of an account, and compares the throughput with the AWS
 * SDK alone, which makes the same calls. AWS is the sandbox, 50 ms a call. The sandbox and each measured
 * program are processes of their own, in turn. BENCH_ACCOUNTS: number of accounts (1,000). BENCH_ROUNDS: 3.
 */
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { runBound } from '../sandbox/spawn-bound.ts';
import { startProcess } from './support/process.ts';

const root = join(import.meta.dirname, '../..');
const accounts = Number(process.env.BENCH_ACCOUNTS ?? 1000);
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
const latencyMs = 50;
const concurrency = 64;
const [clusters, profiles] = [3, 4];

/** What one account takes, and no less. */
const least: Record<string, number> = {
  'sts:AssumeRole': 1,
  'iam:GetAccountAuthorizationDetails': 1,
  'iam:ListOpenIDConnectProviders': 1,
  'eks:ListClusters': 1,
  'eks:DescribeCluster': clusters,
  'eks:ListFargateProfiles': clusters,
  'eks:DescribeFargateProfile': clusters * profiles,
  'eks:ListNodegroups': clusters,
  'eks:DescribeAccessEntry': clusters,
};

interface Measured {
  ms: number;
  cpuMs: number;
  found: number;
  /** The calls of the account that took most. */
  calls: Record<string, number>;
}

const sum = (calls: Record<string, number>) => Object.values(calls).reduce((a, b) => a + b, 0);

/** Every run has its own AWS, so that no session exists yet. */
async function measure(script: string): Promise<Measured> {
  const aws = await startProcess('dev/bench/support/fleet-aws.ts', accounts, latencyMs, clusters, profiles);
  try {
    const args = [join(root, script), String(concurrency), String(accounts), aws.url];
    const { stdout } = await runBound(process.execPath, args);
    const measured = JSON.parse(stdout) as Omit<Measured, 'calls'>;
    if (measured.found !== accounts * clusters)
      throw new Error(`${script}: ${measured.found} of ${accounts * clusters} clusters were found in order`);
    const byAccount = (await (await fetch(`${aws.url}/_sandbox/calls`)).json()) as Record<
      string,
      Record<string, number>
    >;
    const calls = Object.values(byAccount).reduce((most, one) => (sum(one) > sum(most) ? one : most), {});
    return { ...measured, calls };
  } finally {
    aws.stop();
  }
}

const median = (values: number[]) => values.sort((one, other) => one - other)[values.length >> 1] as number;
const show = (what: string, value: string, goal = '') =>
  console.log(`${what.padEnd(58)} ${value.padStart(14)}  ${goal}`);

console.log(`load ${loadavg()[0]?.toFixed(1)}, ${accounts} accounts, ${latencyMs} ms a call`);
const [ours, bare]: [Measured[], Measured[]] = [[], []];
for (let round = 0; round < rounds; round += 1) {
  ours.push(await measure('dev/bench/support/readiness-ours.ts'));
  bare.push(await measure('dev/bench/peers/readiness-sdk.ts'));
}
const most = ours.map(({ calls }) => calls).reduce((a, b) => (sum(b) > sum(a) ? b : a));
show('calls of the account that took most', String(sum(most)), `least ${sum(least)}`);
if (Object.entries(most).some(([action, count]) => count !== (least[action] ?? 0)))
  throw new Error(`more calls than it takes: ${JSON.stringify(most)}, and not ${JSON.stringify(least)}`);
const rate = (runs: Measured[]) => (accounts * 1000) / median(runs.map(({ ms }) => ms));
const cpu = (runs: Measured[]) => median(runs.map(({ cpuMs }) => cpuMs)) / accounts;
show(`readiness, ${concurrency} at once: accounts a second`, rate(ours).toFixed(1));
show(
  '  of the AWS SDK alone',
  `${((100 * rate(ours)) / rate(bare)).toFixed(0)} %`,
  `goal 90 % (the SDK: ${rate(bare).toFixed(1)}/s)`,
);
show('  processor time an account', `${cpu(ours).toFixed(1)} ms`, `the SDK: ${cpu(bare).toFixed(1)} ms`);
