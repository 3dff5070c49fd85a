import type pg from 'pg';
import { roleKeyOf } from '../../domain/role/same.ts';
import type { ChangeFilter, HistoryPosition, Ledger } from '../../ports/ledger.ts';
import { orUnavailable } from '../connection/or-unavailable.ts';
import { changeOf, type Row, rowOf } from './entry-row.ts';
import { openedWithin } from './opened-within.ts';
import { parseSearch } from './words.ts';

/** Number of changes that a search looks through before it uses the index of words. */
const fewest = 5000;

/**
 * Lists changes as they now stand, by the position of their opening. Fault: UNAVAILABLE.
 *
 * A search looks through the next changes of the page first. So it finds frequent words at once, in the order
 * of the history, which the index of words does not know. If these changes do not fill the page, the words
 * are rare enough to read all changes that the index has, and to sort them.
 */
export async function listChanges(
  pool: pg.Pool,
  filter: ChangeFilter,
  page: NonNullable<Parameters<Ledger['list']>[1]> = {},
): ReturnType<Ledger['list']> {
  const { from = null, limit = 50 } = page;
  const period = await openedWithin(pool, filter);
  const read = async (way: 'ORDER' | 'WORDS') => {
    const { text, values } = pageQuery(filter, { ...period, from, limit }, way);
    return (await orUnavailable(pool.query<Row>(text, values))).rows;
  };
  let rows = await read('ORDER');
  if (filter.q !== undefined && rows.length <= limit) rows = await read('WORDS');
  const items = rows.slice(0, limit).map(changeOf);
  return { items: from?.towards === 'NEWER' ? items.reverse() : items, hasMore: rows.length > limit };
}

/**
 * The query for a page and one change more, with its values.
 *
 * Every change with an outcome has one entry that is not PENDING. The few changes without an outcome are read
 * in the same query. It does not use Prisma, which takes a third of the time. Nor does it use prepared
 * statements: their generic plan would read the whole log for a rare value.
 */
function pageQuery(
  filter: ChangeFilter,
  {
    after,
    before,
    from,
    limit,
  }: {
    after: string | null;
    before: string | null;
    from: HistoryPosition | null;
    limit: number;
  },
  way: 'ORDER' | 'WORDS',
): { text: string; values: unknown[] } {
  const isBackwards = from?.towards === 'NEWER';
  const values: unknown[] = [];
  const bound = (value: unknown) => `$${values.push(value)}`;
  const places = [
    after !== null && `> ${bound(after)}`,
    before !== null && `< ${bound(before)}`,
    from !== null && `${isBackwards ? '>' : '<'} ${bound(from.position)}`,
  ].filter((place) => place !== false);
  const within = (column: string) => places.map((place) => `${column} ${place}::bigint`);
  const others = conditionsOn(filter, bound);
  const conditions = [...within('entry.position'), ...others];
  const isSearchAlone = others.length === 0 && filter.cluster === undefined;
  const search = filter.q === undefined ? null : parseSearch(filter.q);
  const phrases = (search?.phrases ?? []).map(
    (phrase) => `' ' || said.words || ' ' LIKE ${bound(`% ${phrase} %`)}`,
  );
  const size = `${bound(limit + 1)}::int`;
  const ordered = (name: string) => `ORDER BY ${name}.position ${isBackwards ? 'ASC' : 'DESC'}`;
  const inOrder = (name: string, count = size) => `${ordered(name)} LIMIT ${count}`;
  const holding = (words: string[]) => `string_to_array(said.words, ' ') @> ${bound(words)}::text[]`;
  const all = (where: string[]) => ['TRUE', ...where].join(' AND ');
  const columns = 'entry.seq, entry.position, entry.body, entry.hash';
  const select = (tables: string, where: string[]) =>
    `(SELECT ${columns} FROM ${tables} WHERE ${all(where)} ${inOrder('entry')})`;

  const saidOf = (name: string) => `ledger_search said ON said.position = ${name}.position`;
  /** The places of the settled changes that hold the words. */
  const find = (tables: string, where: string[], { words }: { words: string[] }) =>
    way === 'ORDER'
      ? `SELECT next.position FROM (SELECT entry.position FROM ${tables} WHERE ${all(where)} ${inOrder('entry', `${fewest}`)}) next
           JOIN ${saidOf('next')} WHERE ${all(phrases)} ${inOrder('next')}`
      : isSearchAlone
        ? // Every match is a change of the page's order, so only those of the page are looked up in the log.
          // The inner OFFSET 0 keeps the planner from reading the words of all changes in that order.
          `SELECT entry.position FROM (SELECT hit.position FROM (SELECT said.position FROM ledger_search said
             WHERE ${all([...within('said.position'), ...phrases, holding(words)])} OFFSET 0) hit ${ordered('hit')} OFFSET 0) rare
             JOIN ledger_entry entry ON entry.position = rare.position AND ${isSettled} ${inOrder('rare')}`
        : // OFFSET 0 keeps the planner from reading the history in its order until the page is full.
          `SELECT rare.position FROM (SELECT entry.position FROM ${tables} JOIN ${saidOf('entry')}
           WHERE ${all([...where, ...within('said.position'), ...phrases, holding(words)])} OFFSET 0) rare ${inOrder('rare')}`;
  const settled = (tables: string, where: string[]) =>
    search === null
      ? select(tables, [isSettled, ...where])
      : `(SELECT ${columns} FROM (${find(tables, [isSettled, ...where], search)}) found
           JOIN ledger_entry entry ON entry.position = found.position AND ${isSettled})`;

  const cluster = filter.cluster === undefined ? null : bound(filter.cluster);
  const parts = [
    filter.outcome !== 'PENDING' &&
      (cluster === null
        ? settled('ledger_entry entry', conditions)
        : settled('ledger_cluster named JOIN ledger_entry entry ON entry.position = named.position', [
            `named.cluster = ${cluster}`,
            ...within('named.position'),
            ...conditions,
          ])),
    (filter.outcome === undefined || filter.outcome === 'PENDING') &&
      select(
        `open_change JOIN ledger_entry entry USING (seq)${search === null ? '' : ` JOIN ${saidOf('entry')}`}`,
        [...(cluster === null ? [] : [`entry.clusters @> ARRAY[${cluster}]`]), ...conditions, ...phrases],
      ),
  ].filter((part) => part !== false);
  const text = `SELECT ${rowOf('entry')} FROM (${parts.join(' UNION ALL ')}) entry ${inOrder('entry')}`;
  return { text, values };
}

const isSettled = "entry.outcome <> 'PENDING'";

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
