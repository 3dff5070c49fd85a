import type { SweepTally } from '../../ports/sweeps.ts';
import type { Verdict } from '../../schema/report.ts';
import type { PrismaClient } from '../generated/client.ts';

interface Row {
  id: string;
  done: number;
  failed: number;
  pending: number;
  verdicts: Partial<Record<Verdict, number>> | null;
}

/** The counters of sweeps for some accounts alone, by sweep. Throws Prisma's errors. */
export async function readTallies(
  prisma: PrismaClient,
  ids: string[],
  accountIds: string[],
): Promise<Map<string, SweepTally>> {
  const rows = await prisma.$queryRaw<Row[]>`
    WITH result AS (SELECT * FROM sweep_result WHERE sweep_id = ANY (${ids}) AND account_id = ANY (${accountIds})),
      verdict AS (SELECT sweep_id, verdict, count(*)::int AS roles FROM result WHERE verdict IS NOT NULL GROUP BY sweep_id, verdict)
    SELECT id,
      (SELECT count(DISTINCT account_id)::int FROM result WHERE sweep_id = id) AS done,
      (SELECT count(DISTINCT account_id) FILTER (WHERE has_failed)::int FROM result WHERE sweep_id = id) AS failed,
      (SELECT count(*)::int FROM sweep_pending WHERE sweep_id = id AND account_id = ANY (${accountIds})) AS pending,
      (SELECT json_object_agg(verdict, roles) FROM verdict WHERE sweep_id = id) AS verdicts
    FROM unnest(${ids}::text[]) AS id`;
  return new Map(
    rows.map(({ id, done, failed, pending, verdicts }) => [
      id,
      { total: done + pending, done, failed, verdicts: verdicts ?? {} },
    ]),
  );
}
