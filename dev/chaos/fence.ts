import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, allChanges, changeOf, send } from './client.ts';
import { judge, linesOf } from './judge.ts';
import type { Row } from './row.ts';
import { lineOf, roleName, type Stage, startStage, type WatchedReplica } from './stage.ts';
import { within } from './waiting.ts';

/** The points at which the holder of the lock is stopped. */
const points = ['with the role read', 'with the intent committed', 'with the second look taken'] as const;
type Point = (typeof points)[number];

const settleMs = 30_000;

interface Sleep {
  /** Resolves when it is stopped. */
  asleep: Promise<void>;
}

/**
 * Stops `holder` at `point` of its next change of the account's role. Answers of AWS and PostgreSQL then wait
 * in its sockets.
 */
function stopAt(stage: Stage, holder: WatchedReplica, accountId: string, point: Point): Sleep {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isOpen = false;
  let isDone = false;
  const stop = () => {
    isDone = true;
    holder.pause();
    resolve();
  };
  holder.proxy.onCommit(({ kind, when }) => {
    if (kind !== 'intent' || when !== 'after' || isDone) return undefined;
    isOpen = true;
    if (point === 'with the intent committed') stop();
    return undefined;
  });
  stage.aws.world.onCall((call) => {
    if (call.accountId !== accountId || call.action !== 'iam:GetRole' || call.when !== 'after' || isDone)
      return undefined;
    if (point === 'with the role read' || (point === 'with the second look taken' && isOpen)) stop();
    return undefined;
  });
  return { asleep: promise };
}

export const fence: Row = {
  promise: 'a holder of the lock that is paused while another takes over does not write when it resumes',
  quick: 3,
  short: 6,
  long: 60,
  async run({ random, rounds }) {
    const stage = await startStage({ random: random.fork('aws') });
    try {
      const { world } = stage.aws;
      const holder = await stage.replica();
      const other = await stage.replica();
      const broken: string[] = [];
      const count: Record<string, number> = {};
      const add = (what: string) => {
        count[what] = (count[what] ?? 0) + 1;
      };
      for (let round = 0; round < rounds; round += 1) {
        const point = points[round % points.length] ?? points[0];
        const accountId = String(240000000001 + round);
        const path = `/v1/accounts/${accountId}/execution-roles/${roleName}/extend`;
        const extend = (origin: string, name: string) =>
          send(origin, 'POST', path, { clusters: [{ region: 'us-west-2', name }] });
        stage.account(accountId, ['first']);
        await stage.register(holder.origin, accountId);

        const { asleep } = stopAt(stage, holder, accountId, point);
        const first = extend(holder.origin, 'sleeper');
        // If the point is not reached, the change ends normally.
        const hasSlept = await Promise.race([asleep.then(() => true), first.then(() => false)]);
        if (!hasSlept) {
          add(`never came: ${point}`);
          continue;
        }
        add(`slept ${point}`);
        await stage.postgres.sql(
          'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE client_port = ANY($1)',
          [holder.proxy.ports()],
        );
        const deadline = Date.now() + settleMs;
        let second: Answer = await extend(other.origin, 'other');
        while (second.code === 'ROLE_BUSY' && Date.now() < deadline) {
          await pause(second.retryAfterMs ?? 200);
          second = await extend(other.origin, 'other');
        }
        const taken = world.ledger(accountId).length;
        holder.resume();
        const answer = await within(settleMs, first);
        if (changeOf(second)) add('the other took over');
        else broken.push(`round ${round} (${point}): the other was answered ${second.status} ${second.code}`);
        const late = world.ledger(accountId).slice(taken);
        if (late.length > 0)
          broken.push(
            `round ${round} (${point}): the sleeper wrote after it woke up: ${late.map(({ action }) => action)}`,
          );
        const lines = linesOf(JSON.parse(world.role(accountId, roleName)?.trustText ?? '{}'));
        if (changeOf(second) && !lines.includes(lineOf(accountId, 'other')))
          broken.push(`round ${round} (${point}): the other's line is lost`);
        const change = answer && changeOf(answer);
        add(
          `the sleeper was answered ${answer === undefined ? 'nothing in 30 s' : `${answer.status} ${answer.code ?? change?.outcome ?? ''}`}`,
        );
        if (change && change.outcome !== 'SUCCEEDED')
          broken.push(
            `round ${round} (${point}): the sleeper was answered ${answer.status}, and its change ${change.id} is ${change.outcome}`,
          );
        if (change?.outcome === 'SUCCEEDED' && !lines.includes(lineOf(accountId, 'sleeper')))
          broken.push(`round ${round} (${point}): the sleeper was told SUCCEEDED, and its line is not there`);
        broken.push(
          ...judge({ writes: stage.writes(accountId), changes: await allChanges(other.origin, accountId) })
            .broken,
        );
      }
      return { rounds, faults: rounds, figures: count, broken };
    } finally {
      await stage.close();
    }
  },
};
