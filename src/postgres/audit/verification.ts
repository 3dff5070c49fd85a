import type pg from 'pg';
import { createUnopenedFault } from '../../audit/check-range.ts';
import { originOf, type TrustedKeys } from '../../audit/checkpoint.ts';
import {
  checkSignatures,
  distinct,
  findContradiction,
  findOutsideFault,
  newestOf,
} from '../../audit/compare-checkpoints.ts';
import { findFirst, type LogFault } from '../../audit/finding.ts';
import { beginning, joinRanges } from '../../audit/join-ranges.ts';
import { fromHex } from '../../audit/merkle.ts';
import { blockSize, type ChainPosition, type Loose } from '../../audit/range-report.ts';
import { Fault } from '../../fault.ts';
import type { CheckpointSink } from '../../ports/audit.ts';
import type { Checkpoint, Verification } from '../../schema/audit.ts';
import { openCopier } from '../connection/copy-rows.ts';
import { readCheckpointsOf, readCheckpointsOutside, readNewestIntact } from './checkpoints.ts';
import { columnsFault } from './columns.ts';
import type { RangeTask, SignedRange } from './read-range.ts';
import { rangeSize, readRanges } from './read-ranges.ts';
import { treeFault } from './tree.ts';

export interface VerifyOptions {
  url: string;
  /** Null: no checkpoints are made, so the log is compared with none. */
  keys: TrustedKeys | null;
  sink: Pick<CheckpointSink, 'latest'> | null;
  /** More checkpoints, which an auditor has kept. */
  known?: Checkpoint[];
  /** Begin after the checkpoint at this entry; 0 is the beginning. */
  from?: number;
  /**
   * Also computes the whole tree from the entries, to compare the root of every checkpoint, and compares
   * every column with its entry. Takes several times as long.
   */
  thorough?: boolean;
}

/**
 * Verifies the log of a database: every entry after `from`, all checkpoints (of the database, the sink and
 * `known`), the stored tree, and the triggers that generate and protect the columns. Fault: INVALID_INPUT at
 * /from. Throws the errors of pg and the sink.
 */
export async function verifyDatabase({
  url,
  keys,
  sink,
  known = [],
  from = 0,
  thorough = false,
}: VerifyOptions): Promise<Verification> {
  const copier = await openCopier(url);
  const { client, close } = copier;
  const tree = thorough && from === 0;
  try {
    const latest = keys && sink ? await sink.latest() : null;
    const published = latest && !('junk' in latest) ? latest : null;
    const trusted = keys ?? new Map();
    // One snapshot: a checkpoint is then never newer than the entries.
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows } = await client.query<{ head: string | null; first: Buffer | null }>(
      'SELECT (SELECT max(seq) FROM ledger_entry) AS head, (SELECT hash FROM ledger_entry WHERE seq = 1) AS first',
    );
    const head = Number(rows[0]?.head ?? 0);
    const none = { checkpoints: [], faults: [] };
    const last = keys ? await readNewestIntact(client) : { newest: null, faults: [] };
    const beyond = keys ? await readCheckpointsOutside(client, head) : none;
    const atStart = keys ? await readCheckpointsOf(client, { after: from - 1, to: from }) : none;
    const more = [
      ...last.faults,
      ...beyond.faults,
      ...atStart.faults,
      junkFault(latest, last.newest),
      keys && (await treeFault(client, last.newest)),
      await guardFault(client),
    ];
    await client.query('COMMIT');

    const others = distinct([...known, ...(published ? [published] : [])])
      .filter(({ seq }) => seq >= from || from === 0)
      .sort((a, b) => a.seq - b.seq);
    const starting =
      from === 0 ? [] : distinct([...atStart.checkpoints, ...others.filter(({ seq }) => seq === from)]);
    const after = from === 0 ? beginning : placeOf(starting, from);
    const first = rows[0]?.first?.toString('latin1');
    const origin = first === undefined ? null : originOf(first);
    const { signed, faults } = await checkSignatures(starting, trusted);
    more.push(...faults, ...signed.map((one) => findContradiction(one, after, { root: null, origin })));
    const join = joinRanges(after, { origin, tree });
    const earlier: Loose[] = [];
    const tasks = tasksOf(after, head, { keys: trusted, origin, stored: keys !== null, others }, tree);
    await readRanges(url, tasks, (report) => {
      earlier.push(...report.outcomes.filter(({ opened }) => opened <= from));
      return join.add({ ...report, outcomes: report.outcomes.filter(({ opened }) => opened > from) });
    });
    const isWhole = thorough && join.head.seq === head;
    const columns = isWhole
      ? [
          await columnsFault(copier, head),
          await clustersFault(client),
          await wordsFault(client),
          await openFault(client),
        ]
      : [];
    return join.result({
      newest: newestOf([last.newest, ...others]),
      outside: (end) =>
        distinct([...beyond.checkpoints, ...others.filter(({ seq }) => seq < 1 || seq > end)]).map((one) =>
          findOutsideFault(one, trusted, end),
        ),
      more: [...more, await unopenedBefore(client, earlier), ...columns],
    });
  } finally {
    await close();
  }
}

/** A fault when the newest object in the sink is not a checkpoint. */
function junkFault(
  latest: Awaited<ReturnType<CheckpointSink['latest']>>,
  newest: Checkpoint | null,
): LogFault | null {
  if (latest === null || !('junk' in latest)) return null;
  return { seq: newest?.seq ?? 1, code: 'CHECKPOINT_FORGED', detail: latest.junk };
}

