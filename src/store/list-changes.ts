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
  const { limit = 50, cursor } = query;
  const before = cursor === undefined ? null : await openingOf(prisma, cursor);
  const rows = await reading(
    prisma.$queryRaw<{ body: Change }[]>`
      SELECT COALESCE(outcome.body, opening.body) AS body
      FROM ledger_entry opening LEFT JOIN ledger_entry outcome ON outcome.settles = opening.seq
      WHERE ${Prisma.join([...conditions(query), ...(before === null ? [] : [Prisma.sql`opening.seq < ${before}`])], ' AND ')}
      ORDER BY opening.seq DESC LIMIT ${limit + 1}`,
  );
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(({ body }) => body),
    nextCursor: last && rows.length > limit ? Buffer.from(last.body.id).toString('base64url') : null,
  };
}

function conditions(query: ListChangesInput): Prisma.Sql[] {
  const { accountId, roleName, cluster, actor, kind, outcome, since, until } = query;
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
  ];
  return [sql`opening.settles IS NULL`, ...given.filter((condition) => condition !== false)];
}

/** A cursor holds the ID of a change: the same for whoever pages, whatever the filters. Answers its opening entry's place. */
async function openingOf(prisma: PrismaClient, cursor: string): Promise<bigint> {
  const changeId = Buffer.from(cursor, 'base64url').toString();
  const opening = await reading(prisma.ledgerEntry.findFirst({ where: { changeId, settlesSeq: null }, select: { seq: true } }));
  if (opening) return opening.seq;
  const errors = [{ pointer: '/cursor', message: 'must be a nextCursor of the page before' }];
  throw new Fault('INVALID_INPUT', 'The cursor is not one that this list gave.', { errors });
}
