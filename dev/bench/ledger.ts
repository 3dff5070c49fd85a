/**
 * Measures durable chained entries a second. Also compares, in one run, extends a second with the log and
 * without it. PostgreSQL is the embedded one with fsync. AWS is the sandbox in a process of its own, 5 ms a
 * call. BENCH_SECONDS: seconds a figure.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAws } from '#src/aws/aws.ts';
import type { Deps } from '#src/operations/call/deps.ts';
import { extendExecutionRole } from '#src/operations/roles/extend-execution-role.ts';
import type { Claims } from '#src/ports/claims.ts';
import type { ChangeDraft, Intent, Ledger } from '#src/ports/ledger.ts';
import type { Locks } from '#src/ports/locks.ts';
import { openDatabase } from '#src/postgres/database.ts';
import type { Change } from '#src/schema/change.ts';
import { plainDeps } from '#test/support/plain-deps.ts';
import { startPostgres } from '../sandbox/postgres.ts';
import { caller } from './support/caller.ts';
import { draft } from './support/draft.ts';
import { accountIdOf, hub, member, useHubCredentials } from './support/fleet.ts';

const seconds = Number(process.env.BENCH_SECONDS ?? 3);
const latencyMs = 5;
const accountIds = Array.from({ length: 8 }, (_, i) => accountIdOf(i));
const rolesOfEach = 1500;

const startAws = async () => {
  const script = `
    import { startAwsSandbox } from './dev/sandbox/aws/server.ts';
    const { url, world } = await startAwsSandbox();
    const hub = ${JSON.stringify(hub)}, member = ${JSON.stringify(member)};
    world.putAccount({ accountId: hub.accountId, accessKeys: [{ ...hub, accountId: undefined, userName: 'bench' }].map(({ accountId, ...key }) => key) });
    const allow = (Principal, Condition) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', Condition }] });
    for (const accountId of ${JSON.stringify(accountIds)}) {
      world.putAccount({ accountId });
      world.putRole({ accountId, roleName: member.name, trustText: allow({ AWS: 'arn:aws:iam::' + hub.accountId + ':root' }, { StringEquals: { 'sts:ExternalId': member.externalId } }) });
      for (let i = 0; i < ${rolesOfEach}; i += 1)
        world.putRole({ accountId, roleName: 'role-' + i, attached: ['arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy'],
          trustText: allow({ Service: 'eks-fargate-pods.amazonaws.com' }, { ArnLike: { 'aws:SourceArn': 'arn:aws:eks:us-west-2:' + accountId + ':fargateprofile/a/*' } }) });
    }
    world.addFaults({ latency: [{ ms: ${latencyMs} }] });
    console.log(url);
    process.stdin.resume().on('end', () => process.exit());`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [url] = await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('no AWS'))),
  ]);
  return { url: String(url).trim(), stop: () => child.stdin.end() };
};

/** How often `work` is done in a second, by `atOnce` callers at once. */
async function rate(atOnce: number, work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (performance.now() - started < seconds * 1000) {
        await work();
        done += 1;
      }
    }),
  );
  return (done * 1000) / (performance.now() - started);
}

/** Ports that store nothing, so that only the operation and its AWS calls are measured. */
function withoutLog(): { ledger: Ledger; locks: Locks; claims: Claims } {
  const drafts = new Map<string, ChangeDraft>();
  const change = (id: string, { caller, ...rest }: ChangeDraft, more: object) =>
    ({
      id,
      seq: 1,
      settles: null,
      at: new Date().toISOString(),
      ...caller,
      ...rest,
      ...more,
    }) as unknown as Change;
  const ledger: Ledger = {
    async open(opened) {
      const id = randomUUID();
      drafts.set(id, opened);
      return {
        changeId: id,
        accountId: opened.accountId,
        roleName: opened.roleName,
        planned: opened.planned,
      } as unknown as Intent;
    },
    async settle({ changeId }, settlement) {
      const opened = drafts.get(changeId) as ChangeDraft;
      drafts.delete(changeId);
      return change(changeId, opened, settlement);
    },
    refuse: async (refused, error) => change(randomUUID(), refused, { error }),
    get: async () => null,
    effectiveSince: async () => [],
    hasChanged: async () => false,
    unsettled: async () => [],
    clustersAskedOf: async () => [],
    list: async () => ({ items: [], hasMore: false }),
    attemptUnder: async () => null,
    entries: async function* () {},
  };
  const locks: Locks = {
    whileHolding: (_, __, run) => run({ confirm: async () => {} }),
    tryHolding: async (_, run) => ({ result: await run() }),
  };
  const claims: Claims = { ofRole: async () => [], get: async () => null, list: async () => [] };
  return { ledger, locks, claims };
}

const figure = (n: number) => Math.round(n).toLocaleString('en').padStart(7);

const directory = await mkdtemp(join(tmpdir(), 'rolewright-bench-'));
const [postgres, aws] = await Promise.all([startPostgres({ directory, persistent: true }), startAws()]);
const database = openDatabase({ poolSize: 20, url: postgres.serviceUrl, migrationUrl: postgres.url });
useHubCredentials();
const { roles, clusters, close } = createAws({ now: () => new Date(), endpoint: aws.url });
try {
  await database.migrate();
  console.log(
    `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, fsync on, load ${loadavg()[0]?.toFixed(1)}; ${seconds} s a figure`,
  );
  for (const atOnce of [1, 16, 64, 200, 400, 800])
    console.log(
      `${String(atOnce).padStart(4)} at once ${figure(await rate(atOnce, () => database.ledger.open(draft)))} durable entries/s`,
    );

  for (const accountId of accountIds)
    await database.accounts.put({
      accountId,
      name: accountId,
      partition: 'aws',
      memberRoleArn: null,
      externalId: null,
      labels: {},
    });
  const log = { info: () => {}, warn: () => {}, error: console.error };
  const audited: Deps = {
    ...plainDeps(database),
    roles,
    clusters,
    memberRole: member,
    log,
    readBackDelays: [50, 100, 200],
    recordDelays: [100],
    recordPatienceMs: 1500,
    untouchedPatienceMs: 300,
    readiness: { patienceMs: 120_000, intervalMs: 2000, settleMs: 10_000 },
  };
  const bare: Deps = { ...audited, ...withoutLog() };
  let next = 0;
  const extend = async (deps: Deps) => {
    const i = next++;
    if (i >= accountIds.length * rolesOfEach) throw new Error('too few roles for so long a run');
    const input = {
      accountId: accountIds[i % accountIds.length],
      roleName: `role-${Math.floor(i / accountIds.length)}`,
    };
    const { change } = await extendExecutionRole.call(
      deps,
      { ...input, clusters: [{ region: 'us-west-2', name: 'b' }] },
      caller,
    );
    if (change?.outcome !== 'SUCCEEDED') throw new Error(`${input.roleName}: ${change?.outcome}`);
  };
  for (let i = 0; i < 32; i += 1) await extend(i % 2 ? audited : bare); // Sessions, connections, compiled code.
  for (const atOnce of [1, 8, 32]) {
    const [without, withLog] = [
      await rate(atOnce, () => extend(bare)),
      await rate(atOnce, () => extend(audited)),
    ];
    console.log(
      `${String(atOnce).padStart(4)} at once ${figure(withLog)} audited extends/s, ${figure(without)} without a log: ${(withLog / without).toFixed(2)}`,
    );
  }
} finally {
  close();
  await database.close();
  aws.stop();
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
}
