import type { AccountImports, Importable } from '../ports.ts';
import type { AccountImport, AccountImportChange, ImportedAccount } from '../schema/account-import.ts';
import type { Account, Prisma, PrismaClient, AccountImport as Row } from './generated/client.ts';
import { reading } from './reading.ts';

/** Imports of accounts, each step in a transaction of its own. Fault of every method: UNAVAILABLE. */
export function openAccountImports(prisma: PrismaClient): AccountImports {
  return {
    async begin(id, { dryRun, actor, createdAt }) {
      return toImport(await reading(prisma.accountImport.create({ data: { id, dryRun, actor, createdAt } })));
    },

    async get(id) {
      const row = await reading(prisma.accountImport.findUnique({ where: { id } }));
      return row && toImport(row);
    },

    async changes(importId, { after, limit }) {
      const rows = await reading(
        prisma.accountImportChange.findMany({
          where: { importId, ...(after !== null && { accountId: { gt: after } }) },
          select: { accountId: true, effect: true, before: true, after: true },
          orderBy: { accountId: 'asc' },
          take: limit,
        }),
      );
      // The columns hold what `step` put there.
      return rows as unknown as AccountImportChange[];
    },

    async step(id, { accountIds, listed, untagged }, decide) {
      return await reading(
        prisma.$transaction(async (tx) => {
          // Who registers an account by hand waits for some milliseconds; otherwise its hand could be overwritten. Reads go on.
          await tx.$executeRaw`LOCK TABLE account IN SHARE ROW EXCLUSIVE MODE`;
          const known = new Map(
            (await tx.account.findMany({ where: { accountId: { in: accountIds } } })).map((row) => [row.accountId, row]),
          );
          const decided = accountIds.flatMap((accountId) => {
            const row = known.get(accountId);
            const before = row ? toImportable(row) : null;
            const imported = decide(accountId, before);
            return imported ? [{ accountId, before, ...imported }] : [];
          });
          const count = (wanted: string) => decided.filter(({ effect }) => effect === wanted).length;
          const { dryRun } = (await tx.accountImport.findUnique({ where: { id } })) ?? { dryRun: true };
          const counted = await tx.accountImport.updateMany({
            where: { id, state: 'RUNNING' },
            data: {
              total: { increment: listed },
              untagged: { increment: untagged },
              added: { increment: count('ADDED') },
              changed: { increment: count('CHANGED') },
              closed: { increment: count('CLOSED') },
              unchanged: { increment: count('UNCHANGED') },
            },
          });
          if (counted.count === 0) return false;
          if (!dryRun)
            for (const { accountId, effect, account } of decided) {
              const { partition, organization: given, ...imported } = account;
              const organization = given as object;
              // What only Organizations' own words change leaves updatedAt as it is.
              if (effect === 'ADDED') await tx.account.create({ data: { accountId, partition, organization, ...imported } });
              else if (effect === 'UNCHANGED')
                await tx.$executeRaw`UPDATE account SET organization = ${organization}::jsonb WHERE account_id = ${accountId} AND organization IS DISTINCT FROM ${organization}::jsonb`;
              else await tx.account.update({ where: { accountId }, data: { organization, ...imported } });
            }
          const noted = decided.filter(({ effect }) => effect !== 'UNCHANGED');
          await tx.accountImportChange.createMany({
            data: noted.map(({ accountId, effect, before, account }) => ({
              importId: id,
              accountId,
              effect,
              ...(before && { before: shown(before) }),
              after: shown(account),
            })),
          });
          return true;
        }),
      );
    },

    async members(organizationId, { after, limit }) {
      const rows = await reading(
        prisma.account.findMany({
          where: { organization: { path: ['id'], equals: organizationId }, ...(after !== null && { accountId: { gt: after } }) },
          select: { accountId: true },
          orderBy: { accountId: 'asc' },
          take: limit,
        }),
      );
      return rows.map(({ accountId }) => accountId);
    },

    async finish(id, { error, ...ending }) {
      await reading(prisma.accountImport.updateMany({ where: { id, state: 'RUNNING' }, data: { ...ending, ...(error && { error }) } }));
    },

    async interrupt(error, endedAt) {
      await reading(prisma.accountImport.updateMany({ where: { state: 'RUNNING' }, data: { state: 'FAILED', error, endedAt } }));
    },

    async purge(before) {
      await reading(prisma.accountImport.deleteMany({ where: { createdAt: { lt: before } } }));
    },
  };
}

const shown = ({ organization: _, ...account }: Importable): ImportedAccount & Prisma.InputJsonObject => account;

const toImportable = ({ name, partition, status, labels, organization }: Account) =>
  ({ name, partition, status, labels, organization }) as Importable;

const toImport = ({ createdAt, endedAt, ...row }: Row) =>
  ({ ...row, createdAt: createdAt.toISOString(), endedAt: endedAt?.toISOString() ?? null }) as AccountImport;
