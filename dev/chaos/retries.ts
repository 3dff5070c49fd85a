import { setTimeout as pause } from 'node:timers/promises';
import { awaitLater } from '#dev/await-later.ts';
import { type Answer, allChanges, changeOf, send } from './client.ts';
import { judge } from './judge.ts';
import type { Random } from './random.ts';
import type { Row } from './row.ts';
import { roleName, startStage, type WatchedReplica } from './stage.ts';
import { until } from './waiting.ts';

const replicas = 3;
/** Number of keys in use at the same time. */
const lanes = 4;
const patienceMs = 60_000;

/** One request under one key. */
interface Order {
  key: string;
  method: string;
  path: string;
  body: unknown;
}

/** Is the answer final, so that a caller stops retrying? */
const isFinal = ({ status, code }: Answer) =>
  status !== 0 &&
  status < 500 &&
  code !== 'ROLE_BUSY' &&
  code !== 'IDEMPOTENCY_IN_FLIGHT' &&
  code !== 'AWS_THROTTLED';

/** The part of an answer that must be the same each time. A problem also has the ID of its own request. */
const told = ({ status, code, body }: Answer) => JSON.stringify([status, status < 300 ? body : code]);

/** Sends the order to any replica until the answer is final. Sometimes the caller hangs up. */
async function insist(
  fleet: (WatchedReplica | null)[],
  order: Order,
  random: Random,
  tally: Record<string, number>,
): Promise<Answer> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const target = random.oneOf(fleet) ?? fleet.find((one) => one !== null);
    const patience = random.next() < 0.2 ? random.between(5, 80) : 30_000;
    const answer: Answer = target
      ? await send(target.origin, order.method, order.path, order.body, {
          headers: { 'idempotency-key': order.key },
          patienceMs: patience,
        })
      : { status: 0, code: null, body: null, retryAfterMs: null, ms: 0 };
    const kind = answer.status === 0 ? 'no answer' : `${answer.status} ${answer.code ?? ''}`.trim();
    tally[kind] = (tally[kind] ?? 0) + 1;
    if (isFinal(answer) || Date.now() > deadline) return answer;
    // Shorter than Retry-After: an impatient caller must do no harm either.
    await pause(random.between(10, 300));
  }
}

export const retries: Row = {
  promise: `retries, crashes and duplicates under one Idempotency-Key over ${replicas} replicas: one effect, the same answer`,
  quick: 12,
  short: 60,
  long: 1000,
  async run({ random, rounds, say }) {
    const stage = await startStage({ random: random.fork('aws') });
    try {
      const { world } = stage.aws;
      await stage.warmUp();
      const fleet: (WatchedReplica | null)[] = await Promise.all(
        Array.from({ length: replicas }, () => stage.replica()),
      );
      const accounts = Array.from({ length: lanes }, (_, i) => String(260000000001 + i));
      for (const accountId of accounts) {
        stage.account(accountId, ['first']);
        await stage.register(fleet[0]?.origin ?? '', accountId);
      }
      const broken: string[] = [];
      const tally: Record<string, number> = {};
      let kills = 0;
      const starting: Promise<void>[] = [];
      /** Kills one replica and starts another. At least one stays. */
      const strike = async (slot: number) => {
        const victim = fleet[slot];
        if (!victim || fleet.filter((one) => one !== null).length < 2) return;
        fleet[slot] = null;
        kills += 1;
        await victim.kill();
        fleet[slot] = await stage.replica();
      };

      let sent = 0;
      const lane = async (accountId: string, number: number) => {
        const chance = random.fork(accountId);
        const roles = `/v1/accounts/${accountId}/execution-roles`;
        for (let round = number; round < rounds; round += lanes) {
          const clusters = [{ region: 'us-west-2', name: `c${round}` }];
          const key = `${accountId}-${round}`;
          const order: Order =
            chance.next() < 0.3
              ? { key, method: 'POST', path: roles, body: { roleName: `made-${round}`, clusters } }
              : chance.next() < 0.5
                ? { key, method: 'PUT', path: `${roles}/${roleName}/clusters/us-west-2/c${round}`, body: {} }
                : { key, method: 'POST', path: `${roles}/${roleName}/extend`, body: { clusters } };
          const copies = chance.between(1, 4);
          if (chance.next() < 0.5) {
            await until('all replicas are there again', patienceMs, () => fleet.every((one) => one !== null));
            // An order takes some 50 to 150 ms.
            const [delay, slot] = [chance.between(0, 120), chance.between(0, replicas - 1)];
            starting.push(awaitLater(pause(delay).then(() => strike(slot))));
          }
          const answers = await Promise.all(
            Array.from({ length: copies }, async (_, i) => {
              const own = chance.fork(`${key}/${i}`);
              await pause(own.between(0, 60));
              sent += 1;
              return insist(fleet, order, own, tally);
            }),
          );
          // Repeat the request at the end: the answer is stored.
          answers.push(await insist(fleet, order, chance.fork(`${key}/again`), tally));
          const distinct = new Set(answers.map(told));
          if (distinct.size > 1)
            broken.push(
              `${order.method} ${order.path} under ${key}: ${distinct.size} different answers: ${[...distinct].map((one) => one.slice(0, 300)).join(' / ')}`,
            );
          const [first] = answers;
          if (first && (first.status === 0 || first.status >= 300))
            broken.push(
              `${order.method} ${order.path} under ${key}: ${first.status} ${JSON.stringify(first.body).slice(0, 300)}`,
            );
          else if (first && changeOf(first) === null)
            broken.push(`${order.method} ${order.path} under ${key}: an answer without its change`);
        }
      };
      await Promise.all(accounts.map(lane));
      await Promise.all(starting);
      const alive = fleet.find((one) => one !== null);
      if (!alive) throw new Error('no replica is left');
      const read = async () =>
        (await Promise.all(accounts.map((accountId) => allChanges(alive.origin, accountId)))).flat();
      let changes = await read();
      await until('all changes are settled', 60_000, async () => {
        changes = await read();
        return changes.every(({ outcome }) => outcome !== 'PENDING');
      }).catch(() => broken.push('changes are unsettled after 60 s'));
      say(`${rounds} orders, ${kills} replicas killed under them`);
      const judged = judge({ writes: stage.writes(), changes });
      broken.push(...judged.broken);
      const unkeyed = changes.filter(({ idempotencyKey }) => idempotencyKey === null);
      if (unkeyed.length > 0)
        broken.push(`${unkeyed.length} changes without the key that they were asked for under`);
      if (kills === 0) broken.push('no replica was killed');
      if (changes.length !== rounds) broken.push(`${changes.length} changes in the log for ${rounds} orders`);
      return {
        rounds,
        faults: kills + sent,
        figures: {
          'replicas killed': kills,
          'callers, duplicates included': sent,
          ...Object.fromEntries(Object.entries(tally).map(([kind, times]) => [`… answered ${kind}`, times])),
          'writes that AWS took': world.ledger().length,
          'changes in the log': changes.length,
        },
        broken,
      };
    } finally {
      await stage.close();
    }
  },
};
