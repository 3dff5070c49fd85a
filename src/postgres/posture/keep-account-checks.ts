import type pg from 'pg';
import type { SweepOutcome } from '../../ports/sweeps.ts';

/**
 * Stores how the check of each account ended, in the transaction of `client` that keeps the results. An account
 * whose check was not permitted was not checked, and one that is not registered is left out.
 */
export async function keepAccountChecks(
  client: pg.ClientBase,
  outcomes: readonly { accountId: string; results: SweepOutcome[] }[],
): Promise<void> {
  const checks = outcomes
    .map(({ accountId, results }) => ({ accountId, error: errorOf(results) }))
    .filter(({ error }) => error !== 'FORBIDDEN');
  if (checks.length === 0) return;
  // In one order, so that none waits for a row of another that waits for its own.
  await client.query(
    `INSERT INTO account_check (account_id, checked_at, error)
     SELECT account_id, clock_timestamp(), error FROM unnest($1::text[], $2::text[]) AS given (account_id, error)
       JOIN account USING (account_id) ORDER BY account_id
     ON CONFLICT (account_id) DO UPDATE SET checked_at = excluded.checked_at, error = excluded.error`,
    [checks.map(({ accountId }) => accountId), checks.map(({ error }) => error)],
  );
}

/** Null where any result has a verdict. */
const errorOf = (results: SweepOutcome[]): string | null =>
  results.some(({ verdict }) => verdict !== null) ? null : (results[0]?.error?.code ?? null);
