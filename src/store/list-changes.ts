import { Fault } from '../fault.ts';
import type { Change } from '../schema/change.ts';
import type { ListChangesInput } from '../schema/inputs.ts';
import type { Page } from '../schema/page.ts';
import { Prisma, type PrismaClient } from './generated/client.ts';
import { reading } from './reading.ts';

/**
 * Changes as they now stand, newest first by their opening entry. Faults: INVALID_INPUT, UNAVAILABLE.
 * In SQL, since Prisma's client has no lower() (its insensitive mode is ILIKE, to which the _ of a role name is a wildcard).
 */
export async function listChanges(prisma: PrismaClient, query: ListChangesInput): Promise<Page<Change>> {
  const { limit = 50 } = query;
  const rows = await reading(
    prisma.$queryRaw<{ seq: bigint; body: Change }[]>`
      SELECT opening.seq, COALESCE(outcome.body, opening.body) AS body
      FROM ledger_entry opening LEFT JOIN ledger_entry outcome ON outcome.settles = opening.seq
      WHERE ${Prisma.join(conditions(query), ' AND ')}
      ORDER BY opening.seq DESC LIMIT ${limit + 1}`,
  );
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items: items.map(({ body }) => body), nextCursor: last && rows.length > limit ? toCursor(last.seq) : null };
}

function conditions(query: ListChangesInput): Prisma.Sql[] {
  const { accountId, roleName, cluster, actor, kind, outcome, since, until, cursor } = query;
  const { sql } = Prisma;
  const given = [
    accountId !== undefined && sql`opening.account_id = ${accountId}`,
    // IAM role names ignore case.
    roleName !== undefined && sql`lower(opening.role_name) = ${roleName.toLowerCase()}`,
    cluster !== undefined && sql`opening.clusters @> ARRAY[${cluster}]`,
    actor !== undefined && sql`opening.actor_subject = ${actor}`,
    kind !== undefined && sql`opening.kind = ${kind}`,
    outcome !== undefined && sql`COALESCE(outcome.outcome, opening.outcome) = ${outcome}`,
    since !== undefined && sql`opening.at >= ${new Date(since)}`,
    until !== undefined && sql`opening.at < ${new Date(until)}`,
    cursor !== undefined && sql`opening.seq < ${fromCursor(cursor)}`,
  ];
  return [sql`opening.settles IS NULL`, ...given.filter((condition) => condition !== false)];
}

const toCursor = (seq: bigint) => Buffer.from(`seq:${seq}`).toString('base64url');

function fromCursor(cursor: string): bigint {
  const [, seq] = /^seq:([1-9]\d{0,17})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (seq !== undefined && toCursor(BigInt(seq)) === cursor) return BigInt(seq);
  const errors = [{ pointer: '/cursor', message: 'must be a nextCursor of the page before' }];
  throw new Fault('INVALID_INPUT', 'The cursor is not one that this list gave.', { errors });
}
