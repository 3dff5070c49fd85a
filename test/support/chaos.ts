import type { Test } from 'tap';
import { seeded } from '#dev/chaos/random.ts';
import type { Row, RowResult } from '#dev/chaos/row.ts';

/** Plays a few rounds of a row of `npm run chaos`, always the same ones, and expects its promise to be kept. */
export async function kept(t: Test, row: Row, rounds: number): Promise<RowResult> {
  const result = await row.run({ random: seeded(20261123), rounds, say: (line) => t.comment(line) });
  t.strictSame(result.broken, [], row.promise);
  return result;
}
