/**
 * Measures what metrics and traces cost: the processor time of a check by a service with METRICS_PORT, scraped
 * each second, and by one that sends a trace of each request, as ratios to one without. All run side by side and
 * are asked in turns. Linux only, as it reads /proc. BENCH_ROUNDS: rounds of each.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent } from 'undici';
import { type Replica, startReplica } from '../chaos/replica.ts';
import { freePort } from '../free-ports.ts';
import { startPostgres } from '../sandbox/postgres.ts';
import { accountIdOf, hub, member } from './support/fleet.ts';
import { startProcess } from './support/process.ts';

const rounds = Number(process.env.BENCH_ROUNDS ?? 15);
const accounts = 50;
const atOnce = 16;
const requests = 800;
const roleName = 'AmazonEKSFargatePodExecutionRole';

const agent = new Agent({ connections: 100 });
const aws = await startProcess('dev/bench/support/fleet-aws.ts', accounts, 0);
const postgres = await startPostgres({
  directory: await mkdtemp(join(tmpdir(), 'rolewright-bench-')),
  persistent: false,
});
const settings = {
  DATABASE_URL: postgres.serviceUrl,
  MIGRATION_DATABASE_URL: postgres.url,
  AWS_ENDPOINT_URL: aws.url,
  AWS_ACCESS_KEY_ID: hub.accessKeyId,
  AWS_SECRET_ACCESS_KEY: hub.secretAccessKey,
  MEMBER_EXTERNAL_ID: member.externalId,
  SWEEP_CONCURRENCY: '1',
};
const metricsPort = String(await freePort());
const plain = await startReplica(settings);
const watched = await startReplica({ ...settings, METRICS_PORT: metricsPort });
/** Takes every trace and keeps none. */
const collector = createServer((request, answer) => request.resume().on('end', () => answer.end())).listen(
  0,
  '127.0.0.1',
);
await once(collector, 'listening');
const { port } = collector.address() as AddressInfo;
const traced = await startReplica({
  ...settings,
  OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
});

async function send(origin: string, path: string, method: 'GET' | 'POST' | 'PUT', body?: object) {
  const answer = await agent.request({
    origin,
    path,
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`${path}: ${answer.statusCode} ${text}`);
}

/** Processor time of a process so far, in ms. A tick of Linux is 10 ms. */
function processorMs({ pid }: Replica): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** The resident memory of a process, in MB. */
const memoryOf = (pid: number | undefined): number =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024);

/** Processor time of one check, in ms. */
async function round(replica: Replica): Promise<number> {
  const before = processorMs(replica);
  let left = requests;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left > 0) {
        left -= 1;
        const path = `/v1/accounts/${accountIdOf(left % accounts)}/execution-roles/${roleName}/check`;
        await send(replica.origin, path, 'POST', { clusters: [{ region: 'us-west-2', name: 'main' }] });
      }
    }),
  );
  return (processorMs(replica) - before) / requests;
}

const median = (values: number[]) =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] as number;

try {
  for (let i = 0; i < accounts; i += 1)
    await send(plain.origin, `/v1/accounts/${accountIdOf(i)}`, 'PUT', { name: `account ${i}` });
  for (let i = 0; i < 3; i += 1) for (const one of [plain, watched, traced]) await round(one);
  const scraper = setInterval(() => {
    send(`http://127.0.0.1:${metricsPort}`, '/metrics', 'GET').catch((error: unknown) =>
      console.error(error),
    );
  }, 1000);
  const times: { replica: Replica; ms: number[] }[] = [plain, watched, traced].map((replica) => ({
    replica,
    ms: [],
  }));
  for (let i = 0; i < rounds; i += 1) for (const { replica, ms } of times) ms.push(await round(replica));
  clearInterval(scraper);
  const [without, metrics, traces] = times.map(({ ms }) => median(ms)) as [number, number, number];
  console.log(`a check without either: ${without.toFixed(3)} ms of a processor`);
  console.log(`with METRICS_PORT, scraped each second: ${(metrics / without).toFixed(2)} of that`);
  console.log(`with a trace of each request: ${(traces / without).toFixed(2)} of that`);
  for (const [name, { pid }] of Object.entries({ plain, watched, traced }))
    console.log(`${name}: ${memoryOf(pid)} MB of memory`);
} finally {
  await traced.stop();
  await watched.stop();
  collector.close();
  await plain.stop();
  aws.stop();
  await postgres.stop();
  await agent.destroy();
}
