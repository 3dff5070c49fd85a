import type { Importable, Imported } from '../../domain/role/organization.ts';
import type { AccountImports } from '../../ports/account-imports.ts';
import type { AccountImport, AccountImportChange, ImportedAccount } from '../../schema/account-import.ts';
import { orUnavailable } from '../connection/or-unavailable.ts';
import type { Account, Prisma, PrismaClient, AccountImport as Row } from '../generated/client.ts';

/** Number of imports that are kept. Each may have a row for every account. */
const maxImports = 100;

/** Imports of accounts. Each step is a transaction of its own. Fault of every method: UNAVAILABLE. */
export function openAccountImports(prisma: PrismaClient, now: () => Date): AccountImports {
  return {
    async begin(id, { dryRun, actor, createdAt }) {
      return toImport(
        await orUnavailable(prisma.accountImport.create({ data: { id, dryRun, actor, createdAt } })),
      );
    },

    async get(id) {
      const row = await orUnavailable(prisma.accountImport.findUnique({ where: { id } }));
      return row && toImport(row);
    },

    async changes(importId, { after, limit }) {
      const rows = await orUnavailable(
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

    async step(...step) {
      for (;;) {
        const done = await orUnavailable(
          prisma.$transaction((tx) => runStep(tx, step, now())).catch(nullIfTaken),
        );
        if (done !== null) return done;
      }
    },

    async members(organizationId, { after, limit }) {
      const rows = await orUnavailable(
        prisma.account.findMany({
          where: {
            organization: { path: ['id'], equals: organizationId },
            ...(after !== null && { accountId: { gt: after } }),
          },
          select: { accountId: true },
          orderBy: { accountId: 'asc' },
          take: limit,
        }),
      );
      return rows.map(({ accountId }) => accountId);
    },

    async finish(id, { error, ...ending }) {
      await orUnavailable(
        prisma.accountImport.updateMany({
          where: { id, state: 'RUNNING' },
          data: { ...ending, ...(error && { error }) },
        }),
      );
    },

    async interrupt(error, endedAt) {
      await orUnavailable(
        prisma.accountImport.updateMany({
          where: { state: 'RUNNING' },
          data: { state: 'FAILED', error, endedAt },
        }),
      );
    },

    async purge(before) {
      await orUnavailable(
        prisma.$executeRaw`DELETE FROM account_import WHERE created_at < ${before}
          OR id IN (SELECT id FROM account_import ORDER BY created_at DESC, id OFFSET ${maxImports})`,
      );
    },
  };
}

type Transaction = Prisma.TransactionClient;

/**
 * One of the accounts was registered by hand after we had read them. The step is rolled back and tried again.
 */
class Taken extends Error {}
const nullIfTaken = (error: unknown): null => {
  if (error instanceof Taken) return null;
  throw error;
};

async function runStep(
  tx: Transaction,
  [id, { accountIds, listed, untagged }, decide]: Parameters<AccountImports['step']>,
  updatedAt: Date,
): Promise<boolean> {
  // Locked, so that the import cannot end meanwhile.
  const [running] = await tx.$queryRaw<{ dryRun: boolean }[]>`
    SELECT dry_run AS "dryRun" FROM account_import WHERE id = ${id} AND state = 'RUNNING' FOR UPDATE`;
  if (!running) return false;
  // Locked too, so that a change by hand is not overwritten: it waits for this step.
  await tx.$queryRaw`SELECT FROM account WHERE account_id = ANY(${accountIds}) ORDER BY account_id FOR UPDATE`;
  const rows = await tx.account.findMany({ where: { accountId: { in: accountIds } } });
  const known = new Map(rows.map((row) => [row.accountId, toImportable(row)]));
  const decided = accountIds.flatMap((accountId) => {
    const before = known.get(accountId) ?? null;
    const imported = decide(accountId, before);
    return imported ? [{ accountId, before, ...imported }] : [];
  });
  const which = (...effects: string[]) => decided.filter(({ effect }) => effects.includes(effect));
  await tx.accountImport.update({
    where: { id },
    data: {
      total: { increment: listed },
      untagged: { increment: untagged },
      added: { increment: which('ADDED').length },
      changed: { increment: which('CHANGED').length },
      closed: { increment: which('CLOSED').length },
      unchanged: { increment: which('UNCHANGED').length },
    },
  });
  await tx.accountImportChange.createMany({
    data: which('ADDED', 'CHANGED', 'CLOSED').map(({ accountId, effect, before, account }) => ({
      importId: id,
      accountId,
      effect,
      ...(before && { before: toImportedAccount(before) }),
      after: toImportedAccount(account),
    })),
  });
  if (running.dryRun) return true;
  const added = which('ADDED').map(({ accountId, account }) => ({
    accountId,
    ...toColumns(account),
    createdAt: updatedAt,
    updatedAt,
  }));
  const { count } = await tx.account.createMany({ data: added, skipDuplicates: true });
  if (count < added.length) throw new Taken();
  for (const { accountId, account } of which('CHANGED', 'CLOSED'))
    await tx.account.update({ where: { accountId }, data: { ...toColumns(account), updatedAt } });
  // A change of AWS's own description of the account does not count as an update.
  for (const { accountId, account } of which('UNCHANGED')) {
    const { organization } = toColumns(account);
    await tx.$executeRaw`
      UPDATE account SET organization = ${organization}::jsonb
      WHERE account_id = ${accountId} AND organization IS DISTINCT FROM ${organization}::jsonb`;
  }
  return true;
}

const toColumns = ({ organization, ...account }: Imported['account']) => ({
  ...account,
  organization: { ...organization },
});

const toImportedAccount = ({
  organization: _,
  ...account
}: Importable): ImportedAccount & Prisma.InputJsonObject => account;

const toImportable = ({ name, partition, status, labels, organization }: Account) =>
  ({ name, partition, status, labels, organization }) as Importable;

const toImport = ({ createdAt, endedAt, ...row }: Row) =>
  ({ ...row, createdAt: createdAt.toISOString(), endedAt: endedAt?.toISOString() ?? null }) as AccountImport;
