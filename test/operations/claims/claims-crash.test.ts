import { AsyncLocalStorage } from 'node:async_hooks';
import fc from 'fast-check';
import t from 'tap';
import { Fault } from '#src/fault.ts';
import type { Deps } from '#src/operations/call/deps.ts';
import { recover } from '#src/operations/changes/recover.ts';
import { operations } from '#src/operations/index.ts';
import type { LoggedEntry } from '#src/schema/audit.ts';
import type { ChangeBody } from '#src/schema/change.ts';
import { openTestDatabase } from '#test/support/database.ts';
import { callerOf } from '#test/support/scripted-aws.ts';
import { type Parts, roleName, startService, type TestAccount } from '#test/support/service.ts';

// Two claimants, one line: every order of PUT, DELETE and crash, on two replicas at once. While a claim is
// there the cluster is covered; the line goes with the last claim.

/** The points at which a process dies. */
const points = [
  'before the intent',
  'after the intent',
  'before the write',
  'after the write',
  'before the outcome',
  'after the outcome',
] as const;
type Point = (typeof points)[number];

/** A request in a process that can die at a point. */
interface Life {
  point: Point | null;
  died: PromiseWithResolvers<void>;
  isDead: boolean;
}
const lives = new AsyncLocalStorage<Life>();
const forever = () => new Promise<never>(() => {});

/** If the process of this request dies at that point, it stops there for ever. */
async function pass(point: Point): Promise<void> {
  const life = lives.getStore();
  if (!life || (life.point !== point && !life.isDead)) return;
  life.isDead = true;
  life.died.resolve();
  await forever();
}

/** Runs `work` between two points. */
const between =
  <A extends unknown[], T>(before: Point, work: (...args: A) => Promise<T>, after: Point) =>
  async (...args: A): Promise<T> => {
    await pass(before);
    const result = await work(...args);
    await pass(after);
    return result;
  };

/** Dependencies whose process can die: its lock ends with it, and its work stops. */
const mortal = ({ ledger, roles, locks, ...parts }: Parts): Parts => ({
  ...parts,
  // A minute later than the log's own clock: what a dead process left behind can be settled at once.
  now: () => new Date(Date.now() + parts.staleMs),
  ledger: {
    ...ledger,
    open: between('before the intent', ledger.open, 'after the intent'),
    settle: between('before the outcome', ledger.settle, 'after the outcome'),
  },
  roles: { ...roles, write: between('before the write', roles.write, 'after the write') },
  locks: {
    ...locks,
    whileHolding: (accountId, name, run, waitMs) =>
      new Promise((resolve, reject) => {
        const life = lives.getStore();
        const held = locks.whileHolding(
          accountId,
          name,
          (lock) => {
            const running = run(lock);
            running.then(resolve, reject);
            return Promise.race([running, ...(life ? [life.died.promise] : [])]);
          },
          waitMs,
        );
        held.catch(reject);
      }),
  },
});

let parts = {} as Parts;
const service = await startService(t, {
  deps: (real) => {
    parts = mortal(real);
    return {};
  },
});
const other = openTestDatabase({ url: service.databaseUrl, timeoutMs: 20_000 });
t.teardown(() => other.close());
const log = { info: () => {}, error: (details: object, message: string) => console.error(message, details) };
const replicas: Deps[] = [
  { ...parts, log },
  {
    ...mortal({
      ...parts,
      ledger: other.ledger,
      locks: other.locks,
      claims: other.claims,
      accounts: other.accounts,
    }),
    now: parts.now,
    log,
  },
];

interface Step {
  who: 'a' | 'b';
  verb: 'PUT' | 'DELETE' | 'DELETE of the wide line';
  point: Point | null;
  replica: number;
}
interface Told {
  step: Step;
  /** Null: its process died. */
  answer: { kind: string | null; lineKept: string | null } | { code: string } | null;
}

async function send({ accountId }: TestAccount, step: Step): Promise<Told> {
  const deps = replicas[step.replica] as Deps;
  const life: Life = { point: step.point, died: Promise.withResolvers(), isDead: false };
  const line = { accountId, roleName, region: 'us-west-2', claimant: step.who };
  const request = async (): Promise<Told['answer']> => {
    try {
      const { change, lineKept } = await (step.verb === 'PUT'
        ? operations.extendExecutionRole.call(
            deps,
            {
              accountId,
              roleName,
              clusters: [{ region: 'us-west-2', name: 'w1' }],
              claim: true,
              claimant: step.who,
            },
            callerOf(step.who),
          )
        : operations.retractCluster.call(
            deps,
            { ...line, name: step.verb === 'DELETE' ? 'w1' : '*' },
            callerOf(step.who),
          ));
      return { kind: change?.kind ?? null, lineKept };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return { code: error.code };
    }
  };
  const answer = await lives.run(life, () => Promise.race([request(), life.died.promise.then(() => null)]));
  return { step, answer };
}

/** The claimants of w1 by the log, without the database's own logic. */
function claimsIn(entries: LoggedEntry[], accountId: string): string[] {
  const claims = new Map<string, string>();
  for (const { body } of entries) {
    const { id, kind, outcome, claimant, accountId: of, clusters } = JSON.parse(body) as ChangeBody;
    if (of !== accountId || !claimant || clusters[0]?.name !== 'w1') continue;
    const isRelease = kind === 'RETRACT' || kind === 'RELEASE';
    if (!isRelease && outcome === 'PENDING' && !claims.has(claimant)) claims.set(claimant, id);
    if (!isRelease && outcome === 'FAILED' && claims.get(claimant) === id) claims.delete(claimant);
    if (isRelease && outcome === 'SUCCEEDED') claims.delete(claimant);
  }
  return [...claims.keys()].sort();
}

