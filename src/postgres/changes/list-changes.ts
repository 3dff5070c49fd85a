import type pg from 'pg';
import { roleKeyOf } from '../../domain/role/same.ts';
import type { ChangeFilter, Ledger } from '../../ports/ledger.ts';
import { orUnavailable } from '../connection/or-unavailable.ts';
import { changeOf, type Row, rowOf } from './entry-row.ts';
import { openedWithin } from './opened-within.ts';

/**
 * Lists changes as they now stand, by the position of their opening. Fault: UNAVAILABLE.
 *
 * Every change with an outcome has one entry that is not PENDING. The few changes without an outcome are read
 * in the same query. It does not use Prisma, which takes a third of the time. Nor does it use prepared
 * statements: their generic plan would read the whole log for a rare value.
 */
export async function listChanges(
  pool: pg.Pool,
  filter: ChangeFilter,
  { from = null, limit = 50 }: NonNullable<Parameters<Ledger['list']>[1]> = {},
): ReturnType<Ledger['list']> {
  const isBackwards = from?.towards === 'NEWER';
  const { after, before } = await openedWithin(pool, filter);
  const values: unknown[] = [];
  const bound = (value: unknown) => `$${values.push(value)}`;
  const places = [
    after !== null && `> ${bound(after)}`,
    before !== null && `< ${bound(before)}`,
    from !== null && `${isBackwards ? '>' : '<'} ${bound(from.position)}`,
  ].filter((place) => place !== false);
  const within = (column: string) => places.map((place) => `${column} ${place}::bigint`);
  const conditions = [...within('entry.position'), ...conditionsOn(filter, bound)];
  const ordered = `ORDER BY entry.position ${isBackwards ? 'ASC' : 'DESC'} LIMIT ${bound(limit + 1)}::int`;
  const select = (tables: string, where: string[]) =>
    `(SELECT entry.seq, entry.position, entry.body, entry.hash FROM ${tables} WHERE ${['TRUE', ...where].join(' AND ')} ${ordered})`;

  const cluster = filter.cluster === undefined ? null : bound(filter.cluster);
  const isSettled = "entry.outcome <> 'PENDING'";
  const parts = [
    filter.outcome !== 'PENDING' &&
      (cluster === null
        ? select('ledger_entry entry', [isSettled, ...conditions])
        : select('ledger_cluster named JOIN ledger_entry entry ON entry.position = named.position', [
            isSettled,
            `named.cluster = ${cluster}`,
            ...within('named.position'),
            ...conditions,
          ])),
    (filter.outcome === undefined || filter.outcome === 'PENDING') &&
      select('open_change JOIN ledger_entry entry USING (seq)', [
        ...(cluster === null ? [] : [`entry.clusters @> ARRAY[${cluster}]`]),
        ...conditions,
      ]),
  ].filter((part) => part !== false);
  const query = `SELECT ${rowOf('entry')} FROM (${parts.join(' UNION ALL ')}) entry ${ordered}`;
  const { rows } = await orUnavailable(pool.query<Row>(query, values));
  const items = rows.slice(0, limit).map(changeOf);
  return { items: isBackwards ? items.reverse() : items, hasMore: rows.length > limit };
}

function conditionsOn(
  { accountId, roleName, actor, actorIssuer, kind, outcome, since, until }: ChangeFilter,
  bound: (value: unknown) => string,
): string[] {
  const time = (text: string) => bound(new Date(text).toISOString());
  return [
    accountId !== undefined && `entry.account_id = ${bound(accountId)}`,
    // IAM role names ignore case.
    roleName !== undefined && `entry.role_key = ${bound(roleKeyOf(roleName))}`,
    actor !== undefined && `entry.actor = ${bound(actor)}`,
    // There is no column for the issuer, so the body is read. A subject has few issuers.
    actorIssuer !== undefined && `"ledger_json"(entry.body) -> 'actor' ->> 'issuer' = ${bound(actorIssuer)}`,
    kind !== undefined && `entry.kind = ${bound(kind)}`,
    outcome !== undefined && `entry.outcome = ${bound(outcome)}`,
    since !== undefined && `entry.at >= ${time(since)}`,
    until !== undefined && `entry.at < ${time(until)}`,
  ].filter((condition) => condition !== false);
}
