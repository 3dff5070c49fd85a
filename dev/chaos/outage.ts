import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { awaitLater } from '#dev/await-later.ts';
import { type Answer, allChanges, send } from './client.ts';
import { judge } from './judge.ts';
import type { Victim } from './postgres.ts';
import type { Random } from './random.ts';
import type { Row } from './row.ts';
import { roleName, type Stage, startStage } from './stage.ts';
import { until } from './waiting.ts';

/** One way in which PostgreSQL fails, and how it is repaired. */
interface Mode {
  begin(victim: Victim): Promise<void> | void;
  /**
   * Repairs what an operator would. After that the service must recover by itself. Answers any further
   * repair.
   */
  end(victim: Victim): Promise<string | undefined> | Promise<void> | void;
  /** The size of a separate file system in MB, for the mode that fills it. */
  tmpfsMegabytes?: number;
  /**
   * On a full disk a small entry may still fit into an existing page. Then the change is recorded, and made.
   */
  mayCommit?: boolean;
}

const ballast = (victim: Victim) => join(victim.directory, 'ballast');
const reconnect =
  'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL';

const modes: Record<string, Mode> = {
  killed: { begin: (victim) => victim.kill(), end: (victim) => victim.restart() },
  stopped: { begin: (victim) => victim.pause(), end: (victim) => victim.resume() },
  'read-only': {
    async begin(victim) {
      await victim.sql('ALTER DATABASE postgres SET default_transaction_read_only = on');
      await victim.sql(reconnect);
    },
    async end(victim) {
      await victim.sql('ALTER DATABASE postgres RESET default_transaction_read_only');
      await victim.sql(reconnect);
    },
  },
  'out of disk': {
    tmpfsMegabytes: 160,
    mayCommit: true,
    begin(victim) {
      // PostgreSQL keeps using and freeing space, so the free space is filled repeatedly.
      for (let left = 100, taken = 0; left > 0; left -= 1) {
        const { bavail, bsize } = statfsSync(victim.directory);
        if (bavail === 0) return;
        taken += bavail * bsize;
        const { status } = spawnSync('fallocate', ['-l', String(taken), ballast(victim)]);
        if (status !== 0) taken = existsSync(ballast(victim)) ? statSync(ballast(victim)).size : 0;
      }
      throw new Error('the disk could not be filled');
    },
    async end(victim) {
      rmSync(ballast(victim));
      if (victim.isRunning()) return undefined;
      await victim.restart();
      return 'PostgreSQL had given up, and was started again';
    },
  },
};

const workers = 6;
/** Writes sent while PostgreSQL is out. Each is for its own role, so that none waits for another. */
const probes = { everyMs: 400, accountId: '250000000099' };
const outageMs = 7000;
const warmUpMs = 1500;
/** The promised time, and the slack of a harness that shares two cores with PostgreSQL and two replicas. */
const answerMs = 2000;
const slackMs = 500;
const recoveryMs = 30_000;

interface Call {
  at: number;
  what: 'write' | 'check' | 'health' | 'readiness';
  answer: Answer;
}

/** Writes and reads until stopped. Every worker has its own role, and uses one of the replicas. */
async function load(
  origins: string[],
  accounts: string[],
  calls: Call[],
  isOver: () => boolean,
): Promise<void> {
  const worker = async (i: number) => {
    const origin = origins[i % origins.length] ?? '';
    const role = `/v1/accounts/${accounts[i]}/execution-roles/${roleName}`;
    for (let turn = 0; !isOver(); turn += 1) {
      const name = `c${turn >> 1}`;
      const at = Date.now();
      const answer =
        turn % 2 === 0
          ? await send(origin, 'POST', `${role}/extend`, { clusters: [{ region: 'us-west-2', name }] })
          : await send(origin, 'DELETE', `${role}/clusters/us-west-2/${name}`);
      calls.push({ at, what: 'write', answer });
      await pause(20);
    }
  };
  const reader = async (origin: string) => {
    for (; !isOver(); await pause(100)) {
      const at = Date.now();
      const role = `/v1/accounts/${accounts[0]}/execution-roles/${roleName}`;
      calls.push({
        at,
        what: 'check',
        answer: await send(origin, 'GET', `${role}/check?cluster=us-west-2/first`),
      });
      calls.push({ at, what: 'health', answer: await send(origin, 'GET', '/healthz') });
      const askedAt = Date.now();
      calls.push({ at: askedAt, what: 'readiness', answer: await send(origin, 'GET', '/readyz') });
    }
  };
  await Promise.all([...accounts.map((_, i) => worker(i)), ...origins.map(reader)]);
}

