/**
 * Measures what metrics cost: the processor time of a check by a service with METRICS_PORT, scraped all the
 * time, as a ratio to one without. Both run side by side and are asked in turns. Linux only, as it reads /proc.
 * BENCH_ROUNDS: rounds of each.
 */
import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
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
  for (let i = 0; i < 3; i += 1) for (const one of [plain, watched]) await round(one);
  const scraper = setInterval(() => {
    send(`http://127.0.0.1:${metricsPort}`, '/metrics', 'GET').catch((error: unknown) =>
      console.error(error),
    );
  }, 1000);
  const times: [without: number[], withThem: number[]] = [[], []];
  for (let i = 0; i < rounds; i += 1) {
    times[0].push(await round(plain));
    times[1].push(await round(watched));
  }
  clearInterval(scraper);
  const [without, withThem] = times.map(median) as [number, number];
  console.log(`a check without metrics: ${without.toFixed(3)} ms of a processor`);
  console.log(`with METRICS_PORT, scraped each second: ${(withThem / without).toFixed(2)} of that`);
} finally {
  await watched.stop();
  await plain.stop();
  aws.stop();
  await postgres.stop();
  await agent.destroy();
}
