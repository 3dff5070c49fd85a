import { setTimeout as pause } from 'node:timers/promises';
import { awaitLater } from '#dev/await-later.ts';
import type { Claim } from '#src/schema/claim.ts';
import { type Answer, allChanges, changeOf, send } from './client.ts';
import { outcomes } from './crash.ts';
import { judge, linesOf } from './judge.ts';
import type { Random } from './random.ts';
import type { Row } from './row.ts';
import { lineOf, type Stage, startStage, type WatchedReplica } from './stage.ts';
import { until, within } from './waiting.ts';

/** The points at which a replica is killed. */
const points = [
  'before the intent is committed',
  'after the intent is committed',
  'before AWS takes the write',
  'after AWS took the write',
  'before the outcome is committed',
  'after the outcome is committed',
  'any moment',
] as const;
type Point = (typeof points)[number];

const accountId = '230000000001';
const haste = 20;
const settledWithinMs = 60_000;
const claimants = ['a', 'b'] as const;
type Claimant = (typeof claimants)[number];
type Verb = 'PUT' | 'DELETE';
const verbs: Verb[] = ['PUT', 'DELETE'];
const roleOf = (round: number) => `claimed-${round}`;

/** The request of a claimant and its answer. Without an answer its replica was killed. */
interface Asked {
  verb: Verb;
  answer: Answer;
}

/** Kills the replica when its change of the role reaches this point. */
function aim(
  stage: Stage,
  replica: WatchedReplica,
  roleName: string,
  point: Point,
): { isHit: () => boolean } {
  let isHit = false;
  // Between intent and outcome the lock of the role prevents the other replica from writing.
  let isWriting = false;
  const strike = async (at: Point): Promise<boolean> => {
    if (at !== point || isHit) return false;
    isHit = true;
    await replica.kill();
    return true;
  };
  const commits = {
    intent: { before: 'before the intent is committed', after: 'after the intent is committed' },
    outcome: { before: 'before the outcome is committed', after: 'after the outcome is committed' },
  } as const;
  replica.proxy.onCommit(async ({ kind, when }) => {
    if (when === 'after' || kind === 'outcome') isWriting = kind === 'intent';
    return (await strike(commits[kind][when])) ? 'cut' : undefined;
  });
  stage.aws.world.onCall(async ({ action, when, roleName: name, accountId: of }) => {
    if (!isWriting || of !== accountId || name !== roleName || /^iam:(Get|List)/.test(action))
      return undefined;
    return (await strike(when === 'before' ? 'before AWS takes the write' : 'after AWS took the write'))
      ? 'reset'
      : undefined;
  });
  return { isHit: () => isHit };
}

/** Repeats the request while the role is busy, as a caller does. */
async function ask(
  replica: WatchedReplica,
  roleName: string,
  claimant: Claimant,
  verb: Verb,
  isOver: () => boolean,
): Promise<Asked> {
  const path = `/v1/accounts/${accountId}/execution-roles/${roleName}/clusters/us-west-2/w1?claimant=${claimant}`;
  for (const deadline = Date.now() + settledWithinMs; ; ) {
    const answer = await send(replica.origin, verb, path, verb === 'PUT' ? {} : undefined);
    if (answer.code !== 'ROLE_BUSY' || isOver() || Date.now() > deadline) return { verb, answer };
    await pause(answer.retryAfterMs ?? 200);
  }
}

/**
 * Both claimants at once, each through its own replica. The first replica is killed at the point. Answers the
 * replica that replaces it.
 */
async function round(
  stage: Stage,
  replicas: WatchedReplica[],
  roleName: string,
  point: Point,
  random: Random,
  seen: Record<Claimant, Asked[]>,
) {
  const [doomed, other] = replicas as [WatchedReplica, WatchedReplica];
  const order = random.next() < 0.5 ? claimants : claimants.toReversed();
  const [first, second] = order as [Claimant, Claimant];
  const say = (claimant: Claimant, replica: WatchedReplica, verb: Verb, isOver = () => false) =>
    ask(replica, roleName, claimant, verb, isOver).then((asked) => void seen[claimant].push(asked));
  // In half of the rounds somebody claims the line first.
  if (random.next() < 0.5) await say(random.oneOf(claimants), other, 'PUT');
  const aimed = aim(stage, doomed, roleName, point);
  const asking = awaitLater(
    Promise.all([
      say(first, doomed, random.oneOf(verbs), aimed.isHit),
      say(second, other, random.oneOf(verbs)),
    ]),
  );
  if (point === 'any moment') await within(random.between(0, 150), asking);
  else await asking;
  const wasHit = aimed.isHit() || point === 'any moment';
  stage.aws.world.onCall(null);
  if (wasHit) await doomed.kill();
  const [replacement] = await Promise.all([wasHit ? stage.replica() : doomed, asking]);
  doomed.proxy.onCommit(() => undefined);
  await Promise.all([say('a', replacement, random.oneOf(verbs)), say('b', other, random.oneOf(verbs))]);
  return { replacement, wasHit };
}

