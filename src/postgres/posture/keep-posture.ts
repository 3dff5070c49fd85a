import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { roleKeyOf } from '../../domain/role/same.ts';
import type { SweepOutcome } from '../../ports/sweeps.ts';
import type { RoleReport, Verdict } from '../../schema/report.ts';
import type { VerdictEvent } from '../../schema/webhook.ts';
import { keepDays } from './keep-days.ts';

interface Seen {
  accountId: string;
  roleKey: string;
  report: RoleReport;
}

/** Maximum number of MISSING roles of an account: a check may name any role. */
const maxMissing = 100;

/** The rows of `columnsOf`, in its order, from $2 on. */
const given = `unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
  AS given (account_id, role_key, role_name, verdict, findings, checked_at)`;

const columnsOf = (seen: Seen[]): string[][] => [
  seen.map(({ accountId }) => accountId),
  seen.map(({ roleKey }) => roleKey),
  seen.map(({ report }) => report.roleName),
  seen.map(({ report }) => report.verdict),
  seen.map(({ report }) => codesOf(report).join(',')),
  seen.map(({ report }) => report.checkedAt),
];

const codesOf = ({ findings }: RoleReport) => [...new Set(findings.map(({ code }) => code))];

/**
 * Stores the result of a check as each role's last known verdict, in the transaction of `client` that keeps
 * the results. It does not replace the result of a later check. With `announces` each changed verdict creates
 * an event; a role's first verdict does not.
 */
export async function keepPosture(
  client: pg.ClientBase,
  sweepId: string,
  outcomes: readonly { accountId: string; results: SweepOutcome[] }[],
  announces: boolean,
): Promise<void> {
  const seen = outcomes
    .flatMap(({ accountId, results }) =>
      results.flatMap(({ report }) =>
        report ? [{ accountId, roleKey: roleKeyOf(report.roleName), report }] : [],
      ),
    )
    // Sorted, so that concurrent transactions lock rows in the same order.
    .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  if (seen.length === 0) return;
  const { rows: added } = await client.query<{ account_id: string }>(
    `INSERT INTO posture (account_id, role_key, role_name, verdict, findings, checked_at, changed_at, sweep_id)
     SELECT account_id, role_key, role_name, verdict, string_to_array(findings, ','), checked_at, checked_at, $1 FROM ${given}
     WHERE verdict <> 'MISSING' OR (SELECT count(*) FROM posture AS known WHERE known.account_id = given.account_id
       AND known.verdict = 'MISSING') < ${maxMissing}
     ON CONFLICT DO NOTHING RETURNING account_id`,
    [sweepId, ...columnsOf(seen)],
  );
  const { rows: older } = await client.query<{ account_id: string; role_key: string; verdict: Verdict }>(
    `SELECT account_id, role_key, posture.verdict FROM posture JOIN ${given} USING (account_id, role_key)
     WHERE posture.checked_at < given.checked_at AND $1::text IS NOT NULL ORDER BY account_id, role_key FOR UPDATE OF posture`,
    [sweepId, ...columnsOf(seen)],
  );
  const before = new Map(
    older.map(({ account_id, role_key, verdict }) => [`${account_id}/${role_key}`, verdict]),
  );
  const newer = seen.filter((one) => before.has(keyOf(one)));
  if (newer.length > 0) await update(client, sweepId, newer);
  const changed = newer.filter((one) => before.get(keyOf(one)) !== one.report.verdict);
  await keepDays(client, [
    ...added.map(({ account_id }) => account_id),
    ...changed.map(({ accountId }) => accountId),
  ]);
  if (announces) await announce(client, sweepId, changed, before);
}

async function update(client: pg.ClientBase, sweepId: string, newer: Seen[]): Promise<void> {
  await client.query(
    `UPDATE posture SET role_name = given.role_name, verdict = given.verdict, findings = string_to_array(given.findings, ','),
       checked_at = given.checked_at, sweep_id = $1,
       changed_at = CASE WHEN posture.verdict = given.verdict THEN changed_at ELSE given.checked_at END
     FROM ${given} WHERE posture.account_id = given.account_id AND posture.role_key = given.role_key`,
    [sweepId, ...columnsOf(newer)],
  );
}

/** `before`: the verdicts before, by the keys of the roles. */
async function announce(
  client: pg.ClientBase,
  sweepId: string,
  changed: Seen[],
  before: ReadonlyMap<string, Verdict>,
): Promise<void> {
  const events = changed.flatMap((one) => {
    const verdict = before.get(keyOf(one));
    return verdict ? [{ ...one, event: eventOf(one.report, verdict, sweepId) }] : [];
  });
  if (events.length === 0) return;
  await client.query(
    `INSERT INTO verdict_event (id, account_id, role_key, body)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])`,
    [
      events.map(({ event }) => event.id),
      events.map(({ accountId }) => accountId),
      events.map(({ roleKey }) => roleKey),
      events.map(({ event }) => JSON.stringify(event)),
    ],
  );
}

const keyOf = ({ accountId, roleKey }: Seen) => `${accountId}/${roleKey}`;

const eventOf = (report: RoleReport, before: Verdict, sweepId: string): VerdictEvent => ({
  specversion: '1.0',
  id: randomUUID(),
  source: 'urn:rolewright',
  type: 'io.rolewright.verdict.changed',
  subject: `${report.accountId}/${report.roleName}`,
  time: report.checkedAt,
  datacontenttype: 'application/json',
  data: {
    accountId: report.accountId,
    roleName: report.roleName,
    before,
    after: report.verdict,
    findings: codesOf(report),
    sweepId,
  },
});
