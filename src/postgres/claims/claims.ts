import type { ClaimRecord, Claims } from '../../ports/claims.ts';
import { orUnavailable } from '../connection/or-unavailable.ts';
import type { PrismaClient, Claim as Row } from '../generated/client.ts';

/** Claims. Triggers write them: see the migration. */
export function openClaims(prisma: PrismaClient): Claims {
  const { claim } = prisma;
  return {
    async ofRole(accountId, roleName) {
      const where = { accountId, roleKey: roleName.toLowerCase() };
      const rows = await orUnavailable(claim.findMany({ where, orderBy: [{ since: 'asc' }, { id: 'asc' }] }));
      return rows.map(toRecord);
    },

    async get(id) {
      const row = await orUnavailable(claim.findUnique({ where: { id } }));
      return row && toRecord(row);
    },

    async list({ accountId, roleName, claimant, after, limit }) {
      const since = after && new Date(after.createdAt);
      const rows = await orUnavailable(
        claim.findMany({
          where: {
            ...(accountId !== undefined && { accountId }),
            ...(roleName !== undefined && { roleKey: roleName.toLowerCase() }),
            ...(claimant !== undefined && { claimant }),
            ...(since && { OR: [{ since: { lt: since } }, { since, id: { lt: after.id } }] }),
          },
          orderBy: [{ since: 'desc' }, { id: 'desc' }],
          take: limit,
        }),
      );
      return rows.map(toRecord);
    },
  };
}

const toRecord = ({
  id,
  accountId,
  roleName,
  roleId,
  region,
  name,
  claimant,
  issuer,
  subject,
  since,
}: Row): ClaimRecord => ({
  id,
  accountId,
  roleName,
  roleId,
  cluster: { region, name },
  claimant,
  actor: { subject, issuer },
  since,
});
