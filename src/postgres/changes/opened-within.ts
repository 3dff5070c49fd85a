import type pg from 'pg';
import { orUnavailable } from '../connection/or-unavailable.ts';

/**
 * How much times may differ from the order of the chain, in ms. New entries have the database's time, which
 * an operator may set back. Entries of version 0.2 have times of the replicas' clocks.
 */
const margin = 10 * 60_000;

/** After this time, times as texts no longer sort correctly. */
const lastTime = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Answers the positions between which all changes lie that were opened in a period (exclusive; null: no
 * bound). The history is ordered by position, so without bounds a page of old changes would read all later
 * ones. The bounds are a margin wider than the period, so the caller has to filter by `at` too. Fault:
 * UNAVAILABLE.
 */
export async function openedWithin(
  pool: pg.Pool,
  { since, until }: { since?: string; until?: string },
): Promise<{ after: string | null; before: string | null }> {
  if (since === undefined && until === undefined) return { after: null, before: null };
  const at = (text: string | undefined, ms: number) =>
    text && new Date(Math.min(Date.parse(text) + ms, lastTime)).toISOString();
  const { rows } = await orUnavailable(
    pool.query<{ after: string | null; before: string | null }>(
      `SELECT (SELECT seq FROM ledger_entry WHERE settles IS NULL AND at < $1 ORDER BY at DESC, seq DESC LIMIT 1) AS after,
              (SELECT seq FROM ledger_entry WHERE settles IS NULL AND at >= $2 ORDER BY at, seq LIMIT 1) AS before`,
      [at(since, -margin), at(until, margin)],
    ),
  );
  return rows[0] ?? { after: null, before: null };
}
