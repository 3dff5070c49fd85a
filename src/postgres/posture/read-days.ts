import type { Posture } from '../../ports/posture.ts';
import type { PostureDay } from '../../schema/posture.ts';
import { orUnavailable } from '../connection/or-unavailable.ts';
import type { PrismaClient } from '../generated/client.ts';

interface Row {
  day: string;
  compliant: number;
  needsExtension: number;
  needsRepair: number;
  missing: number;
}

/**
 * Reads the verdicts day by day. A row is a step: what it adds to the row before of its account counts from
 * its day on. Leaves out accounts that are no longer registered, as the posture does.
 */
export async function readDays(
  prisma: PrismaClient,
  accountIds: Parameters<Posture['days']>[0],
  days: number,
): Promise<PostureDay[]> {
  const rows = await orUnavailable(
    prisma.$queryRaw<Row[]>`
      WITH today AS (SELECT (now() AT TIME ZONE 'UTC')::date AS day),
        step AS (
          SELECT GREATEST(kept.day, today.day - ${days - 1}::int) AS day,
            compliant - lag(compliant, 1, 0) OVER account AS compliant,
            needs_extension - lag(needs_extension, 1, 0) OVER account AS needs_extension,
            needs_repair - lag(needs_repair, 1, 0) OVER account AS needs_repair,
            missing - lag(missing, 1, 0) OVER account AS missing
          FROM posture_day kept JOIN account USING (account_id) CROSS JOIN today
          WHERE ${accountIds}::text[] IS NULL OR account_id = ANY (${accountIds})
          WINDOW account AS (PARTITION BY account_id ORDER BY kept.day))
      SELECT to_char(one.day, 'YYYY-MM-DD') AS day,
        COALESCE(sum(sum(compliant)) OVER past, 0)::int AS compliant,
        COALESCE(sum(sum(needs_extension)) OVER past, 0)::int AS "needsExtension",
        COALESCE(sum(sum(needs_repair)) OVER past, 0)::int AS "needsRepair",
        COALESCE(sum(sum(missing)) OVER past, 0)::int AS missing
      FROM today CROSS JOIN LATERAL generate_series(0, ${days - 1}::int) AS age
        CROSS JOIN LATERAL (SELECT today.day - age AS day) one LEFT JOIN step ON step.day = one.day
      GROUP BY one.day WINDOW past AS (ORDER BY one.day) ORDER BY one.day`,
  );
  return rows.map(({ day, compliant, needsExtension, needsRepair, missing }) => ({
    day,
    total: compliant + needsExtension + needsRepair + missing,
    verdicts: {
      ...(compliant > 0 && { COMPLIANT: compliant }),
      ...(needsExtension > 0 && { NEEDS_EXTENSION: needsExtension }),
      ...(needsRepair > 0 && { NEEDS_REPAIR: needsRepair }),
      ...(missing > 0 && { MISSING: missing }),
    },
  }));
}
