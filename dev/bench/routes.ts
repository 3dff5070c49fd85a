/**
 * Measures whole routes over HTTP, and the number of AWS calls. Compares a single check with one round trip
 * to AWS, the check's route with a bare one that makes the same SDK calls, GraphQL with REST, and a throttled
 * account with others. The service, AWS, PostgreSQL and the bare route are processes of their own.
 * BENCH_SECONDS: seconds a round.
 */
import { mkdtemp } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent } from 'undici';
import { startReplica } from '../chaos/replica.ts';
import { startPostgres } from '../sandbox/postgres.ts';
import { accountIdOf, hub, member } from './support/fleet.ts';
import { startProcess } from './support/process.ts';

const seconds = Number(process.env.BENCH_SECONDS ?? 3);
const accounts = 200;
const many = 64;
const roleName = 'AmazonEKSFargatePodExecutionRole';
const latencyMs = 50;

const agent = new Agent({ connections: 1000 });
const aws = await startProcess('dev/bench/support/fleet-aws.ts', accounts, 0);
const postgres = await startPostgres({
  directory: await mkdtemp(join(tmpdir(), 'rolewright-bench-')),
  persistent: false,
});
const service = await startReplica({
  DATABASE_URL: postgres.serviceUrl,
  MIGRATION_DATABASE_URL: postgres.url,
  AWS_ENDPOINT_URL: aws.url,
  AWS_ACCESS_KEY_ID: hub.accessKeyId,
  AWS_SECRET_ACCESS_KEY: hub.secretAccessKey,
  MEMBER_EXTERNAL_ID: member.externalId,
  RATE_LIMIT_PER_MINUTE: '0',
});
const bare = await startProcess('dev/bench/peers/bare-route.ts', aws.url);

async function send(
  url: string,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  body?: object,
): Promise<{ status: number; text: string }> {
  const { origin, pathname, search } = new URL(url);
  const answer = await agent.request({
    origin,
    path: pathname + search,
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`${method} ${url}: ${answer.statusCode} ${text}`);
  return { status: answer.statusCode, text };
}

const asked = { clusters: [{ region: 'us-west-2', name: 'main' }] };
const path = (i: number) => `/accounts/${accountIdOf(i)}/execution-roles/${roleName}/check`;
const query = `query ($accountId: ID!, $roleName: String!, $clusters: [ClusterInput!]!) { checkExecutionRole(accountId: $accountId, roleName: $roleName, clusters: $clusters) {
  accountId partition roleName roleArn roleId checkedAt verdict action clusters { region name covered coveredBy } findings { code severity message pointer remedy }
  trust { document hash size quota linesLeft lines { pattern region name } } policies { attached inline } tags etag } }`;
const byRest = (i: number) => send(`${service.origin}/v1${path(i)}`, 'POST', asked);
const byGraphql = (i: number) =>
  send(`${service.origin}/graphql`, 'POST', {
    query,
    variables: { accountId: accountIdOf(i), roleName, ...asked },
  });
const byBare = (i: number) => send(bare.url + path(i), 'POST', asked);

const faults = async (rules: object) => {
  await send(`${aws.url}/_sandbox/faults`, 'DELETE');
  await send(`${aws.url}/_sandbox/faults`, 'POST', rules);
};
const callsOf = async (i: number) =>
  (
    JSON.parse((await send(`${aws.url}/_sandbox/calls?accountId=${accountIdOf(i)}`, 'GET')).text) as Record<
      string,
      Record<string, number>
    >
  )[accountIdOf(i)] ?? {};
const forgetCalls = () => send(`${aws.url}/_sandbox/calls`, 'DELETE');

const sorted = (values: number[]) => values.sort((one, other) => one - other);
const quantile = (values: number[], q: number) =>
  sorted(values)[Math.min(values.length - 1, Math.floor(values.length * q))] as number;
const median = (values: number[]) => quantile(values, 0.5);
const show = (what: string, value: string, goal = '') =>
  console.log(`${what.padEnd(62)} ${value.padStart(10)}  ${goal}`);

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Requests a second, with `many` at once over as many accounts. */
async function throughput(request: (i: number) => Promise<unknown>, forMs: number): Promise<number> {
  let done = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: many }, async (_, i) => {
      while (performance.now() - began < forMs) {
        await request(i);
        done += 1;
      }
    }),
  );
  return (done / (performance.now() - began)) * 1000;
}

