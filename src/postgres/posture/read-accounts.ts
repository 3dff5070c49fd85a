import type { Posture } from '../../ports/posture.ts';
import type { AccountPosture } from '../../schema/posture.ts';
import type { Verdict } from '../../schema/report.ts';
import { orUnavailable } from '../connection/or-unavailable.ts';
import { Prisma, type PrismaClient } from '../generated/client.ts';
import { whereAccount } from './where.ts';

/** From the worst to the best. */
const verdicts: Verdict[] = ['NEEDS_REPAIR', 'MISSING', 'NEEDS_EXTENSION', 'COMPLIANT'];

interface Row extends Omit<AccountPosture, 'verdict' | 'checkedAt'> {
  place: number | null;
  checkedAt: Date | null;
  total: number;
  unreachable: number;
}

/** Reads the worst verdict of each account. Fault: UNAVAILABLE. */
export async function readAccounts(
  prisma: PrismaClient,
  { accountIds, limit, verdict: only, ...filter }: Parameters<Posture['accounts']>[0],
): ReturnType<Posture['accounts']> {
  const verdict = only ?? null;
  const isAboutRoles = verdict !== null || filter.finding !== undefined || filter.changedSince !== undefined;
  const rows = await orUnavailable(
    prisma.$queryRaw<Row[]>`
      WITH found AS (
        SELECT account_id, account.name, min(array_position(${verdicts}::text[], verdict)) AS place, count(role_key)::int AS roles
        FROM account ${Prisma.raw(isAboutRoles ? 'JOIN' : 'LEFT JOIN')} posture USING (account_id)
        WHERE ${whereAccount(filter)} AND (${verdict}::text IS NULL OR verdict = ${verdict})
          AND (${accountIds}::text[] IS NULL OR account_id = ANY (${accountIds}))
        GROUP BY account_id)
      SELECT account_id AS "accountId", name, place, roles, checked_at AS "checkedAt", error,
        count(*) OVER ()::int AS total, count(error) OVER ()::int AS unreachable
      FROM found LEFT JOIN account_check USING (account_id) ORDER BY account_id LIMIT ${limit}`,
  );
  return {
    total: rows[0]?.total ?? 0,
    unreachable: rows[0]?.unreachable ?? 0,
    items: rows.map(({ accountId, name, place, roles, checkedAt, error }) => ({
      accountId,
      name,
      verdict: place === null ? null : (verdicts[place - 1] ?? null),
      roles,
      checkedAt: checkedAt?.toISOString() ?? null,
      error,
    })),
  };
}