const probeRole = (n: number) => `probe-${n}`;

/** Requests writes at a steady rate until `until`. Answers the requests in flight. */
async function probe(origins: string[], calls: Call[], until: number): Promise<Promise<void>[]> {
  const sent: Promise<void>[] = [];
  for (; Date.now() < until; await pause(probes.everyMs))
    for (const origin of origins) {
      const at = Date.now();
      const path = `/v1/accounts/${probes.accountId}/execution-roles/${probeRole(sent.length)}/extend`;
      const answer = send(origin, 'POST', path, { clusters: [{ region: 'us-west-2', name: 'probed' }] });
      sent.push(awaitLater(answer.then((answer) => void calls.push({ at, what: 'write', answer }))));
    }
  return sent;
}

/** One outage under load. */
async function strike(
  name: string,
  mode: Mode,
  random: Random,
  say: (line: string) => void,
): Promise<{ figures: Record<string, number | string>; broken: string[] }> {
  let stage: Stage;
  try {
    stage = await startStage({
      random,
      durable: true,
      ...(mode.tmpfsMegabytes && { tmpfsMegabytes: mode.tmpfsMegabytes }),
    });
  } catch (error) {
    if (mode.tmpfsMegabytes === undefined) throw error;
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return { figures: { [`${name}: SKIPPED, as no tmpfs could be mounted (${why})`]: '' }, broken: [] };
  }
  try {
    const origins = (await Promise.all([stage.replica(), stage.replica()])).map(({ origin }) => origin);
    const accounts = Array.from({ length: workers }, (_, i) => String(250000000001 + i));
    for (const accountId of accounts) {
      stage.account(accountId, ['first']);
      await stage.register(origins[0] ?? '', accountId);
    }
    stage.account(probes.accountId, []);
    await stage.register(origins[0] ?? '', probes.accountId);
    for (let n = 0; n < (2 * outageMs) / probes.everyMs; n += 1)
      stage.role(probes.accountId, probeRole(n), ['first']);
    const calls: Call[] = [];
    let isOver = false;
    const running = awaitLater(load(origins, accounts, calls, () => isOver));
    await pause(warmUpMs + random.between(0, 500));
    await mode.begin(stage.postgres);
    const began = Date.now();
    const sent = await probe(origins, calls, Date.now() + outageMs);
    const ended = Date.now();
    const done = await mode.end(stage.postgres);
    const restored = Date.now();
    if (done) say(`${name}: ${done}`);
    const broken: string[] = [];
    const isBack = ({ at, what, answer }: Call) =>
      what === 'write' && at + answer.ms > restored && answer.status === 200;
    const recovered = () => calls.some(isBack);
    await until(`writes succeed again after ${name}`, recoveryMs, recovered).catch((error: Error) =>
      broken.push(error.message),
    );
    const back = calls.find(isBack);
    const backMs = back ? back.at + back.answer.ms - restored : 'never';
    await pause(500);
    isOver = true;
    await Promise.all([running, ...sent]);

    const read = async () =>
      (
        await Promise.all(
          [...accounts, probes.accountId].map((accountId) => allChanges(origins[0] ?? '', accountId)),
        )
      ).flat();
    const started = Date.now();
    let changes = await read();
    await until('all changes are settled', 60_000, async () => {
      changes = await read();
      return changes.every(({ outcome }) => outcome !== 'PENDING');
    }).catch(() =>
      broken.push(
        `${name}: ${changes.filter(({ outcome }) => outcome === 'PENDING').length} changes are unsettled after 60 s`,
      ),
    );
    const settledMs = Date.now() - started;

    const writes = stage.writes();
    const judged = judge({ writes, changes });
    broken.push(...judged.broken.map((one) => `${name}: ${one}`));
    const meanwhile = writes.filter(({ at }) => at > began && at <= ended);
    // A write with an intent from before the outage is recorded: it may still have been in flight.
    const isOwed = (at: string | undefined) => at !== undefined && Date.parse(at) <= began;
    const unowed = meanwhile.filter(({ seq }) => !isOwed(judged.owners.get(seq)?.at));
    if (unowed.length > 0 && !mode.mayCommit)
      broken.push(`${name}: ${unowed.length} writes that AWS took while PostgreSQL was out`);

    // Requests that were sent during the outage and had to be answered before its end.
    const during = calls.filter(({ at }) => at > began && at < ended - answerMs - slackMs);
    const asked = during.filter(({ what }) => what === 'write');
    const refused = asked.filter(
      ({ answer }) => answer.status === 503 && answer.code === 'AUDIT_UNAVAILABLE',
    );
    const other = asked.filter(
      (call) =>
        !refused.includes(call) && !(mode.mayCommit && call.answer.status > 0 && call.answer.status < 500),
    );
    const slowest = Math.max(0, ...refused.map(({ answer }) => answer.ms));
    if (asked.length === 0) broken.push(`${name}: no write was requested while PostgreSQL was out`);
    if (refused.length === 0) broken.push(`${name}: no write was refused with AUDIT_UNAVAILABLE`);
    for (const { answer } of other.slice(0, 2))
      broken.push(
        `${name}: of ${other.length} such, a write was answered ${answer.status} ${answer.code} after ${answer.ms} ms`,
      );
    const late = refused.filter(({ answer }) => answer.ms > answerMs + slackMs);
    if (late.length > 0)
      broken.push(
        `${name}: ${late.length} of ${refused.length} refusals took more than ${answerMs} + ${slackMs} ms, the slowest ${slowest} ms`,
      );
    // The result of a test write is cached for a second.
    const looks = during.filter(({ what, at }) => what === 'readiness' && at > began + 1000);
    const unready = looks.filter(({ answer }) => answer.status === 503);
    if (looks.length === 0) broken.push(`${name}: readiness was not checked while PostgreSQL was out`);
    if (unready.length < looks.length)
      broken.push(
        `${name}: ${looks.length - unready.length} of ${looks.length} requests of /readyz found a replica ready`,
      );
    const reads = during.filter(({ what }) => what === 'check' || what === 'health');
    const failed = reads.filter(({ answer }) => answer.status !== 200);
    for (const { what, answer } of failed.slice(0, 1))
      broken.push(
        `${name}: of ${failed.length} such in ${reads.length}, a ${what} was answered ${answer.status} ${answer.code}`,
      );
    if (name === 'killed' && refused.length === 0) broken.push('killed: no write was refused meanwhile');
    return {
      figures: {
        [`${name}: writes requested meanwhile`]: asked.length,
        [`${name}: … 503 AUDIT_UNAVAILABLE`]: refused.length,
        [`${name}: … slowest of them`]: `${slowest} ms`,
        [`${name}: IAM writes meanwhile without a committed intent`]: meanwhile.filter(
          ({ seq }) => !judged.owners.has(seq),
        ).length,
        [`${name}: IAM writes meanwhile on an intent committed before`]: meanwhile.length - unowed.length,
        ...(mode.mayCommit && {
          [`${name}: IAM writes meanwhile on an intent that found room`]: unowed.length,
        }),
        [`${name}: checks and health answered 200`]: `${reads.length - failed.length} of ${reads.length}`,
        [`${name}: /readyz answered 503`]: `${unready.length} of ${looks.length}`,
        [`${name}: first write again after the end`]: typeof backMs === 'number' ? `${backMs} ms` : backMs,
        [`${name}: all settled after the load`]: `${settledMs} ms`,
        [`${name}: writes that AWS took in all`]: writes.length,
      },
      broken,
    };
  } finally {
    await stage.close();
  }
}

export const outage: Row = {
  promise: `PostgreSQL killed, stopped, full or read-only under load: 0 IAM writes meanwhile, 503 within 2 s (+ ${slackMs} ms for this machine), recovery by itself`,
  quick: 1,
  short: 4,
  long: 40,
  async run({ random, rounds, say }) {
    const figures: Record<string, number | string> = {};
    const broken: string[] = [];
    const names = Object.keys(modes);
    for (let round = 0; round < rounds; round += 1) {
      const name = names[round % names.length] ?? '';
      const mode = modes[name];
      if (!mode) throw new Error(`no mode ${name}`);
      const result = await strike(name, mode, random.fork(`${round}`), say);
      Object.assign(figures, result.figures);
      broken.push(...result.broken);
    }
    return { rounds, faults: rounds, figures, broken };
  },
};
