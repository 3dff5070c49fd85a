import type pg from 'pg';
import { Fault } from '../../fault.ts';
import type { SweepOutcome, Sweeps } from '../../ports/sweeps.ts';
import type { SweepResult } from '../../schema/sweep.ts';
import { orUnavailable, refusesData, unavailable } from '../connection/or-unavailable.ts';
import { inTransaction } from '../connection/transaction.ts';
import { Prisma, type PrismaClient, type Sweep } from '../generated/client.ts';
import type { JobQueue } from '../queue/queue.ts';
import { cancelSweep } from './cancel.ts';
import { insertResults } from './keep-results.ts';
import { purgeSweeps } from './purge.ts';
import { sweepColumns, toRecord } from './rows.ts';
import { insertSweep } from './start.ts';
import { readTallies } from './tallies.ts';
import { createSweepWatch } from './watch.ts';

/** What an operation has not, is not in the stored body. */
const noResult: SweepResult = {
  seq: 0,
  accountId: '',
  roleName: null,
  region: null,
  clusterName: null,
  verdict: null,
  report: null,
  readiness: null,
  plan: null,
  change: null,
  error: null,
};

export interface SweepsOptions {
  prisma: PrismaClient;
  /** For work that shares a transaction with the queue, or holds the lock of a sweep's row. */
  pool: pg.Pool;
  queue: Pick<JobQueue, 'add' | 'drop'>;
  /** A changed verdict creates an event. */
  announces: boolean;
}

/** Sweeps and their results. Fault of every method: UNAVAILABLE. */
export function openSweeps({ prisma, pool, queue, announces }: SweepsOptions): Sweeps {
  async function get(id: string) {
    const row = await orUnavailable(prisma.sweep.findUnique({ where: { id } }));
    return row && toRecord(row);
  }

  return {
    get,

    start: (draft, select, idempotencyKey, most, among = null) =>
      orUnavailable(
        inTransaction(pool, (client) =>
          insertSweep(client, { draft, select, idempotencyKey, most, among }, (jobs) =>
            queue.add(client, jobs),
          ),
        ),
      ),

    async list({ after, limit }) {
      const [createdAt, id] = [after?.createdAt ?? null, after?.id ?? null];
      const rows = await orUnavailable(
        prisma.$queryRaw<Sweep[]>`
          SELECT ${Prisma.raw(sweepColumns)} FROM sweep
          WHERE ${createdAt}::timestamptz IS NULL OR (created_at, id) < (${createdAt}::timestamptz, ${id})
          ORDER BY created_at DESC, id DESC LIMIT ${limit}`,
      );
      return rows.map(toRecord);
    },

    async results({ id, after, limit }) {
      const rows = await orUnavailable(
        prisma.sweepResult.findMany({
          where: { sweepId: id, seq: { gt: after } },
          select: { seq: true, accountId: true, body: true },
          orderBy: { seq: 'asc' },
          take: limit,
        }),
      );
      return rows.map(({ seq, accountId, body }) => ({
        ...noResult,
        ...(JSON.parse(body) as SweepOutcome),
        seq,
        accountId,
      }));
    },

    async cancel(id) {
      const cancelled = await orUnavailable(
        inTransaction(pool, (client) => cancelSweep(client, id, () => queue.drop(client, id))),
      );
      return cancelled ?? get(id);
    },

    async leave({ sweepId, from, to }) {
      await orUnavailable(
        prisma.$executeRaw`
          DELETE FROM sweep_pending WHERE sweep_id = ${sweepId} AND account_id BETWEEN ${from} AND ${to}
            AND EXISTS (SELECT FROM sweep WHERE id = ${sweepId} AND ended_at IS NOT NULL)`,
      );
    },

    async begin({ sweepId, from, to }) {
      const [pending] = await orUnavailable(
        prisma.$queryRaw<{ accountIds: string[] }[]>`
          WITH begun AS (
            UPDATE sweep SET state = 'RUNNING', started_at = now(), version = version + 1 WHERE id = ${sweepId} AND state = 'QUEUED'
          )
          SELECT ARRAY(SELECT account_id FROM sweep_pending WHERE sweep_id = ${sweepId} AND account_id BETWEEN ${from} AND ${to}) AS "accountIds"`,
      );
      const sweep = await get(sweepId);
      if (!sweep || sweep.endedAt) return null;
      return { sweep, accountIds: pending?.accountIds ?? [] };
    },

    async keep(id, outcomes) {
      // If two workers in this process finish the same account, only the first one's results count.
      const once = outcomes.filter(
        ({ accountId }, i) => outcomes.findIndex((other) => other.accountId === accountId) === i,
      );
      try {
        await inTransaction(pool, (client) => insertResults(client, id, once, announces));
      } catch (cause) {
        throw refusesData(cause)
          ? new Fault('INTERNAL', 'The results cannot be kept as they are.', {}, { cause })
          : unavailable(cause);
      }
    },

    tallies: (ids, accountIds) => orUnavailable(readTallies(prisma, ids, accountIds)),

    changed: createSweepWatch(async (ids) =>
      (await prisma.sweep.findMany({ where: { id: { in: ids } } })).map(toRecord),
    ),

    purge: (before) => purgeSweeps(prisma, before),
  };
}
