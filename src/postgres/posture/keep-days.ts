import type pg from 'pg';

/** Any constant: the first part of the keys of the locks. */
const lock = 4_100_002;

/**
 * Stores how many roles of each account have which verdict today, in UTC, within the transaction of `client`.
 * Call it after the posture was written. The row holds until the next one of the account: see PostureDays.
 */
export async function keepDays(client: pg.ClientBase, accountIds: readonly string[]): Promise<void> {
  if (accountIds.length === 0) return;
  // Of two transactions about one account, the later one counts what the earlier one has committed. In one
  // order, so that none waits for a lock of another that waits for its own.
  await client.query(
    `SELECT pg_advisory_xact_lock(${lock}, key)
     FROM (SELECT DISTINCT hashtext(account_id) AS key FROM unnest($1::text[]) AS account_id ORDER BY key) keys`,
    [accountIds],
  );
  await client.query(
    `INSERT INTO posture_day (account_id, day, compliant, needs_extension, needs_repair, missing)
     SELECT account_id, (clock_timestamp() AT TIME ZONE 'UTC')::date,
       count(*) FILTER (WHERE verdict = 'COMPLIANT'), count(*) FILTER (WHERE verdict = 'NEEDS_EXTENSION'),
       count(*) FILTER (WHERE verdict = 'NEEDS_REPAIR'), count(*) FILTER (WHERE verdict = 'MISSING')
     FROM (SELECT DISTINCT unnest($1::text[]) AS account_id) given LEFT JOIN posture USING (account_id) GROUP BY account_id
     ON CONFLICT (account_id, day) DO UPDATE SET compliant = excluded.compliant, needs_extension = excluded.needs_extension,
       needs_repair = excluded.needs_repair, missing = excluded.missing`,
    [accountIds],
  );
}
