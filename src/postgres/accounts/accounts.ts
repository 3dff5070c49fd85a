import type { AccountRecord, Accounts } from '../../ports/accounts.ts';
import type { Labels, Partition } from '../../schema/primitives.ts';
import { orUnavailable } from '../connection/or-unavailable.ts';
import type { Account, PrismaClient } from '../generated/client.ts';

/** The registry. Fault of every method: UNAVAILABLE. */
export function openAccounts(prisma: PrismaClient, now: () => Date): Omit<Accounts, 'getCached'> {
  return {
    async get(accountId) {
      const row = await orUnavailable(prisma.account.findUnique({ where: { accountId } }));
      return row && toRecord(row);
    },

    async among(accountIds) {
      const rows = await orUnavailable(prisma.account.findMany({ where: { accountId: { in: accountIds } } }));
      return rows.map(toRecord);
    },

    async list({ labels, after, limit }) {
      const rows = await orUnavailable(
        prisma.account.findMany({
          where: {
            ...(after !== null && { accountId: { gt: after } }),
            AND: Object.entries(labels).map(([key, value]) => ({ labels: { path: [key], equals: value } })),
          },
          orderBy: { accountId: 'asc' },
          take: limit,
        }),
      );
      return rows.map(toRecord);
    },

    async put({ accountId, ...record }) {
      // Not Prisma's defaults: they are this machine's time.
      const updatedAt = now();
      const update = { ...record, updatedAt };
      const create = { accountId, ...update, createdAt: updatedAt };
      const row = await orUnavailable(prisma.account.upsert({ where: { accountId }, create, update }));
      return toRecord(row);
    },

    count: () => orUnavailable(prisma.account.count()),

    async delete(accountId) {
      const { count } = await orUnavailable(prisma.account.deleteMany({ where: { accountId } }));
      return count > 0;
    },
  };
}

// The columns hold what `put` was given, and its types are the port's.
const toRecord = ({ organization, ...row }: Account): AccountRecord => ({
  ...row,
  organizationId: (organization as { id: string } | null)?.id ?? null,
  partition: row.partition as Partition,
  labels: row.labels as Labels,
  status: row.status as AccountRecord['status'],
});
