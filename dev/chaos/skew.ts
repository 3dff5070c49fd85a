import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Change } from '#src/schema/change.ts';
import { type Answer, allChanges, send } from './client.ts';
import { judge, linesOf } from './judge.ts';
import type { Random } from './random.ts';
import type { Row } from './row.ts';
import { lineOf, roleName, type Stage, startStage, type WatchedReplica } from './stage.ts';
import { until } from './waiting.ts';

/** Errors of one replica's clock, in ms, one a round. Beyond a minute that replica makes no changes. */
const offsets = [45_000, -120_000, -45_000, 120_000, 900_000, -900_000];
const toleratedMs = 60_000;
/** The factor by which AWS's clock runs faster: a minute there is six seconds here. */
const haste = 10;
/** Maximum age of a read, by AWS's clock. The service allows for a little more: 54 s (decision 5). */
const staleMs = 50_000;
const extendsEach = 4;
/** How long a caller retries while the role is busy, in ms. */
const patienceMs = 60_000;
/**
 * Maximum time until a killed process's change is settled, in ms: nine tenths of six seconds, and some slack.
 */
const settledMs = 25_000;

const preload = pathToFileURL(`${import.meta.dirname}/shift-clock.ts`).href;
const shifted = (ms: number) => ({ NODE_OPTIONS: `--import=${preload}`, CHAOS_CLOCK_SHIFT_MS: String(ms) });

const pathOf = (accountId: string) => `/v1/accounts/${accountId}/execution-roles/${roleName}`;

function extend(replica: WatchedReplica, accountId: string, name: string): Promise<Answer> {
  return send(replica.origin, 'POST', `${pathOf(accountId)}/extend`, {
    clusters: [{ region: 'us-west-2', name }],
  });
}

async function extendPatiently(
  replica: WatchedReplica,
  accountId: string,
  name: string,
  random: Random,
): Promise<Answer> {
  for (const deadline = Date.now() + patienceMs; ; await pause(random.between(100, 400))) {
    const answer = await extend(replica, accountId, name);
    if (answer.code !== 'ROLE_BUSY' || Date.now() > deadline) return answer;
  }
}

interface Round {
  stage: Stage;
  accountId: string;
  offMs: number;
  right: WatchedReplica;
  off: WatchedReplica;
  random: Random;
  broken: string[];
}

/**
 * Kills the replica while its write is in flight. AWS accepts the write once another replica has read the
 * role.
 */
async function killOnTheWay({ stage, accountId, right, off }: Round, name: string): Promise<void> {
  let killed: Promise<void> | null = null;
  stage.aws.world.onCall(async (call) => {
    if (
      call.accountId !== accountId ||
      call.action !== 'iam:UpdateAssumeRolePolicy' ||
      call.when !== 'before' ||
      killed
    )
      return undefined;
    killed = off.kill();
    await killed;
    await send(right.origin, 'DELETE', `${pathOf(accountId)}/clusters/us-west-2/unknown`);
    return undefined;
  });
  await extend(off, accountId, name);
  stage.aws.world.onCall(() => undefined);
  if (!killed) throw new Error('the replica never wrote');
}

/**
 * Both replicas write. The replica whose clock is off is then killed during a write. Answers the required
 * clusters.
 */
async function bothWrite(given: Round): Promise<string[]> {
  const { accountId, right, off, random, broken } = given;
  const wanted: string[] = [];
  for (let i = 0; i < 2 * extendsEach; i += 1) {
    const name = `c${i}`;
    const answer = await extendPatiently(i % 2 === 0 ? right : off, accountId, name, random);
    if (answer.status === 200) wanted.push(name);
    else
      broken.push(
        `${i % 2 === 0 ? 'the right replica' : 'the one that is off'} was answered ${answer.status} ${answer.code}`,
      );
  }
  await killOnTheWay(given, 'on-the-way');
  wanted.push('on-the-way');
  const killedAt = Date.now();
  const isSettled = async () =>
    (await allChanges(right.origin, accountId)).every(({ outcome }) => outcome !== 'PENDING');
  await until('the change of the killed replica is settled', settledMs, isSettled).catch((error: Error) =>
    broken.push(error.message),
  );
  const after = await extendPatiently(right, accountId, 'after', random);
  if (after.status === 200) wanted.push('after');
  else
    broken.push(
      `${Date.now() - killedAt} ms after the kill the role is not free: ${after.status} ${after.code}`,
    );
  return wanted;
}

/**
 * The replica whose clock is off refuses to write, and the other one writes. Answers the required clusters.
 */