function placeOf(checkpoints: Checkpoint[], from: number): ChainPosition {
  const found = checkpoints.find(({ seq }) => seq === from);
  if (found) return { seq: from, hash: fromHex(found.hash) };
  const errors = [{ pointer: '/from', message: 'must be the seq of a checkpoint' }];
  throw new Fault('INVALID_INPUT', `No checkpoint was made at entry ${from}.`, { errors });
}

/** Divides the log into parts that end at the ends of the tree's blocks. `others` are in order. */
function tasksOf(
  after: ChainPosition,
  head: number,
  { others, ...signed }: SignedRange,
  tree: boolean,
): RangeTask[] {
  const tasks: RangeTask[] = [];
  let next = 0;
  for (let start = after.seq; start < head; ) {
    const to = Math.min(head, start - (start % blockSize) + rangeSize);
    const hash = start === after.seq ? after.hash : null;
    while ((others[next]?.seq ?? Number.POSITIVE_INFINITY) <= start) next += 1;
    const from = next;
    while ((others[next]?.seq ?? Number.POSITIVE_INFINITY) <= to) next += 1;
    tasks.push({ after: start, to, hash, signed: { ...signed, others: others.slice(from, next) }, tree });
    start = to;
  }
  return tasks;
}

const guards = ['columns', 'clusters', 'open', 'claims', 'search', 'append_only', 'no_truncate'].map(
  (name) => `ledger_entry_${name}`,
);

/**
 * Triggers generate the columns for filters from the body, and protect them. Without the triggers, somebody
 * could have written anything there. If the triggers were removed and restored, only comparing the columns
 * shows it: the thorough verification does that.
 */
async function guardFault(client: pg.Client): Promise<LogFault | null> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT name FROM unnest($1::text[]) AS name WHERE NOT EXISTS
       (SELECT FROM pg_trigger WHERE tgrelid = 'ledger_entry'::regclass AND tgname = name AND tgenabled = 'A')`,
    [guards],
  );
  const [guard] = rows;
  return guard
    ? {
        seq: 1,
        code: 'COLUMN_CHANGED',
        detail: `the trigger ${guard.name} is missing or does not always fire, so the columns are not protected`,
      }
    : null;
}

/** Compares, in one snapshot, the history of each cluster with the entries about it. */
async function clustersFault(client: pg.Client): Promise<LogFault | null> {
  const { rows } = await client.query<{ position: string; cluster: string }>(
    `WITH said AS (SELECT cluster, position FROM ledger_entry, unnest(clusters) AS cluster WHERE outcome <> 'PENDING'),
       shown AS (SELECT cluster, position FROM ledger_cluster)
     (TABLE said EXCEPT TABLE shown) UNION ALL (TABLE shown EXCEPT TABLE said) ORDER BY position LIMIT 1`,
  );
  const [row] = rows;
  if (!row) return null;
  const detail = `for cluster ${row.cluster} the history and the entries list different changes`;
  return { seq: Number(row.position), code: 'COLUMN_CHANGED', detail };
}

/** Finds words that belong to no change. `columnsFault` compares the words of each change. */
async function wordsFault(client: pg.Client): Promise<LogFault | null> {
  const { rows } = await client.query<{ position: string }>(
    `SELECT position FROM ledger_search said WHERE NOT EXISTS
       (SELECT FROM ledger_entry WHERE seq = said.position AND settles IS NULL) ORDER BY position LIMIT 1`,
  );
  const [row] = rows;
  const detail = 'ledger_search has words here, but no change was opened';
  return row ? { seq: Number(row.position), code: 'COLUMN_CHANGED', detail } : null;
}

/** Compares, in one snapshot, the table of open changes with the entries that have no outcome. */
async function openFault(client: pg.Client): Promise<LogFault | null> {
  const { rows } = await client.query<{ seq: string }>(
    `WITH said AS (SELECT seq FROM ledger_entry opening WHERE outcome = 'PENDING'
         AND NOT EXISTS (SELECT FROM ledger_entry outcome WHERE outcome.settles = opening.seq)),
       shown AS (SELECT seq FROM open_change)
     (TABLE said EXCEPT TABLE shown) UNION ALL (TABLE shown EXCEPT TABLE said) ORDER BY seq LIMIT 1`,
  );
  const [row] = rows;
  const detail = 'open_change and the entries disagree on whether this change has an outcome';
  return row ? { seq: Number(row.seq), code: 'COLUMN_CHANGED', detail } : null;
}

/** Outcomes of changes that were opened before the part that was read. */
async function unopenedBefore(client: pg.Client, outcomes: Loose[]): Promise<LogFault | null> {
  const { rows } = await client.query<{ seq: string; opened: string }>(
    `SELECT later.seq, later.opened FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS later (seq, opened, id)
     WHERE NOT EXISTS (SELECT FROM ledger_entry WHERE seq = later.opened AND change_id = later.id AND settles IS NULL AND outcome = 'PENDING')
        OR EXISTS (SELECT FROM ledger_entry WHERE settles = later.opened AND seq < later.seq)`,
    [
      outcomes.map(({ seq }) => seq),
      outcomes.map(({ opened }) => opened),
      outcomes.map(({ changeId }) => changeId),
    ],
  );
  return findFirst(rows.map(({ seq, opened }) => createUnopenedFault(Number(seq), Number(opened))));
}
