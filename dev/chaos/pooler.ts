import { allChanges, send } from './client.ts';
import { judge, linesOf } from './judge.ts';
import { findPgBouncer, type PoolMode, startPgBouncer } from './pgbouncer.ts';
import type { Row, RowOptions } from './row.ts';
import { lineOf, roleName, type Stage, startStage, type WatchedReplica } from './stage.ts';
import { until } from './waiting.ts';

/** The connections that go through PgBouncer, and its mode. */
interface Case {
  mode: PoolMode;
  setting: 'DATABASE_URL' | 'MIGRATION_DATABASE_URL';
}
const cases: [Case, ...Case[]] = [
  { mode: 'transaction', setting: 'DATABASE_URL' },
  { mode: 'transaction', setting: 'MIGRATION_DATABASE_URL' },
  { mode: 'session', setting: 'DATABASE_URL' },
];
const callers = 12;
const patienceMs = 60_000;

/** The start must fail by itself and name the setting. Answers the faults. */
async function requireRefusal(
  stage: Stage,
  setting: string,
  settings: Record<string, string>,
): Promise<string[]> {
  const refused = await stage.replica(settings).then(
    () => null,
    (error: Error) => error.message,
  );
  if (refused === null) return ['a replica started in transaction mode'];
  return refused.includes(`${setting} must lead to a session of its own`)
    ? []
    : [`a replica ended without saying why: ${refused}`];
}

async function extend({ origin }: WatchedReplica, accountId: string, name: string) {
  const path = `/v1/accounts/${accountId}/execution-roles/${roleName}/extend`;
  return await send(origin, 'POST', path, { clusters: [{ region: 'us-west-2', name }] });
}

/** Extends one role from two replicas at once, and kills one of them in a write. Answers the faults. */
async function requireHold(
  stage: Stage,
  accountId: string,
  settings: Record<string, string>,
  random: RowOptions['random'],
): Promise<string[]> {
  const [one, other] = [await stage.replica(settings), await stage.replica(settings)];
  const { world } = stage.aws;
  const broken: string[] = [];
  stage.account(accountId, ['first'], 8192);
  await stage.register(one.origin, accountId);
  const wanted = ['first'];
  await Promise.all(
    Array.from({ length: callers }, async (_, i) => {
      const name = `c${i}`;
      let answer = await extend(i % 2 === 0 ? one : other, accountId, name);
      for (const deadline = Date.now() + patienceMs; answer.code === 'ROLE_BUSY' && Date.now() < deadline; )
        answer = await extend(random.oneOf([one, other]), accountId, name);
      if (answer.status === 200) wanted.push(name);
      else broken.push(`${name} was answered ${answer.status} ${answer.code}`);
    }),
  );
  let killed: Promise<void> | null = null;
  world.onCall(async (call) => {
    if (call.action !== 'iam:UpdateAssumeRolePolicy' || call.when !== 'before' || killed) return undefined;
    killed = other.kill();
    await killed;
    return undefined;
  });
  await extend(other, accountId, 'on-the-way');
  wanted.push('on-the-way');
  world.onCall(() => undefined);
  const isFree = async () => (await extend(one, accountId, 'after')).status === 200;
  await until('the lock of the killed replica is free', patienceMs, isFree).catch((error: Error) =>
    broken.push(error.message),
  );
  wanted.push('after');

  const there = linesOf(JSON.parse(world.role(accountId, roleName)?.trustText ?? '{}'));
  const lost = wanted.map((name) => lineOf(accountId, name)).filter((line) => !there.includes(line));
  if (lost.length > 0) broken.push(`${lost.length} lost lines, such as ${lost[0]}`);
  broken.push(
    ...judge({ writes: stage.writes(accountId), changes: await allChanges(one.origin, accountId) }).broken,
  );
  await one.stop();
  return broken;
}

export const pooler: Row = {
  promise:
    'behind PgBouncer in transaction mode a replica does not start and says why; in session mode two replicas start and lose nothing',
  quick: cases.length,
  short: cases.length,
  long: 5 * cases.length,
  async run({ random, rounds, say }) {
    const program = findPgBouncer();
    if (program === null)
      return {
        rounds: 0,
        faults: 0,
        figures: { 'NOT RUN: PgBouncer is not installed': 'apt-get install pgbouncer' },
        broken: [],
      };
    const stage = await startStage({ random: random.fork('aws') });
    const count: Record<string, number> = {};
    const broken: string[] = [];
    try {
      for (let round = 0; round < rounds; round += 1) {
        const { mode, setting } = cases[round % cases.length] ?? cases[0];
        const { postgres } = stage;
        const pool = await startPgBouncer(program, mode, [postgres.serviceUrl, postgres.url]);
        const [service = '', owner = ''] = pool.urls;
        const direct = { DATABASE_URL: postgres.serviceUrl, MIGRATION_DATABASE_URL: postgres.url };
        const settings = { ...direct, [setting]: setting === 'DATABASE_URL' ? service : owner };
        const faults =
          mode === 'transaction'
            ? await requireRefusal(stage, setting, settings)
            : await requireHold(stage, String(270000000001 + round), settings, random.fork(`${round}`));
        broken.push(...faults.map((fault) => `${setting} in ${mode} mode: ${fault}`));
        const what = `${setting} in ${mode} mode: ${mode === 'transaction' ? 'the start was refused' : 'two replicas held'}`;
        count[what] = (count[what] ?? 0) + (faults.length === 0 ? 1 : 0);
        say(`${setting} in ${mode} mode: ${faults.length === 0 ? 'kept' : 'BROKEN'}`);
        pool.end();
      }
      return { rounds, faults: rounds, figures: count, broken };
    } finally {
      await stage.close();
    }
  },
};
