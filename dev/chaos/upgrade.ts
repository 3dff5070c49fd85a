import pg from 'pg';
import { verifyDatabase } from '#src/postgres/audit/verification.ts';
import type { Change } from '#src/schema/change.ts';
import { allChanges, send } from './client.ts';
import { judge, linesOf } from './judge.ts';
import { bodiesOf, chained, dice, seeded } from './log.ts';
import { type OldVersion, unpackOldVersion } from './old-version.ts';
import type { Row, RowOptions, RowResult } from './row.ts';
import { roleName, type Stage, startStage, type WatchedReplica } from './stage.ts';
import { type SteadyLoad, startSteadyLoad } from './steady-load.ts';

const writers = 6;
const readers = 4;
/** Entries that are in the log before: the migrations take longer, and the load meets them. */
const entriesBefore = 20_000;
/** Writes in each phase. */
const writesEach = 30;

const add = ({ targets }: SteadyLoad, { origin }: WatchedReplica, headers = {}) =>
  targets.set(origin, { headers });

/** Takes a replica out of the load, as a load balancer does, and stops it. Answers the faults. */
async function retire(load: SteadyLoad, replica: WatchedReplica, what: string): Promise<string[]> {
  load.targets.delete(replica.origin);
  const code = await replica.stop();
  return code === 0 ? [] : [`${what} ended with exit code ${code}: ${replica.output().slice(-2000)}`];
}

/** Entries that are there before the load begins. They belong to accounts that no caller uses. */
async function fillLog(url: string): Promise<void> {
  const entries = chained(bodiesOf(entriesBefore, dice(seeded(1)), 'before'));
  const client = new pg.Client(url);
  await client.connect();
  await client.query(
    'INSERT INTO ledger_entry (seq, body, hash) SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[])',
    [
      entries.map(({ seq }) => seq),
      entries.map(({ body }) => body.toString()),
      entries.map(({ hash }) => hash),
    ],
  );
  await client.end();
}

/** What both versions show of a change. A version leaves out the members that it does not know. */
const common = ({ id, seq, outcome, hash }: Change) => ({ id, seq, outcome, hash });

/** Compares AWS, the log by both versions, and what callers were told. Answers the faults. */
async function judgeAccount(
  stage: Stage,
  load: SteadyLoad,
  accountId: string,
  [old, current]: [WatchedReplica, WatchedReplica],
): Promise<string[]> {
  const [byOld, byNew] = [
    await allChanges(old.origin, accountId),
    await allChanges(current.origin, accountId),
  ];
  const there = linesOf(JSON.parse(stage.aws.world.role(accountId, roleName)?.trustText ?? '{}'));
  const wanted = load.lines.get(accountId) ?? [];
  const logged = new Set(byNew.map(({ id }) => id));
  const untold = (load.told.get(accountId) ?? []).filter((id) => !logged.has(id));
  return [
    ...judge({ writes: stage.writes(accountId), changes: byNew }).broken,
    ...byNew.filter(({ outcome }) => outcome === 'PENDING').map(({ id }) => `change ${id} is PENDING`),
    ...untold.map((id) => `a caller was told of change ${id}, which is not in the log`),
    ...(JSON.stringify(byOld.map(common)) === JSON.stringify(byNew.map(common))
      ? []
      : [`the versions show different changes of ${accountId}`]),
    ...(JSON.stringify([...wanted].sort()) === JSON.stringify(there)
      ? []
      : [`${accountId} has the lines ${there}, and must have ${wanted}`]),
  ];
}

/** One upgrade under load, and its rollback. */
async function run(
  old: OldVersion,
  { random, say }: RowOptions,
): Promise<Omit<RowResult, 'rounds' | 'faults'>> {
  const stage = await startStage({ random: random.fork('aws') });
  const broken: string[] = [];
  try {
    const startOld = () => stage.replica({}, old.root);
    const [first, second] = [await startOld(), await startOld()];
    await fillLog(stage.postgres.url);
    const accountIds = Array.from({ length: writers }, (_, i) => String(280000000001 + i));
    for (const accountId of accountIds) {
      stage.account(accountId, ['first']);
      await stage.register(first.origin, accountId);
    }
    const load = startSteadyLoad(accountIds, readers, random.fork('load'));
    for (const replica of [first, second]) add(load, replica);
    await load.writes(writesEach);
    say('two old replicas serve; the new one starts and migrates');
    const began = performance.now();
    const current = await stage.replica();
    const startedMs = Math.round(performance.now() - began);
    const during = load.counts.writes - writesEach;
    // Entries of the new version get every member that it knows.
    add(load, current, { 'user-agent': 'chaos upgrade/1.0' });
    await load.writes(writesEach);
    say('old and new serve; one old replica is stopped and started again on the migrated database');
    broken.push(...(await retire(load, second, 'an old replica')));
    await load.writes(writesEach);
    const again = await startOld();
    add(load, again);
    await load.writes(writesEach);
    say('the upgrade is rolled back: the new replica ends, the old ones go on');
    broken.push(...(await retire(load, current, 'the new replica')));
    await load.writes(writesEach);
    await load.stop();
    broken.push(...load.faults);

    const reader = await stage.replica();
    for (const accountId of accountIds)
      broken.push(...(await judgeAccount(stage, load, accountId, [first, reader])));
    const { body } = await send(first.origin, 'GET', '/v1/audit/verification');
    if ((body as { ok?: boolean }).ok !== true) broken.push(`the old version says: ${JSON.stringify(body)}`);
    const log = await verifyDatabase({ url: stage.postgres.url, keys: null, sink: null, thorough: true });
    if (!log.ok) broken.push(`the log is not intact: ${JSON.stringify(log.firstFault)}`);
    const { rows } = await stage.postgres.sql(
      `SELECT count(*) FILTER (WHERE body::json -> 'userAgent' IS NOT NULL)::int AS new, count(*)::int AS all FROM ledger_entry WHERE seq > $1`,
      [entriesBefore],
    );
    const { new: ofNew = 0, all = 0 } = rows[0] ?? {};
    if (ofNew === 0 || ofNew === all) broken.push('only one of the two versions wrote');
    return {
      figures: {
        'migrations under load': old.newer.length,
        'start of the new version, with them': `${startedMs} ms`,
        'writes answered meanwhile': during,
        'writes answered': load.counts.writes,
        'reads answered': load.counts.reads,
        'ROLE_BUSY (409), asked again': load.counts.busy,
        'slowest answer': `${load.counts.slowestMs} ms`,
        'answers of 5xx, or none': load.faults.length,
        'entries of the old version': all - ofNew,
        'entries of the new version': ofNew,
      },
      broken,
    };
  } finally {
    await stage.close();
  }
}

export const upgrade: Row = {
  promise:
    'while a new version migrates, serves beside the old one and is rolled back, no request fails, nothing is lost, and both read all entries',
  quick: 1,
  short: 1,
  long: 10,
  async run(options) {
    const old = unpackOldVersion();
    if (old === null)
      return {
        rounds: 0,
        faults: 0,
        figures: {},
        broken: [],
        notRun: 'this clone does not have the commit of the old version (git fetch --unshallow)',
      };
    const broken: string[] = [];
    let figures: RowResult['figures'] = {};
    for (let round = 0; round < options.rounds; round += 1) {
      const result = await run(old, { ...options, random: options.random.fork(`${round}`) });
      figures = result.figures;
      broken.push(...result.broken);
    }
    return { rounds: options.rounds, faults: options.rounds * 3, figures, broken };
  },
};