/** The faults of a role, once no change is in flight. */
function faultsOf(stage: Stage, roleName: string, held: string[], seen: Record<Claimant, Asked[]>): string[] {
  const isThere = linesOf(JSON.parse(stage.aws.world.role(accountId, roleName)?.trustText ?? '{}')).includes(
    lineOf(accountId, 'w1'),
  );
  const broken: string[] = [];
  if (isThere !== held.length > 0)
    broken.push(`${roleName}: the line is ${isThere ? 'there' : 'gone'}, and ${held.length} claim it`);
  for (const claimant of claimants) {
    const last = seen[claimant].at(-1);
    const { status = 0, code = null } = last?.answer ?? {};
    const expected = last === undefined ? false : status === 0 ? null : last.verb === 'PUT' && status === 200;
    if (expected !== null && expected !== held.includes(claimant))
      broken.push(
        `${roleName}: ${claimant} got ${status} ${code} for its last ${last?.verb}, and ${expected ? 'has no' : 'has a'} claim`,
      );
    for (const { verb, answer } of seen[claimant])
      if (answer.status >= 500 || (verb === 'PUT' && ![0, 200].includes(answer.status)))
        broken.push(
          `${roleName}: ${verb} of ${claimant} was answered ${answer.status}: ${JSON.stringify(answer.body)}`,
        );
  }
  return broken;
}

export const claims: Row = {
  promise:
    'two claimants of one line, kills at every point: the line is there while a claim is, and goes with the last one',
  quick: 4,
  short: 60,
  long: 600,
  async run({ random, rounds, say }) {
    const stage = await startStage({ random: random.fork('aws'), haste, staleSeconds: 60 / haste });
    try {
      await stage.warmUp();
      let replicas = [await stage.replica(), await stage.replica()];
      const watcher = replicas[1] as WatchedReplica;
      stage.account(accountId, ['first']);
      await stage.register(watcher.origin, accountId);
      const played: Record<Claimant, Asked[]>[] = [];
      const hits = new Map<Point, number>();
      for (let i = 0; i < rounds; i += 1) {
        const point = i < points.length ? (points[i] as Point) : random.oneOf(points);
        stage.role(accountId, roleOf(i), ['first']);
        const seen = { a: [], b: [] };
        played.push(seen);
        const { replacement, wasHit } = await round(
          stage,
          replicas,
          roleOf(i),
          point,
          random.fork(`round ${i}`),
          seen,
        );
        replicas = [replacement, watcher];
        if (wasHit) hits.set(point, (hits.get(point) ?? 0) + 1);
        if (i % 10 === 9) say(`${i + 1} of ${rounds} rounds`);
      }
      const broken: string[] = [];
      let changes = await allChanges(watcher.origin, accountId);
      await until('all changes are settled', settledWithinMs, async () => {
        changes = await allChanges(watcher.origin, accountId);
        return changes.every(({ outcome }) => outcome !== 'PENDING');
      }).catch((error: unknown) => broken.push(String(error)));
      for (const [i, seen] of played.entries()) {
        const { body } = await send(
          watcher.origin,
          'GET',
          `/v1/claims?accountId=${accountId}&roleName=${roleOf(i)}`,
        );
        const held = (body as { items: Claim[] }).items.map(({ claimant }) => claimant);
        broken.push(...faultsOf(stage, roleOf(i), held, seen));
      }
      const verified = await send(watcher.origin, 'GET', '/v1/audit/verification');
      if ((verified.body as { ok?: boolean }).ok !== true)
        broken.push(`the log does not verify: ${JSON.stringify(verified.body)}`);
      broken.push(...judge({ writes: stage.writes(accountId), changes }).broken);
      const answers = played.flatMap(({ a, b }) => [...a, ...b]).map(({ answer }) => answer);
      for (const answer of answers) {
        const told = changeOf(answer);
        const found = told && changes.find(({ id }) => id === told.id);
        if (told && found?.outcome !== told.outcome)
          broken.push(`${told.id} was told to be ${told.outcome}, and the log says ${found?.outcome}`);
      }
      return {
        rounds,
        faults: [...hits.values()].reduce((sum, times) => sum + times, 0),
        figures: {
          ...Object.fromEntries(points.map((point) => [`killed ${point}`, hits.get(point) ?? 0])),
          'requests answered / cut off': `${answers.filter(({ status }) => status > 0).length} / ${answers.filter(({ status }) => status === 0).length}`,
          'changes in the log, by kind': '',
          ...kinds(changes),
          'changes in the log, by outcome': '',
          ...outcomes(changes),
        },
        broken,
      };
    } finally {
      await stage.close();
    }
  },
};

function kinds(changes: { kind: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of changes) counts[`… ${kind}`] = (counts[`… ${kind}`] ?? 0) + 1;
  return counts;
}
