import type pg from 'pg';
import type { AccountRecord } from '../../ports/accounts.ts';
import type { Posture, PostureRecord } from '../../ports/posture.ts';
import type { Verdict } from '../../schema/report.ts';
import { reading } from '../connection/reading.ts';

interface Row {
  account_id: string;
  role_name: string;
  verdict: Verdict;
  findings: PostureRecord['findings'];
  checked_at: Date;
  changed_at: Date;
  sweep_id: string;
}

interface CountRow extends Omit<Row, 'findings' | 'sweep_id'>, Pick<AccountRecord, 'name' | 'partition' | 'labels'> {
  roles: number;
}

/** Accounts that are registered no more are left out: what was known of their roles grows old, and has no labels. */
const selected = `FROM posture JOIN account USING (account_id)
  WHERE ($1::text IS NULL OR account_id = $1) AND ($2::jsonb IS NULL OR labels @> $2)`;

/** What is known of the fleet. `posture-keep.ts` writes it. */
export function openPosture({ pool }: { pool: pg.Pool }): Posture {
  const rows = async <T extends object>(text: string, values: unknown[]) => (await reading(pool.query<T>(text, values))).rows;
  return {
    async list({ accountId, labels, verdict, after, limit }) {
      const found = await rows<Row>(
        `SELECT posture.* ${selected} AND ($3::text IS NULL OR verdict = $3)
           AND ($4::text IS NULL OR (account_id, role_key) > ($4, $5)) ORDER BY account_id, role_key LIMIT $6`,
        [accountId, labels && JSON.stringify(labels), verdict, after?.accountId, after?.roleKey, limit],
      );
      return found.map(toRecord);
    },

    async counts({ accountId, labels }, tellsApart) {
      const apart = [
        'verdict',
        ...(tellsApart.accounts ? ['account_id'] : []),
        ...(tellsApart.accounts || tellsApart.labels ? ['labels'] : []),
        ...(tellsApart.roleNames ? ['role_key'] : []),
      ];
      const found = await rows<CountRow>(
        `SELECT verdict, count(*)::int AS roles, max(changed_at) AS changed_at, min(checked_at) AS checked_at, min(account_id) AS account_id,
           min(account.name) AS name, min(partition) AS partition, min(role_name) AS role_name,
           ${apart.includes('labels') ? 'labels' : "'{}'::jsonb AS labels"} ${selected} GROUP BY ${apart.join(', ')}`,
        [accountId, labels && JSON.stringify(labels)],
      );
      return found.map(({ name, partition, labels, verdict, roles, ...row }) => ({
        accountId: row.account_id,
        account: { name, partition, labels },
        roleName: row.role_name,
        verdict,
        roles,
        changedAt: row.changed_at,
        checkedAt: row.checked_at,
      }));
    },

    async rolesOf(accountIds) {
      const found = await rows<{ account_id: string; names: string[] }>(
        'SELECT account_id, array_agg(role_name ORDER BY role_key) AS names FROM posture WHERE account_id = ANY ($1) GROUP BY account_id',
        [accountIds],
      );
      return new Map(found.map(({ account_id, names }) => [account_id, names]));
    },

    async purge(before) {
      const { rowCount } = await reading(pool.query("DELETE FROM posture WHERE verdict = 'MISSING' AND changed_at < $1", [before]));
      return rowCount ?? 0;
    },
  };
}

const toRecord = (row: Row): PostureRecord => ({
  accountId: row.account_id,
  roleName: row.role_name,
  verdict: row.verdict,
  findings: row.findings,
  checkedAt: row.checked_at,
  changedAt: row.changed_at,
  sweepId: row.sweep_id,
});
