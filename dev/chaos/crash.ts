import { setTimeout as pause } from 'node:timers/promises';
import { awaitLater } from '#dev/await-later.ts';
import { type Answer, allChanges, changeOf, send } from './client.ts';
import { judge } from './judge.ts';
import type { Random } from './random.ts';
import type { Row, RowOptions } from './row.ts';
import { type Stage, startStage, type WatchedReplica } from './stage.ts';
import { until, within } from './waiting.ts';

/** The points between intent and outcome at which a replica is killed. */
export const points = [
  'the intent is not committed yet',
  'the intent is committed, its answer on the way',
  'the write is about to reach AWS',
  'the write is on the way, and AWS takes it afterwards',
  'AWS took the write, its answer is on the way',
  'the role is about to be read back',
  'the role was read back, the answer is on the way',
  'the outcome is not committed yet',
  'the outcome is committed, its answer on the way',
  'the caller has the answer',
  'any moment',
] as const;
type Point = (typeof points)[number];

/** Two at a time: while one replica starts, the other is being killed. */
const lanes = 2;
const settledWithinMs = 60_000;
/**
 * Maximum age of a read, by AWS's clock, in one of the lanes. The service allows for a little more: 54 s
 * (decision 5).
 */
const staleMs = 50_000;
const haste = 20;
const roleOf = (round: number) => `role-${round}`;

interface Tally {
  hit: Map<Point, number>;
  /** Answers that callers received. They must remain true. */
  acknowledged: Answer[];
  lost: number;
}

/** Kills replicas that work on one account, once a round, each time at another point. */
async function lane(
  stage: Stage,
  accountId: string,
  first: WatchedReplica,
  plan: Point[],
  random: Random,
  tally: Tally,
  say: RowOptions['say'],
): Promise<void> {
  let replica = first;
  for (const [round, point] of plan.entries()) {
    const roles = `/v1/accounts/${accountId}/execution-roles`;
    const clusters = [{ region: 'us-west-2', name: `c${round}` }];
    const verb = random.next() < 0.25 ? 'CREATE' : random.next() < 0.3 ? 'RETRACT' : 'EXTEND';
    // Mostly a new role, so that no round waits for an unsettled change; sometimes the role of the round
    // before.
    const aimedAt =
      verb === 'CREATE' ? `made-${round}` : roleOf(random.next() < 0.2 ? Math.max(0, round - 1) : round);
    const target = replica;
    const request = {
      EXTEND: () => send(target.origin, 'POST', `${roles}/${aimedAt}/extend`, { clusters, reason: point }),
      RETRACT: () => send(target.origin, 'DELETE', `${roles}/${aimedAt}/clusters/us-west-2/second`),
      CREATE: () => send(target.origin, 'POST', roles, { roleName: aimedAt, clusters, reason: point }),
    }[verb];
    const fatalWrite = verb === 'CREATE' ? random.between(1, 2) : 1;
    const delay = random.between(0, 150);

    let killed: Promise<void> | null = null;
    const kill = () => {
      killed ??= target.kill();
      return killed;
    };
    const strike = (at: Point): boolean => {
      if (at !== point || killed) return false;
      tally.hit.set(point, (tally.hit.get(point) ?? 0) + 1);
      return true;
    };
    replica.proxy.onCommit(async ({ kind, when }) => {
      const at: Record<typeof kind, Record<typeof when, Point>> = {
        intent: {
          before: 'the intent is not committed yet',
          after: 'the intent is committed, its answer on the way',
        },
        outcome: {
          before: 'the outcome is not committed yet',
          after: 'the outcome is committed, its answer on the way',
        },
      };
      if (!strike(at[kind][when])) return undefined;
      await kill();
      return 'cut';
    });
    let writes = 0;
    listeners.set(accountId, async ({ action, when, roleName: name }) => {
      if (name !== aimedAt) return undefined;
      const isWrite = !/^iam:(Get|List)/.test(action);
      if (isWrite && when === 'before') writes += 1;
      const isFatal = isWrite && writes === fatalWrite;
      if (isFatal && when === 'before' && strike('the write is about to reach AWS')) {
        await kill();
        return 'reset';
      }
      if (isFatal && when === 'before' && strike('the write is on the way, and AWS takes it afterwards')) {
        await kill();
        await pause(delay);
        return undefined;
      }
      const isReadBack = action === 'iam:GetRole' && writes > 0;
      const at =
        isFatal && when === 'after'
          ? 'AWS took the write, its answer is on the way'
          : isReadBack && when === 'before'
            ? 'the role is about to be read back'
            : isReadBack
              ? 'the role was read back, the answer is on the way'
              : null;
      if (!at || !strike(at)) return undefined;
      await kill();
      return 'reset';
    });

    const asked = awaitLater(patiently(request, () => killed !== null));
    if (point === 'any moment') {
      await within(2 * delay, asked);
      strike(point);
      await kill();
    }
    const answer = await asked;
    if (answer.status === 0) tally.lost += 1;
    else tally.acknowledged.push(answer);
    strike('the caller has the answer');
    await kill();
    listeners.delete(accountId);
    say(`account ${accountId}: ${round + 1} of ${plan.length} kills`);
    if (round + 1 < plan.length) replica = await stage.replica();
  }
}

