/**
 * Measures sweeps of a fleet against the sandbox with 50 ms a call. The replicas are processes of their own.
 * It measures how soon a sweep begins, how long it takes (compared with the ideal, and with the same work
 * without a queue), the most memory of the process, and the gain of a second replica. It also measures the
 * memory when accounts have a thousand roles each. SWEEP_ACCOUNTS: number of accounts (10,000). NODE_OPTIONS
 * are passed to the replicas.
 */
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { send } from '../chaos/client.ts';
import { endOnSignals } from '../chaos/endings.ts';
import { seeded } from '../chaos/random.ts';
import { type Stage, startStage } from '../chaos/stage.ts';
import { until } from '../chaos/waiting.ts';
import { hub } from '../sandbox/fleet.ts';
import { runBound } from '../sandbox/spawn-bound.ts';

interface Progress {
  state: string;
  done: number;
  failed: number;
  createdAt: string;
  startedAt: string;
  endedAt: string | null;
}

const fleet = Number(process.env.SWEEP_ACCOUNTS ?? 10_000);
const latencyMs = 50;
const patienceMs = 20 * 60_000;
const show = (what: string, value: string, goal = '') =>
  console.log(`${what.padEnd(58)} ${value.padStart(14)}  ${goal}`);
const percent = (part: number) => `${(100 * part).toFixed(0)} %`;

/** A role of an application, of a typical size: 2 KB of XML. */
const otherRole = (i: number) => ({
  roleName: `application-${i}-service-role`,
  trustText: JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'ecs-tasks.amazonaws.com' },
      Action: 'sts:AssumeRole',
    },
  }),
  attached: [
    'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess',
    'arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy',
  ],
  inline: {
    access: JSON.stringify({
      Version: '2012-10-17',
      Statement: Array.from({ length: 4 }, (_, n) => ({
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject'],
        Resource: `arn:aws:s3:::application-${i}-bucket-${n}/*`,
      })),
    }),
  },
});

/** Creates accounts in AWS and in the registry. Each has an execution role with one line, and `others`. */
async function staged<T>(
  accounts: number,
  concurrency: number,
  play: (stage: Stage) => Promise<T>,
  others = 0,
): Promise<T> {
  const settings = {
    STS_ASSUMPTIONS_PER_SECOND: '100000',
    SWEEP_CONCURRENCY: String(concurrency),
    NODE_OPTIONS: process.env.NODE_OPTIONS ?? '',
  };
  const stage = await startStage({ random: seeded(1), settings });
  const client = new pg.Client(stage.postgres.url);
  try {
    await stage.warmUp();
    const ids = Array.from({ length: accounts }, (_, i) => String(310000000001 + i));
    for (const id of ids) {
      stage.account(id, ['first']);
      for (let i = 0; i < others; i += 1) stage.aws.world.putRole({ accountId: id, ...otherRole(i) });
    }
    stage.aws.world.addFaults({ latency: [{ ms: latencyMs }] });
    await client.connect();
    await client.query(
      `INSERT INTO account (account_id, name, partition, updated_at) SELECT id, 'bench ' || id, 'aws', now() FROM unnest($1::text[]) AS id`,
      [ids],
    );
    return await play(stage);
  } finally {
    await client.end();
    await stage.close();
  }
}

