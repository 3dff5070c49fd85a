import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, allChanges, changeOf, send } from './client.ts';
import { outcomes } from './crash.ts';
import { judge, linesOf } from './judge.ts';
import type { Random } from './random.ts';
import type { Row } from './row.ts';
import { lineOf, roleName, startStage, type WatchedReplica } from './stage.ts';

const callers = 50;
const replicas = 3;
const staleMs = 60_000;
/**
 * The factor by which AWS's clock runs faster: a read that is a minute old there is three seconds old here.
 */
const haste = 20;
/** How long a caller retries while the role is busy, in ms. */
const patienceMs = 120_000;
/** A trust policy of 2,048 characters has room for some twenty lines, one of 8,192 for all. */
const quotas = [2048, 8192];

interface Caller {
  cluster: string;
  answer: Answer;
  /** The number of ROLE_BUSY answers before this one. */
  busy: number;
}

async function call(
  replica: WatchedReplica,
  accountId: string,
  cluster: string,
  random: Random,
): Promise<Caller> {
  const deadline = Date.now() + patienceMs;
  for (let busy = 0; ; busy += 1) {
    const path = `/v1/accounts/${accountId}/execution-roles/${roleName}/extend`;
    const answer = await send(replica.origin, 'POST', path, {
      clusters: [{ region: 'us-west-2', name: cluster }],
    });
    if (answer.code !== 'ROLE_BUSY' || Date.now() > deadline) return { cluster, answer, busy };
    await pause(answer.retryAfterMs ?? random.between(100, 500));
  }
}

export const race: Row = {
  promise: `${callers} extends of one role at once over ${replicas} replicas, reads up to 60 s old: 0 lost lines, overflow a logged 422`,
  quick: 1,
  short: 2,
  long: 20,
  async run({ random, rounds, say }) {
    const stage = await startStage({
      random: random.fork('aws'),
      haste,
      staleSeconds: staleMs / 1000 / haste,
    });
    try {
      const { world } = stage.aws;
      const all = await Promise.all(Array.from({ length: replicas }, () => stage.replica()));
      const [first] = all;
      if (!first) throw new Error('no replica');
      const broken: string[] = [];
      const total = { succeeded: 0, overflow: 0, busy: 0, stale: 0, other: 0, lines: 0, slowest: 0 };
      const counts: Record<string, number> = {};
      for (let round = 0; round < rounds; round += 1) {
        const accountId = String(220000000001 + round);
        const quota = quotas[round % quotas.length] ?? 2048;
        stage.account(accountId, ['first'], quota);
        await stage.register(first.origin, accountId);
        // Every read has a random age: the next read may not show what this one shows.
        world.addFaults({ stale: [{ accountId, minLagMs: 0, lagMs: staleMs }] });
        const started = Date.now();
        const done = await Promise.all(
          Array.from({ length: callers }, (_, i) =>
            call(random.oneOf(all), accountId, `c${i}`, random.fork(`${round}/${i}`)),
          ),
        );
        const took = Date.now() - started;
        total.slowest = Math.max(total.slowest, took);
        say(`round ${round}: ${callers} callers answered in ${took} ms, quota ${quota}`);
        const changes = await allChanges(first.origin, accountId);
        const there = linesOf(JSON.parse(world.role(accountId, roleName)?.trustText ?? '{}'));
        const wanted = [lineOf(accountId, 'first')];
        for (const { cluster, answer, busy } of done) {
          total.busy += busy;
          if (answer.status === 200) {
            total.succeeded += 1;
            wanted.push(lineOf(accountId, cluster));
            const change = changeOf(answer);
            if (change && !changes.some(({ id }) => id === change.id))
              broken.push(`${accountId}: change ${change.id} is not in the log`);
          } else if (answer.code === 'QUOTA_EXCEEDED') {
            total.overflow += 1;
            const id = (answer.body as { changeId?: string }).changeId;
            const logged = changes.find((change) => change.id === id);
            if (
              answer.status !== 422 ||
              logged?.outcome !== 'FAILED' ||
              logged.error?.code !== 'QUOTA_EXCEEDED'
            )
              broken.push(
                `${accountId}: the overflow of ${cluster} (${answer.status}) is not in the log as such: ${id}`,
              );
          } else {
            total.other += 1;
            broken.push(
              `${accountId}: ${cluster} was answered ${answer.status} ${answer.code} after ${busy} × ROLE_BUSY`,
            );
          }
        }
        const lost = wanted.filter((line) => !there.includes(line));
        const extra = there.filter((line) => !wanted.includes(line));
        total.lines += there.length;
        if (lost.length > 0) broken.push(`${accountId}: ${lost.length} lost lines, such as ${lost[0]}`);
        if (extra.length > 0)
          broken.push(
            `${accountId}: ${extra.length} lines of callers who were told otherwise, such as ${extra[0]}`,
          );
        if (quota === 2048 && !done.some(({ answer }) => answer.code === 'QUOTA_EXCEEDED'))
          broken.push(`${accountId}: nothing overflowed`);
        broken.push(...judge({ writes: stage.writes(accountId), changes }).broken);
        for (const [outcome, times] of Object.entries(outcomes(changes)))
          counts[outcome] = (counts[outcome] ?? 0) + times;
      }
      if (total.succeeded === 0) broken.push('no extend succeeded');
      return {
        rounds,
        faults: rounds * callers,
        figures: {
          'extends that succeeded': total.succeeded,
          'extends refused for room (422, in the log)': total.overflow,
          'other answers': total.other,
          '409 ROLE_BUSY answered, and asked again': total.busy,
          'lines in the roles at the end': total.lines,
          'changes in the log, by outcome': '',
          ...counts,
          'slowest round': `${total.slowest} ms`,
        },
        broken,
      };
    } finally {
      await stage.close();
    }
  },
};