/** As a caller does: while the role is busy, the same again. */
async function patiently(request: () => Promise<Answer>, isOver: () => boolean): Promise<Answer> {
  for (const deadline = Date.now() + settledWithinMs; ; ) {
    const answer = await request();
    if (answer.code !== 'ROLE_BUSY' || isOver() || Date.now() > deadline) return answer;
    await pause(answer.retryAfterMs ?? 200);
  }
}

type Listener = NonNullable<Parameters<Stage['aws']['world']['onCall']>[0]>;
const listeners = new Map<string, Listener>();

/** Every exact point in turn, then random points. Half of the kills are at a random moment. */
function planOf(rounds: number, random: Random): Point[] {
  const chosen = Array.from({ length: Math.max(0, rounds - points.length) }, () =>
    random.next() < 0.5 ? 'any moment' : random.oneOf(points),
  );
  return [...points, ...chosen].slice(0, rounds);
}

export const crash: Row = {
  promise: '0 writes without a record, 0 effects twice, 0 unsettled after 60 s',
  quick: points.length,
  short: 300,
  long: 3000,
  async run({ random, rounds, say }: RowOptions) {
    const stage = await startStage({ random: random.fork('aws'), haste, staleSeconds: 60 / haste });
    try {
      const { world } = stage.aws;
      world.onCall((call) => listeners.get(call.accountId)?.(call));
      const tally: Tally = { hit: new Map(), acknowledged: [], lost: 0 };
      await stage.warmUp();
      // This replica is never killed: its timer must settle the changes that the last killed replica left.
      const watcher = await stage.replica();
      const accounts = Array.from({ length: lanes }, (_, i) => String(210000000001 + i));
      const plan = planOf(rounds, random.fork('plan'));
      const began = Date.now();
      await Promise.all(
        accounts.map(async (accountId, i) => {
          stage.account(accountId, ['first']);
          await stage.register(watcher.origin, accountId);
          const part = plan.filter((_, j) => j % lanes === i);
          for (const round of part.keys()) stage.role(accountId, roleOf(round), ['first', 'second', 'third']);
          if (i > 0) world.addFaults({ stale: [{ accountId, minLagMs: 0, lagMs: staleMs }] });
          await lane(stage, accountId, await stage.replica(), part, random.fork(accountId), tally, say);
        }),
      );
      const killedFor = Math.round((Date.now() - began) / 1000);
      say(`${rounds} kills in ${killedFor} s; waiting until nothing is PENDING`);

      const changes = async () =>
        (await Promise.all(accounts.map((accountId) => allChanges(watcher.origin, accountId)))).flat();
      const ended = Date.now();
      let left = await changes();
      const isSettled = async () => {
        left = await changes();
        return left.every(({ outcome }) => outcome !== 'PENDING');
      };
      const broken: string[] = [];
      await until('all changes are settled', settledWithinMs, isSettled).catch(() => {
        const open = left.filter(({ outcome }) => outcome === 'PENDING');
        broken.push(
          `${open.length} changes are unsettled after 60 s: ${open.slice(0, 3).map(({ id, reason }) => `${id} (${reason})`)}`,
        );
      });
      const settledAfterMs = Date.now() - ended;

      const verified = await send(watcher.origin, 'GET', '/v1/audit/verification');
      if ((verified.body as { ok?: boolean }).ok !== true)
        broken.push(`the log does not verify: ${JSON.stringify(verified.body)}`);
      const judged = judge({ writes: stage.writes(), changes: left });
      broken.push(...judged.broken);
      for (const answer of tally.acknowledged) {
        const told = changeOf(answer);
        const found = told && left.find(({ id }) => id === told.id);
        if (told && found?.outcome !== told.outcome)
          broken.push(`the answer said ${told.outcome} for ${told.id}, and the log says ${found?.outcome}`);
        if (answer.status >= 500)
          broken.push(`an answer of ${answer.status}: ${JSON.stringify(answer.body)}`);
      }
      broken.push(
        ...points
          .slice(0, rounds)
          .filter((point) => !tally.hit.get(point))
          .map((point) => `the point was never reached: ${point}`),
      );
      return {
        rounds,
        faults: [...tally.hit.values()].reduce((sum, times) => sum + times, 0),
        figures: {
          ...Object.fromEntries(points.map((point) => [`killed when ${point}`, tally.hit.get(point) ?? 0])),
          'writes that AWS took': world.ledger().length,
          '… matched by AWS request ID': judged.byRequestId,
          '… answer lost, matched by effect': judged.byEffect,
          'changes in the log': left.length,
          ...outcomes(left),
          'callers answered / cut off': `${tally.acknowledged.length} / ${tally.lost}`,
          'all settled after the last kill': `${settledAfterMs} ms`,
        },
        broken,
      };
    } finally {
      await stage.close();
    }
  },
};

/** The number of changes by outcome. */
export function outcomes(changes: { outcome: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of changes) counts[`… ${outcome}`] = (counts[`… ${outcome}`] ?? 0) + 1;
  return counts;
}
