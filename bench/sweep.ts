/**
 * A sweep of the whole fleet by one replica, as a process of its own, against the sandbox with 50 ms a call: SWEEP_ACCOUNTS (10,000)
 * accounts. How soon it begins, how long it takes beside the ideal, and how much memory the process has at the most.
 */
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { send } from '../src/tools/chaos/client.ts';
import { endOnSignals } from '../src/tools/chaos/endings.ts';
import { seeded } from '../src/tools/chaos/random.ts';
import { startStage } from '../src/tools/chaos/stage.ts';
import { until } from '../src/tools/chaos/waiting.ts';

interface Progress {
  state: string;
  done: number;
  failed: number;
  createdAt: string;
  startedAt: string;
  endedAt: string | null;
}

const accounts = Number(process.env.SWEEP_ACCOUNTS ?? 10_000);
const [concurrency, latencyMs] = [64, 50];
/** Node's own heap grows with the memory of the machine, needed or not: this is what a container would be given. */
const heap = process.env.SWEEP_NODE_OPTIONS ?? '--max-old-space-size=160 --max-semi-space-size=8';
const patienceMs = 20 * 60_000;

endOnSignals();
const settings = { STS_ASSUMPTIONS_PER_SECOND: '100000', SWEEP_CONCURRENCY: String(concurrency), NODE_OPTIONS: heap };
const stage = await startStage({ random: seeded(1), settings });
const client = new pg.Client(stage.postgres.url);
try {
  const replica = await stage.replica();
  const megabytes = (what: 'VmHWM' | 'VmRSS') =>
    Math.round(Number(new RegExp(`${what}:\\s+(\\d+)`).exec(readFileSync(`/proc/${replica.pid}/status`, 'utf8'))?.[1]) / 1024);
  const idle = megabytes('VmRSS');
  const ids = Array.from({ length: accounts }, (_, i) => String(310000000001 + i));
  for (const id of ids) stage.account(id, ['first']);
  stage.aws.world.addFaults({ latency: [{ ms: latencyMs }] });
  await client.connect();
  await client.query(
    `INSERT INTO account (account_id, name, partition, updated_at) SELECT id, 'bench ' || id, 'aws', now() FROM unnest($1::text[]) AS id`,
    [ids],
  );
  const body = { operation: 'CHECK', select: { all: true }, clusters: [{ region: 'us-west-2', name: 'first' }] };
  const asked = await send(replica.origin, 'POST', '/v1/sweeps', body);
  const { id } = asked.body as { id: string };
  let sweep = asked.body as Progress;
  await until('the sweep has ended', patienceMs, async () => {
    sweep = (await send(replica.origin, 'GET', `/v1/sweeps/${id}`)).body as Progress;
    return sweep.endedAt !== null;
  });
  const took = Date.parse(sweep.endedAt ?? '') - Date.parse(sweep.createdAt);
  const ideal = 2 * Math.ceil(accounts / concurrency) * latencyMs;
  console.log(`  ${sweep.state}: ${sweep.done} of ${accounts} accounts, ${sweep.failed} failed`);
  console.log(
    `  the answer to POST after ${asked.ms} ms, the first job ${Date.parse(sweep.startedAt) - Date.parse(sweep.createdAt)} ms after the request`,
  );
  console.log(
    `  ${(took / 1000).toFixed(1)} s, of which the ideal 2·⌈${accounts}/${concurrency}⌉·${latencyMs} ms is ${Math.round((100 * ideal) / took)} %`,
  );
  console.log(`  memory: ${idle} MB before, ${megabytes('VmHWM')} MB at the most (${heap})`);
} finally {
  await client.end();
  await stage.close();
}
