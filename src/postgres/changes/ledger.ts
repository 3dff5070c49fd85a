import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { roleKeyOf } from '../../domain/role/same.ts';
import type { ChangeDraft, Intent, Ledger } from '../../ports/ledger.ts';
import type { Observer } from '../../ports/observer.ts';
import type { ChangeBody, ChangeError } from '../../schema/change.ts';
import { orUnavailable } from '../connection/or-unavailable.ts';
import { Prisma, type PrismaClient } from '../generated/client.ts';
import { openAppend } from './append.ts';
import { changeOf, type Row, rowOf } from './entry-row.ts';
import { listChanges } from './list-changes.ts';
import { readEntries } from './read-entries.ts';

/** The newest entry of a change: its outcome, or else its opening. For queries that join `opening`. */
const newest = Prisma.sql`JOIN ledger_entry entry ON entry.seq = COALESCE(
  (SELECT outcome.seq FROM ledger_entry outcome WHERE outcome.settles = opening.seq), opening.seq)`;
const row = Prisma.raw(rowOf('entry'));
/** Changes of claims alone have no effect on the role. */
const isOfRole = Prisma.sql`entry.kind <> 'CLAIM' AND entry.kind <> 'RELEASE'`;

/**
 * The log (docs/decisions/0004-ledger.md). Faults: AUDIT_UNAVAILABLE when it writes, or reads for a write;
 * otherwise UNAVAILABLE.
 */
