import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { ChangeDraft, Intent, Ledger } from '../ports.ts';
import type { Change, ChangeError } from '../schema/change.ts';
import { append, atHead, type Draft } from './append.ts';
import type { PrismaClient } from './generated/client.ts';
import { listChanges } from './list-changes.ts';
import { reading } from './reading.ts';

/** The log of docs/decisions/0004-ledger.md. Faults: AUDIT_UNAVAILABLE where it writes, UNAVAILABLE where it reads. */
export function openLedger({ prisma, pool, timeoutMs }: { prisma: PrismaClient; pool: pg.Pool; timeoutMs: number }): Ledger {
  const open = (draft: Draft) => atHead(pool, timeoutMs, (client) => append(client, draft, null));

  return {
    async open(draft) {
      const { id, accountId, roleName } = await open(begin(draft, 'PENDING', null));
      // The one place where an Intent is made: the entry is committed.
      return { changeId: id, accountId, roleName } as Intent;
    },

    async refuse(draft, error) {
      return await open(begin(draft, 'FAILED', error));
    },

    async settle(intent, { outcome, steps, after, diff, error }) {
      return await atHead(pool, timeoutMs, async (client) => {
        const { rows } = await client.query<{ body: Change; settled: Change | null }>(
          `SELECT opening.body, outcome.body AS settled FROM ledger_entry opening
           LEFT JOIN ledger_entry outcome ON outcome.settles = opening.seq
           WHERE opening.change_id = $1 AND opening.settles IS NULL`,
          [intent.changeId],
        );
        const found = rows[0];
        if (found === undefined) throw new Error(`the log has no intent ${intent.changeId}`);
        // A change has one outcome: the first. Who settles again learns it; so a settlement may be repeated.
        if (found.settled !== null) return found.settled;
        const { seq, previousHash: _, hash: __, ...opening } = found.body;
        return await append(client, { ...opening, outcome, after, diff, steps, error }, seq);
      });
    },

    async get(id) {
      const opening = await reading(
        prisma.ledgerEntry.findFirst({ where: { changeId: id, settlesSeq: null }, include: { settledBy: true } }),
      );
      return opening && ((opening.settledBy ?? opening).body as Change);
    },

    async latestEffective(accountId, roleName) {
      const rows = await reading(
        prisma.$queryRaw<{ body: Change }[]>`
          SELECT COALESCE(outcome.body, opening.body) AS body
          FROM ledger_entry opening LEFT JOIN ledger_entry outcome ON outcome.settles = opening.seq
          WHERE opening.settles IS NULL AND opening.account_id = ${accountId} AND lower(opening.role_name) = ${roleName.toLowerCase()}
            AND COALESCE(outcome.outcome, opening.outcome) <> 'FAILED'
          ORDER BY opening.seq DESC LIMIT 1`,
      );
      return rows[0]?.body ?? null;
    },

    async clustersAskedOf(accountId, roleName) {
      const rows = await reading(
        prisma.$queryRaw<{ cluster: string }[]>`
          SELECT cluster FROM (
            SELECT DISTINCT ON (cluster) cluster, opening.kind, opening.seq
            FROM ledger_entry opening JOIN ledger_entry outcome ON outcome.settles = opening.seq
            CROSS JOIN LATERAL unnest(opening.clusters) AS cluster
            WHERE opening.settles IS NULL AND opening.account_id = ${accountId} AND lower(opening.role_name) = ${roleName.toLowerCase()}
              AND outcome.outcome = 'SUCCEEDED'
            ORDER BY cluster, opening.seq DESC) latest
          WHERE kind IN ('CREATE', 'EXTEND', 'REPAIR') ORDER BY seq DESC, cluster LIMIT 1000`,
      );
      return rows.map(({ cluster }) => {
        const [region = '', name = ''] = cluster.split('/');
        return { region, name };
      });
    },

    list: (query) => listChanges(prisma, query),
  };
}

function begin(draft: ChangeDraft, outcome: 'PENDING' | 'FAILED', error: ChangeError | null): Draft {
  const { kind, accountId, roleName, clusters, caller, reason, override, planId, before, after, diff } = draft;
  const { actor, via, requestId } = caller;
  return {
    id: `change_${randomUUID()}`,
    at: new Date().toISOString(),
    kind,
    outcome,
    accountId,
    roleName,
    clusters,
    actor,
    via,
    reason,
    override,
    requestId,
    idempotencyKey: null,
    planId,
    before,
    after,
    diff,
    steps: [],
    error,
  };
}
