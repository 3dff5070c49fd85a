import { Fault } from '../fault.ts';
import type { Change } from '../schema/change.ts';
import type { ListChangesInput } from '../schema/inputs.ts';
import type { Page } from '../schema/page.ts';
import { changeOf, type Row, rowOf } from './append.ts';
import { Prisma, type PrismaClient } from './generated/client.ts';
import { reading } from './reading.ts';

const row = Prisma.raw(rowOf('entry'));

/**
 * Changes as they now stand, newest first by their opening entry. Faults: INVALID_INPUT, UNAVAILABLE.
 * Every change that has an outcome is one entry that is not PENDING; the few that have none are read beside them.
 */
export async function listChanges(prisma: PrismaClient, query: ListChangesInput): Promise<Page<Change>> {
  const { limit = 50, cursor } = query;
  const before = cursor === undefined ? null : await openingOf(prisma, cursor);
  const where = Prisma.join([...conditions(query), ...(before === null ? [] : [Prisma.sql`entry.position < ${before}`])], ' AND ');
  const newestFirst = Prisma.sql`ORDER BY position DESC LIMIT ${limit + 1}`;
  const rows = await reading(
    prisma.$queryRaw<Row[]>`
      SELECT ${row} FROM (
        (SELECT entry.* FROM ledger_entry entry WHERE entry.outcome <> 'PENDING' AND ${where} ${newestFirst})
        UNION ALL
        (SELECT entry.* FROM open_change JOIN ledger_entry entry USING (seq) WHERE ${where} ${newestFirst})
      ) entry ${newestFirst}`,
  );
  const items = rows.slice(0, limit).map(changeOf);
  const last = items.at(-1);
  return { items, nextCursor: last && rows.length > limit ? Buffer.from(last.id).toString('base64url') : null };
}

function conditions(query: ListChangesInput): Prisma.Sql[] {
  const { accountId, roleName, cluster, actor, kind, outcome, since, until } = query;
  const { sql } = Prisma;
  const time = (text: string) => new Date(text).toISOString();
  const given = [
    accountId !== undefined && sql`entry.account_id = ${accountId}`,
    // IAM role names ignore case.
    roleName !== undefined && sql`entry.role_key = ${roleName.toLowerCase()}`,
    cluster !== undefined && sql`entry.clusters @> ARRAY[${cluster}]`,
    actor !== undefined && sql`entry.actor = ${actor}`,
    kind !== undefined && sql`entry.kind = ${kind}`,
    outcome !== undefined && sql`entry.outcome = ${outcome}`,
    since !== undefined && sql`entry.at >= ${time(since)}`,
    until !== undefined && sql`entry.at < ${time(until)}`,
  ].filter((condition) => condition !== false);
  return given.length > 0 ? given : [sql`TRUE`];
}

/** A cursor holds the ID of a change: the same for whoever pages, whatever the filters. Answers its opening entry's place. */
async function openingOf(prisma: PrismaClient, cursor: string): Promise<bigint> {
  const changeId = Buffer.from(cursor, 'base64url').toString();
  const opening = await reading(prisma.ledgerEntry.findFirst({ where: { changeId, settles: null }, select: { seq: true } }));
  if (opening) return opening.seq;
  const errors = [{ pointer: '/cursor', message: 'must be a nextCursor of the page before' }];
  throw new Fault('INVALID_INPUT', 'The cursor is not one that this list gave.', { errors });
}
