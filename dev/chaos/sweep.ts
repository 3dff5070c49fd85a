import { readFileSync } from 'node:fs';
import pg from 'pg';
import type { SweepResult } from '#src/schema/sweep.ts';
import { send } from './client.ts';
import { outcomes } from './crash.ts';
import { allResults, changesOf, doneOf, type Progress, putFleet, startSweep } from './fleet.ts';
import { judge } from './judge.ts';
import type { Row, RowOptions } from './row.ts';
import { lineOf, roleName, type Stage, startStage } from './stage.ts';
import { until } from './waiting.ts';

/**
 * Below this number of accounts, only a few are worked on at once, so that there is time to kill a replica.
 */
const few = 1000;

/** The peak memory of a process in MB. 0 on systems without /proc. */
function peakOf(pid: number): number {
  const status = process.platform === 'linux' ? readFileSync(`/proc/${pid}/status`, 'utf8') : '';
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}

/** Compares the results with AWS's ledger: each account has one result, one write, and the requested line. */
function brokenIn(stage: Stage, accountIds: string[], results: SweepResult[]): string[] {
  const counts = Map.groupBy(results, ({ accountId }) => accountId);
  const writes = Map.groupBy(stage.writes(), ({ accountId }) => accountId);
  return accountIds.flatMap((accountId) => {
    const [result, ...more] = counts.get(accountId) ?? [];
    const written = writes.get(accountId)?.length ?? 0;
    const isThere = stage.aws.world
      .role(accountId, roleName)
      ?.trustText.includes(lineOf(accountId, 'second'));
    return [
      ...(result === undefined ? [`${accountId} has no result`] : []),
      ...(more.length > 0 ? [`${accountId} has ${more.length + 1} results`] : []),
      ...(written === 1 ? [] : [`${accountId} was written to ${written} times`]),
      ...(isThere ? [] : [`${accountId} does not have the line`]),
      ...(result?.error ? [`${accountId} has an error: ${JSON.stringify(result.error)}`] : []),
    ];
  });
}

export const sweep: Row = {
  promise:
    'of three replicas one is killed and one paused: every account has one result, nothing is written twice',
  quick: 60,
  short: 600,
  long: 10_000,
  async run({ random, rounds, say }: RowOptions) {
    const settings: Record<string, string> = rounds < few ? { SWEEP_CONCURRENCY: '4' } : {};
    const stage = await startStage({ random: random.fork('aws'), settings });
    const client = new pg.Client(stage.postgres.url);
    try {
      await client.connect();
      await stage.warmUp();
      const [first, second, survivor] = await Promise.all([
        stage.replica(),
        stage.replica(),
        stage.replica(),
      ]);
      const accountIds = await putFleet(stage, client, rounds);
      const { id } = await startSweep(survivor.origin, 'EXTEND');
      const doneThen = async (done: number) => (await doneOf(survivor.origin, id, done)).done;
      const killedAfter = await doneThen(rounds / 5);
      await first.kill();
      say(`one replica killed after ${killedAfter} of ${rounds}`);
      const pausedAfter = await doneThen((2 * rounds) / 5);
      second.pause();
      say(`one replica paused after ${pausedAfter}`);
      await doneThen(rounds);
      second.resume();
      const jobs = async () =>
        Number(
          (await client.query("SELECT count(*) FROM pgboss.job WHERE state <> 'completed'")).rows[0]?.count,
        );
      await until('no job is left', 60_000, async () => (await jobs()) === 0);
      await until(
        'the paused replica answers',
        60_000,
        async () => (await send(second.origin, 'GET', '/healthz')).status === 200,
      );
      const peak = peakOf(survivor.pid);
      // A stop waits for all work in flight.
      await Promise.all([second.stop(), survivor.stop()]);
      const witness = await stage.replica();
      const results = await allResults(witness.origin, id);
      const final = (await send(witness.origin, 'GET', `/v1/sweeps/${id}`)).body as Progress;
      const broken = brokenIn(stage, accountIds, results);
      if (final.state !== 'DONE' || final.done !== rounds || final.total !== rounds)
        broken.push(`the sweep ended as ${JSON.stringify(final)}`);
      const changes = await changesOf(witness.origin, accountIds);
      broken.push(...judge({ writes: stage.writes(), changes }).broken);
      const ms = (from: string, to: string | null) =>
        to === null ? Number.NaN : Date.parse(to) - Date.parse(from);
      const retried = (await client.query('SELECT count(*) FROM pgboss.job WHERE retry_count > 0')).rows[0]
        ?.count;
      if (Number(retried) === 0) broken.push('no job of a lost replica was taken up again');
      return {
        rounds,
        faults: 2,
        figures: {
          'results / accounts with an error': `${results.length} / ${final.failed}`,
          'writes that AWS took': stage.writes().length,
          'changes in the log': changes.length,
          ...outcomes(changes),
          'jobs taken up again': Number(retried),
          'first job after': `${ms(final.createdAt, final.startedAt)} ms`,
          'sweep took': `${Math.round(ms(final.createdAt, final.endedAt) / 1000)} s`,
          'most memory of the survivor': `${peak} MB`,
        },
        broken,
      };
    } finally {
      await client.end();
      await stage.close();
    }
  },
};
