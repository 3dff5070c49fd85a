import pg from 'pg';
import type { SweepResult } from '#src/schema/sweep.ts';
import { outcomes } from './crash.ts';
import { allResults, changesOf, doneOf, putFleet, startSweep } from './fleet.ts';
import { judge } from './judge.ts';
import type { Row, RowOptions } from './row.ts';
import { lineOf, roleName, type Stage, startStage } from './stage.ts';

/** How long half of all calls are refused, in ms. A sixth of it when there are few accounts. */
const stormMs = 60_000;
const few = 200;
/** Sessions for reads live for an hour, those for writes for 900 s. */
const lifetimeMs = 3_600_000;

/** Is it an error that a retry may resolve? An unreachable account may have no other. */
const passes = ({ code, retryable }: { code: string; retryable: boolean }) =>
  retryable && ['AWS_THROTTLED', 'AWS_FAILED', 'ROLE_BUSY'].includes(code);

/** Compares the results with AWS: each account has one result, at most one write, and no false success. */
function brokenIn(stage: Stage, accountIds: string[], hanging: string, results: SweepResult[]): string[] {
  const counts = Map.groupBy(results, ({ accountId }) => accountId);
  const writes = Map.groupBy(stage.writes(), ({ accountId }) => accountId);
  return accountIds.flatMap((accountId) => {
    const [result, ...more] = counts.get(accountId) ?? [];
    if (result === undefined || more.length > 0)
      return [`${accountId} has ${more.length + (result ? 1 : 0)} results`];
    const { verdict, error } = result;
    const written = writes.get(accountId)?.length ?? 0;
    const isThere =
      stage.aws.world.role(accountId, roleName)?.trustText.includes(lineOf(accountId, 'second')) ?? false;
    return [
      ...(written > 1 ? [`${accountId} was written to ${written} times`] : []),
      ...(error === null && (verdict !== 'COMPLIANT' || !isThere)
        ? [`${accountId} is reported as extended, but is not`]
        : []),
      ...(error !== null && !passes(error)
        ? [`${accountId} has an error that does not pass: ${JSON.stringify(error)}`]
        : []),
      ...(accountId === hanging && error === null ? [`${accountId} hangs, and its result has no error`] : []),
    ];
  });
}

export const storm: Row = {
  promise:
    'half of all calls refused for a minute, sessions that end in the middle, an account that hangs: a sweep ends, and reports the accounts it could not reach',
  quick: 20,
  short: 600,
  long: 4000,
  async run({ random, rounds, say }: RowOptions) {
    const stage = await startStage({ random: random.fork('aws') });
    let lull: NodeJS.Timeout | undefined;
    const client = new pg.Client(stage.postgres.url);
    try {
      await client.connect();
      const { world } = stage.aws;
      const { origin } = await stage.replica();
      const accountIds = await putFleet(stage, client, rounds);
      const hanging = random.oneOf(accountIds);
      // Create sessions, which then end during the storm.
      const calm = await doneOf(origin, (await startSweep(origin, 'CHECK')).id, rounds);
      const struck = calm.failed === 0 ? [] : [`a calm sweep ended as ${JSON.stringify(calm)}`];

      world.addFaults({
        fail: [
          { code: 'Throttling', status: 400, chance: 0.5 },
          { accountId: hanging, kind: 'hang' },
        ],
      });
      const began = Date.now();
      const [extending, checking] = [await startSweep(origin, 'EXTEND'), await startSweep(origin, 'CHECK')];
      lull = setTimeout(
        () => {
          world.clearFaults();
          world.addFaults({ latency: [{ ms: 50 }], fail: [{ accountId: hanging, kind: 'hang' }] });
        },
        rounds < few ? stormMs / 6 : stormMs,
      );
      const { done } = await doneOf(origin, extending.id, Math.floor(rounds / 2));
      stage.advance(lifetimeMs);
      say(
        `every session ended after ${done} of ${rounds}, ${Math.round((Date.now() - began) / 1000)} s into the storm`,
      );
      const extended = await doneOf(origin, extending.id, rounds);
      const tookMs = Date.now() - began;
      const checked = await doneOf(origin, checking.id, rounds);
      const results = await allResults(origin, extending.id);
      const broken = [...struck, ...brokenIn(stage, accountIds, hanging, results)];
      for (const { id, state, done } of [extended, checked])
        if (state !== 'DONE') broken.push(`sweep ${id} ended as ${state}, ${done} done`);
      const told = await allResults(origin, checking.id);
      for (const { accountId, error } of told)
        if (error !== null && !passes(error))
          broken.push(`${accountId} could not be checked: ${JSON.stringify(error)}`);

      world.clearFaults();
      const after = await doneOf(origin, (await startSweep(origin, 'EXTEND')).id, rounds);
      if (after.failed > 0 || after.verdicts.COMPLIANT !== rounds)
        broken.push(`a sweep after the storm ended as ${JSON.stringify(after)}`);
      const changes = await changesOf(origin, accountIds);
      broken.push(...judge({ writes: stage.writes(), changes }).broken);
      return {
        rounds,
        faults: 3,
        figures: {
          'extended / reported as unreachable': `${rounds - extended.failed} / ${extended.failed}`,
          'checked / reported as unreachable': `${rounds - checked.failed} / ${checked.failed}`,
          'the extension took': `${Math.round(tookMs / 1000)} s`,
          'extended after the storm': after.verdicts.COMPLIANT ?? 0,
          'writes that AWS took': stage.writes().length,
          'changes in the log': changes.length,
          ...outcomes(changes),
        },
        broken,
      };
    } finally {
      clearTimeout(lull);
      await client.end();
      await stage.close();
    }
  },
};