export function openLedger({
  prisma,
  reads,
  pool,
  timeoutMs,
  observer,
}: {
  prisma: PrismaClient;
  reads: pg.Pool;
  pool: pg.Pool;
  timeoutMs: number;
  observer: Observer;
}): Ledger {
  const append = openAppend(pool, timeoutMs, observer);
  const changes = async (query: Prisma.Sql, code?: 'AUDIT_UNAVAILABLE') =>
    (await orUnavailable(prisma.$queryRaw<Row[]>(query), code)).map(changeOf);

  return {
    async open(draft) {
      const { id, accountId, roleName } = await append({ opening: begin(draft, 'PENDING', null) });
      // The one place where an Intent is made: the entry is committed.
      return { changeId: id, accountId, roleName, planned: draft.planned } as unknown as Intent;
    },

    refuse: (draft, error) => append({ opening: begin(draft, 'FAILED', error) }),

    settle: ({ changeId }, settlement) => append({ changeId, outcome: settlement }),

    async get(id) {
      const [found] = await changes(
        Prisma.sql`SELECT ${row} FROM ledger_entry opening ${newest} WHERE opening.change_id = ${id} AND opening.settles IS NULL`,
      );
      return found ?? null;
    },

    async attemptUnder({ subject, issuer }, key, after) {
      const [opening, outcome] = await changes(Prisma.sql`
        SELECT ${row} FROM (
          SELECT seq FROM ledger_entry
          WHERE idempotency_key = ${key} AND settles IS NULL AND seq > ${after} AND actor = ${subject}
            AND ledger_json(body) -> 'actor' ->> 'issuer' IS NOT DISTINCT FROM ${issuer}
          ORDER BY seq DESC LIMIT 1) opening
        JOIN ledger_entry entry ON entry.seq = opening.seq OR entry.settles = opening.seq
        ORDER BY entry.seq`);
      return opening ? { opening, change: outcome ?? opening } : null;
    },

    async effectiveSince(accountId, roleName, since) {
      const roleKey = roleKeyOf(roleName);
      const ofRole = Prisma.sql`entry.account_id = ${accountId} AND entry.role_key = ${roleKey} AND entry.outcome <> 'PENDING' AND entry.outcome <> 'FAILED' AND ${isOfRole}`;
      const query = Prisma.sql`
        (SELECT ${row} FROM open_change JOIN ledger_entry entry USING (seq)
         WHERE open_change.account_id = ${accountId} AND open_change.role_key = ${roleKey} AND ${isOfRole})
        UNION ALL
        (SELECT ${row} FROM ledger_entry entry WHERE ${ofRole} AND entry.at >= ${since.toISOString()} ORDER BY entry.position DESC LIMIT 200)
        UNION ALL
        (SELECT ${row} FROM ledger_entry entry WHERE ${ofRole} ORDER BY entry.position DESC LIMIT 1)`;
      const found = await changes(query, 'AUDIT_UNAVAILABLE');
      const distinct = [...new Map(found.map((change) => [change.id, change])).values()];
      return distinct.sort((a, b) => (b.settles ?? b.seq) - (a.settles ?? a.seq));
    },

    async hasChanged(accountId, roleName, roleId) {
      const [row] = await orUnavailable(
        prisma.$queryRaw<{ found: boolean }[]>`
          SELECT EXISTS (
            SELECT FROM ledger_entry
            WHERE account_id = ${accountId} AND role_key = ${roleKeyOf(roleName)} AND outcome NOT IN ('PENDING', 'FAILED')
              AND ledger_json(body) ->> 'roleId' = ${roleId} AND json_array_length(ledger_json(body) -> 'planned') > 0) AS found`,
        'AUDIT_UNAVAILABLE',
      );
      return row?.found === true;
    },

    unsettled: (about) => {
      const where =
        'after' in about
          ? Prisma.sql`open_change.seq > ${about.after}`
          : Prisma.sql`open_change.account_id = ${about.accountId} AND open_change.role_key = ${roleKeyOf(about.roleName)}`;
      return changes(
        Prisma.sql`SELECT ${row} FROM open_change JOIN ledger_entry entry USING (seq) WHERE ${where} ORDER BY open_change.seq LIMIT 100`,
        'AUDIT_UNAVAILABLE',
      );
    },

    async clustersAskedOf(accountId, roleName) {
      const rows = await orUnavailable(
        prisma.$queryRaw<{ cluster: string }[]>`
          SELECT cluster FROM (
            SELECT DISTINCT ON (cluster) cluster, asked, position
            FROM ledger_entry CROSS JOIN LATERAL (
              SELECT unnest(clusters), kind <> 'RETRACT' WHERE kind NOT IN ('REVERT', 'CLAIM', 'RELEASE')
              UNION ALL -- A revert may add and remove clusters, also others than the change it undoes. A repair removes.
              SELECT (named ->> 'region') || '/' || (named ->> 'name'), gives
              FROM (VALUES ('clustersGained', TRUE), ('clustersLost', FALSE)) AS effect (member, gives),
                json_array_elements(ledger_json(body) -> 'effects' -> member) AS named WHERE kind = 'REVERT' OR (kind = 'REPAIR' AND NOT gives)
            ) AS told (cluster, asked)
            WHERE account_id = ${accountId} AND role_key = ${roleKeyOf(roleName)} AND outcome = 'SUCCEEDED'
            ORDER BY cluster, position DESC) latest
          WHERE asked ORDER BY position DESC, cluster LIMIT 1000`,
        'AUDIT_UNAVAILABLE',
      );
      return rows.map(({ cluster }) => {
        const [region = '', name = ''] = cluster.split('/');
        return { region, name };
      });
    },

    list: (filter, page) => listChanges(reads, filter, page),
    entries: (range) => readEntries(reads, range),
  };
}

function begin(
  { caller: { actor, via, requestId, userAgent = null, onBehalfOf }, ...draft }: ChangeDraft,
  outcome: 'PENDING' | 'FAILED',
  error: ChangeError | null,
): Omit<ChangeBody, 'at' | 'endedAt'> {
  const id = `change_${randomUUID()}`;
  const override = draft.overrides[0] ?? null;
  return {
    id,
    settles: null,
    outcome,
    actor,
    via,
    requestId,
    override,
    ...draft,
    steps: [],
    error,
    recovered: false,
    userAgent,
    onBehalfOf: onBehalfOf?.actor ?? null,
  };
}