async function entriesAfter(seq: number): Promise<LoggedEntry[]> {
  const entries: LoggedEntry[] = [];
  for await (const batch of parts.ledger.entries({ from: seq + 1 })) entries.push(...batch);
  return entries;
}

/** Waits until no change is open: the lock of a dead process ends a moment later. */
async function settled(x: TestAccount): Promise<void> {
  for (let tries = 0; tries < 1000; tries += 1) {
    await recover({ ...parts, log });
    if ((await parts.ledger.unsettled({ accountId: x.accountId, roleName })).length === 0) return;
    await new Promise(setImmediate);
  }
}

async function play(rounds: Step[][], isWide: boolean): Promise<string[]> {
  const x = await service.account();
  x.seed(isWide ? ['first', '*'] : ['first']);
  const broken: string[] = [];
  const [newest] = (await parts.ledger.list({}, { limit: 1 })).items;
  for (const [i, round] of rounds.entries()) {
    const told = await Promise.all(round.map((step) => send(x, step)));
    await settled(x);
    const where = `round ${i}: ${JSON.stringify(told)}`;
    const expect = (holds: boolean, what: string) => void (holds || broken.push(`${what}, after ${where}`));
    const open = await parts.ledger.unsettled({ accountId: x.accountId, roleName });
    expect(open.length === 0, `${open.length} changes are open`);
    const claims = (await parts.claims.ofRole(x.accountId, roleName)).map(({ claimant }) => claimant).sort();
    const lines = [x.line('w1'), x.line('*')].map((line) => x.trust().includes(line));
    const [hasOwn, hasWide] = lines;
    expect(claims.length === 0 || lines.includes(true), `${claims} claim what is not covered`);
    expect(claims.length > 0 || !hasOwn, 'the line is there without a claim');
    expect(
      `${claims}` === `${claimsIn(await entriesAfter(newest?.settles ?? newest?.seq ?? 0), x.accountId)}`,
      `${claims} is not what the log says`,
    );
    for (const { step, answer } of told) {
      const isAlone = round.every(
        (one) => one === step || one.who !== step.who || one.verb === step.verb || one.verb.includes('wide'),
      );
      if (answer && 'code' in answer)
        expect(
          (step.verb !== 'PUT' && ['CLUSTER_CLAIMED', 'CLUSTER_NOT_LISTED'].includes(answer.code)) ||
            answer.code === 'ROLE_BUSY',
          `${step.verb} was answered ${answer.code}`,
        );
      else if (answer && step.verb === 'PUT')
        expect(!isAlone || claims.includes(step.who), `${step.who} was told that its claim is kept`);
      else if (answer && step.verb === 'DELETE') {
        expect(!isAlone || !claims.includes(step.who), `${step.who} was told that its claim has ended`);
        expect(answer.lineKept !== 'LAST_CLUSTER', 'it was not the last line');
        if (round.length === 1)
          expect((answer.kind === 'RETRACT') === !hasOwn || hasWide === true, `it was told ${answer.kind}`);
      } else if (answer && round.length === 1)
        expect(claims.length === 0 && !hasWide, 'the wide line went, or nobody needed it');
    }
  }
  return broken;
}

const step = (verbs: Step['verb'][]) =>
  fc.record({
    who: fc.constantFrom('a' as const, 'b' as const),
    verb: fc.constantFrom(...verbs),
    point: fc.option(fc.constantFrom(...points), { freq: 2 }),
    replica: fc.nat(1),
  });
const roundsOf = (verbs: Step['verb'][]) =>
  fc.array(fc.array(step(verbs), { minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 6,
    size: 'max',
  });

for (const isWide of [false, true])
  t.test(isWide ? 'beside a wide line' : 'a line of its own', async (t) => {
    const verbs: Step['verb'][] = ['PUT', 'DELETE', ...(isWide ? ['DELETE of the wide line' as const] : [])];
    await fc.assert(
      fc.asyncProperty(roundsOf(verbs), async (rounds) => {
        const broken = await play(rounds, isWide);
        if (broken.length > 0) throw new Error(broken.join('\n'));
      }),
      { numRuns: 12, endOnFailure: false },
    );
    t.match(await parts.audit.verify(), { ok: true });
  });

t.test('one after the other, with a crash at every point', async (t) => {
  const steps = (['PUT', 'DELETE'] as const).flatMap((verb) =>
    (['a', 'b'] as const).map((who) => ({ verb, who })),
  );
  for (const point of points)
    await Promise.all(
      (['PUT', 'DELETE'] as const).flatMap((first) =>
        steps.map(async (second) => {
          const rounds: Step[] = [
            { who: 'a', verb: 'PUT', point: null, replica: 0 },
            { who: 'a', verb: first, point, replica: 0 },
            { ...second, point: null, replica: 1 },
            { who: 'a', verb: 'DELETE', point: null, replica: 0 },
            { who: 'b', verb: 'DELETE', point: null, replica: 1 },
          ];
          const broken = await play(
            // The PUT that dies comes first.
            rounds.slice(first === 'PUT' ? 1 : 0).map((one) => [one]),
            false,
          );
          t.same(broken, [], `${first} dies ${point}, then comes ${second.verb} of ${second.who}`);
        }),
      ),
    );
});
