import type pg from 'pg';
import type { SweepDraft, SweepJob, SweepRecord } from '../../ports/sweeps.ts';
import type { SweepSelect } from '../../schema/sweep.ts';
import type { Sweep } from '../generated/client.ts';
import { accountsPerJob } from '../queue/queue.ts';
import { sweepColumns, toRecord } from './rows.ts';

/** Maximum number of stored sweeps of a caller: more than the hourly clean-up keeps. */
const maxStored = 3000;

/** Answers are kept this long for retries. Later the same key is a new request. */
const keyIsKept = "interval '48 hours'";

interface SweepStart {
  draft: SweepDraft;
  select: SweepSelect;
  idempotencyKey: string | null;
  most: number;
  among: readonly string[] | null;
}

/**
 * Inserts a new sweep within the transaction of `client`, or answers the one that its caller started under
 * the same key. Null when `most` of the caller's sweeps have not ended, or too many are stored. The accounts
 * never leave the database.
 */
export async function insertSweep(
  client: pg.ClientBase,
  { draft, select, idempotencyKey, most, among }: SweepStart,
  add: (jobs: SweepJob[]) => Promise<void>,
): Promise<SweepRecord | null> {
  const { actor, groups, scope, onBehalfOf, requestId } = draft.caller;
  // The caller holds the lock of the key.
  const { rows: before } = await client.query<Sweep>(
    `SELECT ${sweepColumns} FROM sweep WHERE subject = $1 AND issuer IS NOT DISTINCT FROM $2 AND idempotency_key = $3
       AND on_behalf_of::jsonb -> 'actor' IS NOT DISTINCT FROM $4::jsonb AND created_at > now() - ${keyIsKept}`,
    [actor.subject, actor.issuer, idempotencyKey, onBehalfOf ? JSON.stringify(onBehalfOf.actor) : null],
  );
  if (before[0]) return toRecord(before[0]);
  // Sweeps that start at the same instant do not see each other. The excess is at most the number of
  // connections, and harmless.
  const { rows: unended } = await client.query(
    'SELECT FROM sweep WHERE ended_at IS NULL AND subject = $1 AND issuer IS NOT DISTINCT FROM $2 LIMIT $3',
    [actor.subject, actor.issuer, most],
  );
  if (unended.length >= most) return null;
  const { rows: stored } = await client.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM sweep WHERE subject = $1 AND issuer IS NOT DISTINCT FROM $2',
    [actor.subject, actor.issuer],
  );
  if ((stored[0]?.count ?? 0) >= maxStored) return null;
  await client.query(
    `INSERT INTO sweep (id, operation, state, dry_run, role_name, clusters, regions, reason, issuer, subject, groups, scope, request_id, idempotency_key, created_at, on_behalf_of)
     VALUES ($1, $2, 'QUEUED', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [
      draft.id,
      draft.operation,
      draft.dryRun,
      draft.roleName,
      draft.clusters && JSON.stringify(draft.clusters),
      draft.regions && JSON.stringify(draft.regions),
      draft.reason,
      actor.issuer,
      actor.subject,
      groups,
      scope && JSON.stringify(scope),
      requestId,
      idempotencyKey,
      draft.createdAt,
      onBehalfOf ? JSON.stringify(onBehalfOf) : null,
    ],
  );
  const { from, value } = selectionOf(select, among);
  const { rows: batches } = await client.query<{ from: string; to: string; count: number }>(
    `WITH chosen AS (
       SELECT account_id, (row_number() OVER (ORDER BY account_id) - 1) / ${accountsPerJob} AS batch FROM (${from}) AS selected),
     pending AS (INSERT INTO sweep_pending (sweep_id, account_id) SELECT $1, account_id FROM chosen)
     SELECT min(account_id) AS from, max(account_id) AS to, count(*)::int AS count FROM chosen GROUP BY batch ORDER BY batch`,
    [draft.id, ...value],
  );
  const total = batches.reduce((sum, { count }) => sum + count, 0);
  if (total > 0) await add(batches.map(({ from, to }) => ({ sweepId: draft.id, from, to })));
  const { rows } = await client.query<Sweep>(
    `UPDATE sweep SET total = $2, state = CASE WHEN $2 = 0 THEN 'DONE' ELSE state END, ended_at = CASE WHEN $2 = 0 THEN created_at END
     WHERE id = $1 RETURNING ${sweepColumns}`,
    [draft.id, total],
  );
  const [row] = rows;
  if (!row) throw new Error('the sweep was not kept');
  return toRecord(row);
}

/**
 * The SQL that selects the accounts. Named accounts are swept in any case: their results say what is wrong.
 * Otherwise active accounts, restricted to `among`.
 */
function selectionOf(
  { accountIds, labels = {} }: SweepSelect,
  among: readonly string[] | null,
): { from: string; value: unknown[] } {
  if (accountIds) return { from: 'SELECT DISTINCT unnest($2::text[]) AS account_id', value: [accountIds] };
  const from = `SELECT account_id FROM account WHERE status = 'ACTIVE' AND labels @> $2::jsonb
    AND ($3::text[] IS NULL OR account_id = ANY ($3))`;
  return { from, value: [JSON.stringify(labels), among] };
}
