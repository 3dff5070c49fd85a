import { orUnavailable } from '../connection/or-unavailable.ts';
import type { PrismaClient } from '../generated/client.ts';

/** Maximum number of a caller's ended sweeps that are kept, the newest first, and of their results in all. */
const kept = { sweeps: 2500, results: 1_000_000 };

/** Deletes sweeps as `Sweeps.purge` says, and answers their number. Fault: UNAVAILABLE. */
export async function purgeSweeps(prisma: PrismaClient, before: Date): Promise<number> {
  // Pending accounts that were never removed: their worker died, or an old version cancelled their sweep.
  while ((await deleteLeftovers(prisma)) > 0);
  // One sweep at a time: each may have tens of thousands of results.
  for (let purged = 0; ; purged += 1) if ((await deleteOne(prisma, before)) === 0) return purged;
}

/** The pending accounts of one sweep that ended an hour ago. */
const deleteLeftovers = (prisma: PrismaClient) =>
  orUnavailable(
    prisma.$executeRaw`
      DELETE FROM sweep_pending WHERE sweep_id = (
        SELECT id FROM sweep WHERE ended_at < now() - interval '1 hour'
          AND EXISTS (SELECT FROM sweep_pending WHERE sweep_id = id) LIMIT 1)`,
  );

/** The newest sweep of a caller stays, however many results it has. */
const deleteOne = (prisma: PrismaClient, before: Date) =>
  orUnavailable(
    prisma.$executeRaw`
      WITH ended AS (
        SELECT id, ended_at, row_number() OVER of_caller AS place, sum(results) OVER of_caller AS held FROM sweep WHERE ended_at IS NOT NULL
        WINDOW of_caller AS (PARTITION BY subject, issuer ORDER BY ended_at DESC, id)),
      chosen AS (
        SELECT id FROM ended WHERE ended_at < ${before} OR place > ${kept.sweeps} OR (held > ${kept.results} AND place > 1)
        ORDER BY ended_at LIMIT 1),
      results AS (DELETE FROM sweep_result USING chosen WHERE sweep_id = chosen.id),
      pending AS (DELETE FROM sweep_pending USING chosen WHERE sweep_id = chosen.id)
      DELETE FROM sweep USING chosen WHERE sweep.id = chosen.id`,
  );
