import t, { type Test } from 'tap';
import { seeded } from '#dev/chaos/random.ts';
import type { Row, RowResult } from '#dev/chaos/row.ts';

const withoutProgressMs = 120_000;

/**
 * Runs the quick form of a row of `npm run chaos`, always with the same seed, and expects its promise to be
 * kept.
 */
export async function expectKept(test: Test, row: Row): Promise<RowResult> {
  const say = (line: string) => {
    test.comment(line);
    // Restart the time limit of the file, because a busy machine is slow.
    t.setTimeout(withoutProgressMs);
  };
  const result = await row.run({ random: seeded(20261123), rounds: row.quick, say });
  test.strictSame(result.broken, [], row.promise);
  return result;
}
