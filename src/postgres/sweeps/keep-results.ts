import type pg from 'pg';
import type { SweepOutcome } from '../../ports/sweeps.ts';
import { keepAccountChecks } from '../posture/keep-account-checks.ts';
import { keepPosture } from '../posture/keep-posture.ts';

/**
 * Stores the results of accounts and the counters of their sweep, within the transaction of `client`.
 * Deleting the pending row claims the account. If two workers finish the same account, as after a pause, only
 * the first one's results count. The results of a check become the posture, unless it was a dry run.
 * `announces`: see keepPosture.
 */
export async function insertResults(
  client: pg.ClientBase,
  id: string,
  outcomes: readonly { accountId: string; results: SweepOutcome[] }[],
  announces: boolean,
): Promise<void> {
  // One transaction at a time for each sweep, so that results become visible in the order of their seq.
  const { rows: sweeps } = await client.query<{ operation: string; dry_run: boolean }>(
    'SELECT operation, dry_run FROM sweep WHERE id = $1 FOR UPDATE',
    [id],
  );
  if (sweeps.some(({ operation, dry_run }) => operation === 'CHECK' && !dry_run)) {
    const accountIds = outcomes.map(({ accountId }) => accountId);
    const { rows: pending } = await client.query<{ account_id: string }>(
      'SELECT account_id FROM sweep_pending WHERE sweep_id = $1 AND account_id = ANY ($2)',
      [id, accountIds],
    );
    const ours = new Set(pending.map(({ account_id }) => account_id));
    const counted = outcomes.filter(({ accountId }) => ours.has(accountId));
    await keepAccountChecks(client, counted);
    await keepPosture(client, id, counted, announces);
  }
  const results = outcomes.flatMap(({ accountId, results }) =>
    results.map((result) => ({ accountId, ...result })),
  );
  await client.query(
    `WITH gone AS (
       DELETE FROM sweep_pending WHERE sweep_id = $1 AND account_id = ANY ($2) RETURNING account_id),
     given AS (
       SELECT * FROM unnest($3::text[], $4::text[], $5::text[], $6::boolean[], $7::text[], $8::text[])
         AS given (account_id, role_name, verdict, has_failed, body, cluster) JOIN gone USING (account_id)),
     kept AS (
       INSERT INTO sweep_result (sweep_id, seq, account_id, role_name, verdict, has_failed, body, cluster)
       SELECT $1, (SELECT results FROM sweep WHERE id = $1) + row_number() OVER (), account_id, role_name, verdict, has_failed, body, cluster
       FROM given),
     tally AS (
       SELECT count(*) AS results, count(DISTINCT account_id) FILTER (WHERE has_failed) AS failed,
         count(*) FILTER (WHERE verdict = 'COMPLIANT') AS compliant, count(*) FILTER (WHERE verdict = 'NEEDS_EXTENSION') AS needs_extension,
         count(*) FILTER (WHERE verdict = 'NEEDS_REPAIR') AS needs_repair, count(*) FILTER (WHERE verdict = 'MISSING') AS missing,
         count(*) FILTER (WHERE verdict = 'READY') AS ready, count(*) FILTER (WHERE verdict = 'NOT_READY') AS not_ready,
         count(*) FILTER (WHERE verdict = 'UNKNOWN') AS unknown,
         (SELECT count(*) FROM gone) AS done
       FROM given)
     UPDATE sweep SET done = sweep.done + tally.done, failed = sweep.failed + tally.failed, results = sweep.results + tally.results,
       compliant = sweep.compliant + tally.compliant, needs_extension = sweep.needs_extension + tally.needs_extension,
       needs_repair = sweep.needs_repair + tally.needs_repair, missing = sweep.missing + tally.missing,
       ready = sweep.ready + tally.ready, not_ready = sweep.not_ready + tally.not_ready, unknown = sweep.unknown + tally.unknown, version = version + 1,
       state = CASE WHEN ended_at IS NULL AND sweep.done + tally.done = total THEN 'DONE' ELSE state END,
       ended_at = CASE WHEN ended_at IS NULL AND sweep.done + tally.done = total THEN now() ELSE ended_at END
     FROM tally WHERE id = $1 AND tally.done > 0`,
    [
      id,
      outcomes.map(({ accountId }) => accountId),
      results.map(({ accountId }) => accountId),
      results.map(({ roleName }) => roleName ?? ''),
      results.map(({ verdict }) => verdict),
      results.map(({ error }) => error !== null),
      results.map(({ accountId, ...result }) => JSON.stringify(result)),
      results.map(clusterKeyOf),
    ],
  );
}

/** Unlike the role name, it tells the results of an account's clusters apart. */
const clusterKeyOf = ({ region, clusterName }: SweepOutcome) =>
  region ? `${region}/${clusterName ?? ''}` : '';
