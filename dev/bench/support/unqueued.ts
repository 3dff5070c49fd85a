/**
 * The work of a sweep without the queue: the same code, jobs and stored results, but the jobs come from an
 * array. Arguments: WORKERS CONCURRENCY DATABASE_URL AWS_URL. Prints the milliseconds from the first job to
 * the last. The difference to a real sweep is the queue's cost.
 */
import { createAws } from '#src/aws/aws.ts';
import { createSweepHandler } from '#src/jobs/sweep.ts';
import { unobserved } from '#src/observe.ts';
import type { Deps } from '#src/operations/call/deps.ts';
import { createRefusalCounts } from '#src/operations/call/refusal-counts.ts';
import { createPermissions } from '#src/permissions/cedar.ts';
import { defaultFile, readPolicies } from '#src/permissions/policies.ts';
import type { SweepJob } from '#src/ports/sweeps.ts';
import { openPool } from '#src/postgres/connection/pool.ts';
import { createPrisma } from '#src/postgres/connection/prisma.ts';
import { openDatabase } from '#src/postgres/database.ts';
import { openSweeps } from '#src/postgres/sweeps/sweeps.ts';
import { externalId } from '../../sandbox/fleet.ts';

const [workers = 8, concurrency = 64] = process.argv.slice(2, 4).map(Number);
const [url = '', endpoint = ''] = process.argv.slice(4);
const database = openDatabase({ poolSize: 20, url });
const pool = openPool({ url, max: 4, timeoutMs: 20_000 });
const prisma = createPrisma(pool);
const jobs: SweepJob[] = [];
const queue = {
  add: async (_: unknown, added: SweepJob[]) => void jobs.push(...added),
  drop: async () => [],
};
const sweeps = openSweeps({ prisma, pool, queue, announces: false });
const now = () => new Date();
const { roles, clusters, close } = createAws({ now, endpoint, stsPerSecond: () => Number.POSITIVE_INFINITY });
const deps = {
  observer: unobserved,
  refusals: createRefusalCounts(unobserved),
  roles,
  clusters,
  permissions: createPermissions(readPolicies(defaultFile)),
  accounts: database.accounts,
  posture: database.posture,
  seenClusters: database.seenClusters,
  sweeps,
  now,
  memberRole: { name: 'RolewrightMember', externalId },
  log: console,
} as unknown as Deps;
const started = await sweeps.start(
  {
    id: 'sweep_unqueued',
    operation: 'CHECK',
    dryRun: false,
    roleName: null,
    clusters: [{ region: 'us-west-2', name: 'first' }],
    regions: null,
    reason: null,
    caller: {
      actor: { subject: 'bench', issuer: null },
      groups: ['rolewright-administrators'],
      scope: null,
      requestId: 'bench',
    },
    createdAt: now(),
  },
  { all: true },
  null,
  1,
);
if (!started) throw new Error('another sweep of the bench has not ended');
const work = createSweepHandler(deps, concurrency);
const { signal } = new AbortController();
const began = performance.now();
await Promise.all(
  Array.from({ length: workers }, async () => {
    for (let job = jobs.shift(); job; job = jobs.shift()) await work(job, signal);
  }),
);
const ms = performance.now() - began;
const ended = await sweeps.get(started.id);
if (ended?.state !== 'DONE' || ended.failed > 0)
  throw new Error(`the sweep ended as ${ended?.state} with ${ended?.failed} failed`);
console.log(JSON.stringify({ ms }));
close();
await prisma.$disconnect();
await pool.end();
await database.close();