/** One sweep of all accounts, by all replicas together. */
const swept = (accounts: number, concurrency: number, count: number, others = 0) => {
  const play = async (stage: Stage) => {
    const replicas = await Promise.all(Array.from({ length: count }, () => stage.replica()));
    const [{ origin, pid } = { origin: '', pid: 0 }] = replicas;
    const megabytes = (what: 'VmHWM' | 'VmRSS') =>
      Math.round(
        Number(new RegExp(`${what}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) /
          1024,
      );
    const idle = megabytes('VmRSS');
    const body = {
      operation: 'CHECK',
      select: { all: true },
      clusters: [{ region: 'us-west-2', name: 'first' }],
    };
    const asked = await send(origin, 'POST', '/v1/sweeps', body);
    const { id } = asked.body as { id: string };
    let sweep = asked.body as Progress;
    await until('the sweep has ended', patienceMs, async () => {
      sweep = (await send(origin, 'GET', `/v1/sweeps/${id}`)).body as Progress;
      return sweep.endedAt !== null;
    });
    if (sweep.state !== 'DONE' || sweep.failed > 0 || sweep.done !== accounts)
      throw new Error(`the sweep ended as ${JSON.stringify(sweep)}`);
    const [created, started, ended] = [sweep.createdAt, sweep.startedAt, sweep.endedAt ?? ''].map((at) =>
      Date.parse(at),
    ) as [number, number, number];
    return {
      firstJobMs: started - created,
      answerMs: asked.ms,
      ms: ended - created,
      idle,
      most: megabytes('VmHWM'),
    };
  };
  return staged(accounts, concurrency, play, others);
};

/** The same work by the same code, without a queue. */
const unqueued = (accounts: number, concurrency: number) =>
  staged(accounts, concurrency, async ({ postgres, aws }) => {
    const workers = Math.ceil((3 * concurrency) / 25);
    const { stdout } = await runBound(
      process.execPath,
      [
        join(import.meta.dirname, 'support/unqueued.ts'),
        String(workers),
        String(concurrency),
        postgres.serviceUrl,
        aws.url,
      ],
      {
        env: {
          ...process.env,
          AWS_ACCESS_KEY_ID: hub.accessKeyId,
          AWS_SECRET_ACCESS_KEY: hub.secretAccessKey,
          AWS_REGION: 'us-east-1',
        },
      },
    );
    return (JSON.parse(stdout) as { ms: number }).ms;
  });

const least = (values: number[]) => Math.min(...values);

endOnSignals();
console.log(`load ${loadavg()[0]?.toFixed(1)}, ${fleet} accounts, ${latencyMs} ms a call`);
const [sweeps, bare]: [Awaited<ReturnType<typeof swept>>[], number[]] = [[], []];
for (let round = 0; round < 2; round += 1) {
  sweeps.push(await swept(fleet, 64, 1));
  bare.push(await unqueued(fleet, 64));
}
const took = least(sweeps.map(({ ms }) => ms));
show('one replica, 64 at once', `${(took / 1000).toFixed(1)} s`);
show('  of the ideal', percent((2 * Math.ceil(fleet / 64) * latencyMs) / took));
show('  the answer to POST', sweeps.map(({ answerMs }) => `${answerMs} ms`).join(', '));
show('  the first job after', sweeps.map(({ firstJobMs }) => `${firstJobMs} ms`).join(', '), 'goal 100 ms');
show(
  '  memory before; at the most',
  sweeps.map(({ idle, most }) => `${idle}; ${most} MB`).join(', '),
  'goal 300 MB',
);
show('the same work without a queue', `${(least(bare) / 1000).toFixed(1)} s`);
show("  the queue's share", percent(1 - least(bare) / took), 'goal 5 %');
const large = await swept(Math.min(fleet, 256), 64, 1, 1000);
show('accounts of a thousand roles each: took', `${(large.ms / 1000).toFixed(1)} s`);
show('  memory before; at the most', `${large.idle}; ${large.most} MB`, 'goal 300 MB');
const few = Math.min(fleet, 4000);
const one = least([(await swept(few, 32, 1)).ms, (await swept(few, 32, 1)).ms]);
const two = least([(await swept(few, 32, 2)).ms, (await swept(few, 32, 2)).ms]);
show(
  `${few} accounts, 32 at once in each replica: one; two`,
  `${(one / 1000).toFixed(1)}; ${(two / 1000).toFixed(1)} s`,
);
show('  two against one', `${(one / two).toFixed(2)} x`, 'goal 1.6 x');
