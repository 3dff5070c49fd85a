import type pg from 'pg';
import type { AccountRecord } from '../../ports/accounts.ts';
import type { Posture, PostureFilter, PostureRecord } from '../../ports/posture.ts';
import type { Labels, Partition } from '../../schema/primitives.ts';
import type { Verdict } from '../../schema/report.ts';
import { columnsOf } from '../connection/columns-of.ts';
import { orUnavailable } from '../connection/or-unavailable.ts';
import { inTransaction } from '../connection/transaction.ts';
import { Prisma, type PrismaClient, type Posture as Row } from '../generated/client.ts';
import { keepDays } from './keep-days.ts';
import { readAccounts } from './read-accounts.ts';
import { readDays } from './read-days.ts';
import { whereAccount } from './where.ts';

interface CountRow {
  verdict: Verdict;
  roles: number;
  changedAt: Date;
  checkedAt: Date;
  accountId: string;
  name: AccountRecord['name'];
  partition: Partition;
  roleName: string;
  labels: Labels;
}

const columns = Prisma.raw(columnsOf(Prisma.PostureScalarFieldEnum, 'posture'));

/**
 * Leaves out roles of accounts that are no longer registered: their verdicts are stale, and their labels
 * unknown.
 */
const whereRegistered = (filter: PostureFilter) => Prisma.sql`
  FROM posture JOIN account USING (account_id) WHERE ${whereAccount(filter)}`;

/** The last known verdicts of the fleet. `keep-posture.ts` writes them. */
export function openPosture({ prisma, pool }: { prisma: PrismaClient; pool: pg.Pool }): Posture {
  return {
    async list({ verdict = null, after, limit, ...filter }) {
      const rows = await orUnavailable(
        prisma.$queryRaw<(Row & { accountName: string })[]>`
          SELECT ${columns}, account.name AS "accountName" ${whereRegistered(filter)} AND (${verdict}::text IS NULL OR verdict = ${verdict})
            AND (${after?.accountId ?? null}::text IS NULL OR (account_id, role_key) > (${after?.accountId ?? null}, ${after?.roleKey ?? null}))
          ORDER BY account_id, role_key LIMIT ${limit}`,
      );
      return rows.map(toRecord);
    },

    async counts(filter, { accounts, labels, roleNames }) {
      const groups = [
        'verdict',
        ...(accounts ? ['account_id'] : []),
        ...(accounts || labels ? ['labels'] : []),
        ...(roleNames ? ['role_key'] : []),
      ];
      const labelsOfGroup = Prisma.raw(groups.includes('labels') ? 'labels' : "'{}'::jsonb AS labels");
      const rows = await orUnavailable(
        prisma.$queryRaw<CountRow[]>`
          SELECT verdict, count(*)::int AS roles, max(changed_at) AS "changedAt", min(checked_at) AS "checkedAt",
            min(account_id) AS "accountId", min(account.name) AS name, min(partition) AS partition, min(role_name) AS "roleName",
            ${labelsOfGroup} ${whereRegistered(filter)} GROUP BY ${Prisma.raw(groups.join(', '))}`,
      );
      return rows.map(({ name, partition, labels, ...row }) => ({
        ...row,
        account: { name, partition, labels },
      }));
    },

    accounts: (query) => readAccounts(prisma, query),

    async rolesOf(accountIds) {
      // SQL, because every job of a sweep calls this. Prisma's own query takes four times as long.
      const rows = await orUnavailable(
        prisma.$queryRaw<{ accountId: string; names: string[] }[]>`
          SELECT account_id AS "accountId", array_agg(role_name ORDER BY role_key) AS names
          FROM posture WHERE account_id = ANY (${accountIds}) GROUP BY account_id`,
      );
      return new Map(rows.map(({ accountId, names }) => [accountId, names]));
    },

    days: (accountIds, days) => readDays(prisma, accountIds, days),

    purge: (before) =>
      orUnavailable(
        inTransaction(pool, async (client) => {
          const { rows } = await client.query<{ account_id: string }>(
            `DELETE FROM posture WHERE verdict = 'MISSING' AND changed_at < $1 RETURNING account_id`,
            [before],
          );
          await keepDays(
            client,
            rows.map(({ account_id }) => account_id),
          );
          // The newest of these rows still holds.
          await client.query(
            `DELETE FROM posture_day old USING posture_day newer WHERE newer.account_id = old.account_id
               AND newer.day > old.day AND newer.day <= ($1::timestamptz AT TIME ZONE 'UTC')::date`,
            [before],
          );
          await client.query(
            'DELETE FROM account_check WHERE NOT EXISTS (SELECT FROM account WHERE account.account_id = account_check.account_id)',
          );
          return rows.length;
        }),
      ),
  };
}

// The columns hold what `keepPosture` was given, and its types are the port's.
const toRecord = ({
  roleKey: _,
  verdict,
  findings,
  ...row
}: Row & { accountName: string }): PostureRecord => ({
  ...row,
  verdict: verdict as Verdict,
  findings: findings as PostureRecord['findings'],
});
