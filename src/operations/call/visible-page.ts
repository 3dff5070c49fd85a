import type { AccountRecord } from '../../ports/accounts.ts';
import type { Deps } from './deps.ts';

/** So many are looked at for one page, at the most, where a list may be without end. */
const most = 1000;
/** So many are read at once, after the first look. */
const batch = 200;

/**
 * A page of those of a list that may be seen: full, however many lie between that may not, unless so many do that the page
 * ends before. `read` answers so many of the list from a place on, fewer only at its end; `see` leaves what may be seen.
 * `next` is the place to go on from, null at the end. Where a place `tells` whose it is, such as by the ID of an account, no page
 * ends at what may not be seen, and the list is read to its end: an organization has tens of thousands of accounts at the most.
 */
export async function visiblePage<T, P>(
  { limit, from, tells = false }: { limit: number; from: P | null; tells?: boolean },
  read: (from: P | null, size: number) => Promise<T[]>,
  placeOf: (item: T) => P,
  see: (items: T[]) => T[] | Promise<T[]>,
): Promise<{ items: T[]; next: P | null }> {
  const items: T[] = [];
  let place = from;
  for (let looked = 0; ; ) {
    // One more than the page holds tells whether there is another page.
    const size = looked === 0 ? limit + 1 : batch;
    const found = await read(place, size);
    items.push(...(await see(found)));
    const last = items[limit - 1];
    if (items.length > limit && last !== undefined) return { items: items.slice(0, limit), next: placeOf(last) };
    const end = found.at(-1);
    if (found.length < size || end === undefined) return { items, next: null };
    place = placeOf(end);
    looked += found.length;
    if (looked >= most && !tells) return { items, next: place };
  }
}

/** The accounts of these, by ID; one that is not registered any more is not among them, and has no labels to be authorize by. */
export async function accountsOf({ accounts }: Deps, items: { accountId: string }[]): Promise<ReadonlyMap<string, AccountRecord>> {
  const found = await accounts.among([...new Set(items.map(({ accountId }) => accountId))]);
  return new Map(found.map((record) => [record.accountId, record]));
}
