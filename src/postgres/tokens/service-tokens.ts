import type { ServiceTokenRecord, ServiceTokens } from '../../ports/tokens.ts';
import type { Scope } from '../../schema/caller.ts';
import type { Actor } from '../../schema/change.ts';
import { orUnavailable } from '../connection/or-unavailable.ts';
import type { PrismaClient, ServiceToken } from '../generated/client.ts';

/** Service tokens, without their secrets. Fault of every method: UNAVAILABLE. */
export function openServiceTokens(prisma: PrismaClient): ServiceTokens {
  const { serviceToken } = prisma;
  return {
    async add({ secretHash, scope, ...record }) {
      const row = { ...record, scope: { ...scope } as JsonScope, secretHash: Buffer.from(secretHash) };
      const { count } = await orUnavailable(serviceToken.createMany({ data: [row], skipDuplicates: true }));
      return count === 1;
    },

    async find(id) {
      const row = await orUnavailable(serviceToken.findUnique({ where: { id } }));
      return row && { ...toRecord(row), secretHash: row.secretHash };
    },

    async among(ids) {
      const rows = await orUnavailable(serviceToken.findMany({ where: { id: { in: ids } } }));
      return rows.map((row) => ({ ...toRecord(row), secretHash: row.secretHash }));
    },

    async findByName(name) {
      const row = await orUnavailable(serviceToken.findUnique({ where: { name } }));
      return row && toRecord(row);
    },

    async list({ after, limit }) {
      const where = after === null ? {} : { name: { gt: after } };
      return (
        await orUnavailable(serviceToken.findMany({ where, orderBy: { name: 'asc' }, take: limit }))
      ).map(toRecord);
    },

    countSince: (since) => orUnavailable(serviceToken.count({ where: { createdAt: { gt: since } } })),

    async revoke(id, by, at) {
      await orUnavailable(
        serviceToken.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: at, revokedBy: by } }),
      );
    },

    async touch(id, at) {
      await orUnavailable(serviceToken.updateMany({ where: { id }, data: { lastUsedAt: at } }));
    },
  };
}

type JsonScope = { operations: string[] | null; accountIds: string[] | null };

// The columns hold what `add` and `revoke` were given, and their types are the port's.
const toRecord = ({ secretHash: _, ...row }: ServiceToken): ServiceTokenRecord => ({
  ...row,
  scope: row.scope as unknown as Scope,
  createdBy: row.createdBy as Actor,
  revokedBy: row.revokedBy as Actor | null,
});