try {
  console.log(`load ${loadavg()[0]?.toFixed(1)}`);
  for (let i = 0; i < accounts; i += 1)
    await send(`${service.origin}/v1/accounts/${accountIdOf(i)}`, 'PUT', { name: `account ${i}` });
  // Everything is compiled and connected before anything is measured.
  for (const request of [byRest, byGraphql, byBare]) await throughput(request, 1500);

  const rates: Record<'rest' | 'graphql' | 'bare', number[]> = { rest: [], graphql: [], bare: [] };
  for (let round = 0; round < 3; round += 1) {
    rates.bare.push(await throughput(byBare, seconds * 1000));
    rates.rest.push(await throughput(byRest, seconds * 1000));
    rates.graphql.push(await throughput(byGraphql, seconds * 1000));
  }
  const [rest, graphql, plain] = [median(rates.rest), median(rates.graphql), median(rates.bare)];
  show(`POST …/check, ${many} at once, AWS without latency: a second`, rest.toFixed(0));
  show(
    '  of a bare Fastify route with the same SDK calls',
    `${((rest / plain) * 100).toFixed(0)} %`,
    `goal 80 % (bare: ${plain.toFixed(0)}/s)`,
  );
  show('  GraphQL of REST', `${((graphql / rest) * 100).toFixed(0)} %`, 'goal 90 %');

  await faults({ latency: [{ ms: latencyMs }] });
  const [trips, warm, cold]: [number[], number[], number[]] = [[], [], []];
  // The sandbox reads the access key ID, and does not verify the signature.
  const authorization = `AWS4-HMAC-SHA256 Credential=${hub.accessKeyId}/20261124/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0`;
  const trip = () =>
    agent
      .request({
        origin: aws.url,
        path: '/?Action=GetCallerIdentity&Version=2011-06-15',
        method: 'GET',
        headers: { authorization },
      })
      .then(({ body }) => body.text());
  await forgetCalls();
  for (let round = 0; round < 60; round += 1) {
    trips.push(await timed(trip));
    warm.push(await timed(() => byRest(round % many)));
    cold.push(await timed(() => byRest(many + round)));
  }
  const roundTrip = median(trips);
  show('one check, the member role assumed already: p50', `${median(warm).toFixed(1)} ms`);
  show(
    '  of one round trip',
    (median(warm) / roundTrip).toFixed(2),
    `goal 1.10 (a round trip: ${roundTrip.toFixed(1)} ms)`,
  );
  show(
    'one check, the first in its account: p50 of one round trip',
    (median(cold) / roundTrip).toFixed(2),
    'goal 2.2',
  );
  show(
    '  its calls',
    JSON.stringify(await callsOf(many)),
    'at least AssumeRole, GetRole, ListAttachedRolePolicies',
  );

  const crowd = 1000;
  const alone = many + 70;
  await forgetCalls();
  await Promise.all(Array.from({ length: crowd }, () => byRest(alone)));
  show(
    `${crowd} checks of one account at once: its calls`,
    JSON.stringify(await callsOf(alone)),
    'goal AssumeRole 1',
  );

  const perSecond = 20;
  const others = async (count: number) => {
    const times: number[] = [];
    for (let i = 0; i < count; i += 1) times.push(await timed(() => byRest(i % many)));
    return times;
  };
  const before = await others(300);
  const throttledOne = many + 71;
  await byRest(throttledOne);
  await faults({
    latency: [{ ms: latencyMs }],
    throttle: [{ accountId: accountIdOf(throttledOne), perSecond }],
  });
  await forgetCalls();
  const checks = 300;
  let isOver = false;
  const beside: number[] = [];
  let refused = 0;
  const took = await Promise.all([
    timed(() =>
      Promise.all(
        Array.from({ length: checks }, () =>
          byRest(throttledOne).catch((error: Error) => {
            if (!error.message.includes('AWS_THROTTLED')) throw error;
            refused += 1;
          }),
        ),
      ),
    ).finally(() => {
      isOver = true;
    }),
    (async () => {
      while (!isOver) beside.push(...(await others(10)));
    })(),
  ]);
  const made = Object.values(await callsOf(throttledOne)).reduce((sum, one) => sum + one, 0);
  const needed = 2 * (checks - refused);
  show(
    `${checks} checks of an account that takes ${perSecond} calls a second: of it used`,
    `${(((needed - perSecond) / (took[0] / 1000) / perSecond) * 100).toFixed(0)} %`,
    'goal 90 %',
  );
  show('  calls made for one that is needed', (made / needed).toFixed(2), 'goal 1.3');
  show('  checks that gave up (AWS_THROTTLED)', String(refused));
  show(
    "  other accounts' p99 meanwhile, of theirs before",
    (quantile(beside, 0.99) / quantile(before, 0.99)).toFixed(2),
    'goal 1.1',
  );
} finally {
  bare.stop();
  await service.stop();
  aws.stop();
  await postgres.stop();
  await agent.destroy();
}
