import type { AccountRecord, Accounts } from '../ports.ts';
import type { Labels, Partition } from '../schema/primitives.ts';
import type { Account, PrismaClient } from './generated/client.ts';
import { reading } from './reading.ts';

/** Some 400 bytes each. */
const maxSeen = 10_000;

/** The registry. Fault of every method that answers a promise: UNAVAILABLE. */
export function openAccounts(prisma: PrismaClient): Accounts {
  const seen = new Map<string, AccountRecord>();
  return {
    async get(accountId) {
      const row = await reading(prisma.account.findUnique({ where: { accountId } }));
      seen.delete(accountId);
      if (!row) return null;
      const record = toRecord(row);
      seen.set(accountId, record);
      // A map keeps the order in which its keys were set: the first was not asked for the longest.
      if (seen.size > maxSeen) seen.delete(seen.keys().next().value ?? '');
      return record;
    },

    lastSeen: (accountId) => seen.get(accountId) ?? null,

    async list({ labels, after, limit }) {
      const rows = await reading(
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
      const row = await reading(prisma.account.upsert({ where: { accountId }, create: { accountId, ...record }, update: record }));
      return toRecord(row);
    },

    async delete(accountId) {
      const { count } = await reading(prisma.account.deleteMany({ where: { accountId } }));
      return count > 0;
    },
  };
}

// The columns hold what `put` was given, and its types are the port's.
const toRecord = (row: Account): AccountRecord => ({
  ...row,
  partition: row.partition as Partition,
  labels: row.labels as Labels,
  status: row.status as AccountRecord['status'],
});
