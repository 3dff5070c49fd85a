import type pg from 'pg';
import { orUnavailable } from '../connection/or-unavailable.ts';

/**
 * How far times may be out of the order of the chain, in ms. New entries have the database's time, which an operator may set
 * back; entries of version 0.2 have the times of several replicas' clocks.
 */
const margin = 10 * 60_000;

/** After it, times are no longer in their order as texts. */
const lastTime = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Between which places (both left out; null: no bound) all changes lie that were opened in a time: the history is ordered by
 * place, so without bounds a page from long ago would read all that came after. The bounds are a margin wider than the time;
 * who asks for it has to look at `at` as well. Fault: UNAVAILABLE.
 */
export async function openedWithin(
  pool: pg.Pool,
  { since, until }: { since?: string; until?: string },
): Promise<{ after: string | null; before: string | null }> {
  if (since === undefined && until === undefined) return { after: null, before: null };
  const at = (text: string | undefined, ms: number) => text && new Date(Math.min(Date.parse(text) + ms, lastTime)).toISOString();
  const { rows } = await orUnavailable(
    pool.query<{ after: string | null; before: string | null }>(
      `SELECT (SELECT seq FROM ledger_entry WHERE settles IS NULL AND at < $1 ORDER BY at DESC, seq DESC LIMIT 1) AS after,
              (SELECT seq FROM ledger_entry WHERE settles IS NULL AND at >= $2 ORDER BY at, seq LIMIT 1) AS before`,
      [at(since, -margin), at(until, margin)],
    ),
  );
  return rows[0] ?? { after: null, before: null };
}