async function onlyTheRightWrites({ accountId, right, off, random, broken }: Round): Promise<string[]> {
  const wanted: string[] = [];
  const refused = (what: string, { status, code }: Answer) => {
    if (status !== 503) broken.push(`${what} of the replica that is off answered ${status} ${code}`);
  };
  for (let i = 0; i < extendsEach; i += 1) {
    refused('an extension', await extend(off, accountId, `off${i}`));
    const name = `c${i}`;
    const answer = await extendPatiently(right, accountId, name, random);
    if (answer.status === 200) wanted.push(name);
    else broken.push(`the right replica was answered ${answer.status} ${answer.code}`);
  }
  refused('/readyz', await send(off.origin, 'GET', '/readyz'));
  const check = await send(off.origin, 'GET', `${pathOf(accountId)}/check?cluster=us-west-2/c0`);
  if (check.status !== 200)
    broken.push(`a check by the replica that is off answered ${check.status} ${check.code}`);
  await off.stop();
  return wanted;
}

/**
 * The history and the export must show every change since `began`: before the first change, by PostgreSQL's
 * clock.
 */
async function requireWholeHistory(
  { right, accountId, broken }: Round,
  began: Date,
  changes: Change[],
): Promise<void> {
  const since = encodeURIComponent(began.toISOString());
  const listed = await send(
    right.origin,
    'GET',
    `/v1/changes?accountId=${accountId}&since=${since}&limit=100`,
  );
  const items = (listed.body as { items?: Change[] }).items ?? [];
  if (items.length !== changes.length)
    broken.push(`since shows ${items.length} of ${changes.length} changes`);
  const text = await (await fetch(`${right.origin}/v1/audit/export?since=${since}`)).text();
  const exported = new Set(
    text.split('\n').flatMap((line) => (line ? [(JSON.parse(line) as Change).id] : [])),
  );
  const skipped = changes.filter(({ id }) => !exported.has(id));
  if (skipped.length > 0) broken.push(`the export skips ${skipped.length} of ${changes.length} changes`);
}

export const skew: Row = {
  promise:
    'two replicas whose clocks differ by 45 s both write and lose nothing; one that is 2 or 15 min off refuses, and loses nothing',
  quick: 2,
  short: offsets.length,
  long: 5 * offsets.length,
  async run({ random, rounds, say }) {
    const stage = await startStage({ random: random.fork('aws'), haste, staleSeconds: 60 / haste });
    try {
      const { world } = stage.aws;
      const right = await stage.replica();
      const figures = { writes: 0, changes: 0, refused: 0 };
      const broken: string[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const offMs = offsets[round % offsets.length] ?? 0;
        const accountId = String(260000000001 + round);
        stage.account(accountId, ['first']);
        await stage.register(right.origin, accountId);
        // Every read has a random age: the next read may not show what this one shows.
        world.addFaults({ stale: [{ accountId, minLagMs: 0, lagMs: staleMs }] });
        const off = await stage.replica(shifted(offMs));
        const [{ now }] = (await stage.postgres.sql('SELECT clock_timestamp() AS now')).rows as [
          { now: Date },
        ];
        const faults: string[] = [];
        const given: Round = {
          stage,
          accountId,
          offMs,
          right,
          off,
          random: random.fork(`${round}`),
          broken: faults,
        };
        const play = Math.abs(offMs) <= toleratedMs ? bothWrite : onlyTheRightWrites;
        const wanted = ['first', ...(await play(given))].map((name) => lineOf(accountId, name));

        const changes = await allChanges(right.origin, accountId);
        const there = linesOf(JSON.parse(world.role(accountId, roleName)?.trustText ?? '{}'));
        const lost = wanted.filter((line) => !there.includes(line));
        if (lost.length > 0) faults.push(`${lost.length} lost lines, such as ${lost[0]}`);
        const extra = there.filter((line) => !wanted.includes(line));
        if (extra.length > 0)
          faults.push(`${extra.length} lines of callers who were told otherwise, such as ${extra[0]}`);
        await requireWholeHistory(given, now, changes);
        const writes = stage.writes(accountId);
        faults.push(...judge({ writes, changes }).broken);
        broken.push(...faults.map((fault) => `${offMs / 1000} s off: ${fault}`));
        figures.writes += writes.length;
        figures.changes += changes.length;
        if (play === onlyTheRightWrites) figures.refused += extendsEach;
        say(`${offMs / 1000} s off: ${writes.length} writes, ${changes.length} changes`);
      }
      if (figures.writes === 0) broken.push('AWS took no write');
      return {
        rounds,
        faults: rounds,
        figures: {
          'writes that AWS took': figures.writes,
          'changes in the log': figures.changes,
          'extensions asked of a replica that is off': figures.refused,
        },
        broken,
      };
    } finally {
      await stage.close();
    }
  },
};
