import type pg from 'pg';
import type { SweepJob, SweepRecord } from '../../ports/sweeps.ts';
import type { Sweep } from '../generated/client.ts';
import { sweepColumns, toRecord } from './rows.ts';

/**
 * Cancels a sweep within the transaction of `client`, and deletes what has not begun: its jobs, by `drop`,
 * and its pending accounts. Pending accounts of active jobs stay, because a result counts only while its
 * account is pending; their workers delete the rest. Null when there is no such sweep, or it has ended.
 */
export async function cancelSweep(
  client: pg.ClientBase,
  id: string,
  drop: () => Promise<Pick<SweepJob, 'from' | 'to'>[]>,
): Promise<SweepRecord | null> {
  const { rows } = await client.query<Sweep>(
    `UPDATE sweep SET state = 'CANCELLED', ended_at = now(), version = version + 1 WHERE id = $1 AND ended_at IS NULL RETURNING ${sweepColumns}`,
    [id],
  );
  const [row] = rows;
  if (!row) return null;
  const active = await drop();
  await client.query(
    `DELETE FROM sweep_pending WHERE sweep_id = $1 AND NOT EXISTS
       (SELECT FROM unnest($2::text[], $3::text[]) AS active (first, last) WHERE account_id BETWEEN first AND last)`,
    [id, active.map(({ from }) => from), active.map(({ to }) => to)],
  );
  return toRecord(row);
}
