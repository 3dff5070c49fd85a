import type { AccountRecord } from '../../ports/accounts.ts';
import type { Deps } from './deps.ts';

/** Maximum number of items that are read for one page of a list that may be endless. */
const most = 1000;
/** Number of items that are read at once, after the first read. */
const batch = 200;

/**
 * Reads on until `limit` visible items are found, and skips those that the caller may not see. Stops after
 * 1,000 items.
 *
 * `read` answers `size` items from a place on, and fewer only at the end of the list. `see` leaves the
 * visible ones. `next` is the place of the next page, null at the end. `hasPrivatePlaces`: a place would
 * reveal a hidden item, such as the ID of an account. Then no page ends at a hidden item, and the list is
 * read to its end: an organization has tens of thousands of accounts at most.
 */
export async function readVisiblePage<T, P>(
  { limit, from, hasPrivatePlaces = false }: { limit: number; from: P | null; hasPrivatePlaces?: boolean },
  read: (from: P | null, size: number) => Promise<T[]>,
  placeOf: (item: T) => P,
  see: (items: T[]) => T[] | Promise<T[]>,
): Promise<{ items: T[]; next: P | null }> {
  const items: T[] = [];
  let place = from;
  for (let count = 0; ; ) {
    // One more than the page holds shows whether there is another page.
    const size = count === 0 ? limit + 1 : batch;
    const some = await read(place, size);
    items.push(...(await see(some)));
    const last = items[limit - 1];
    if (items.length > limit && last !== undefined)
      return { items: items.slice(0, limit), next: placeOf(last) };
    const end = some.at(-1);
    if (some.length < size || end === undefined) return { items, next: null };
    place = placeOf(end);
    count += some.length;
    if (count >= most && !hasPrivatePlaces) return { items, next: place };
  }
}

/**
 * The registered accounts of these items, by ID. An account that is no longer registered has no labels, so a
 * permission by label does not apply to it.
 */
export async function readAccounts(
  { accounts }: Deps,
  items: { accountId: string }[],
): Promise<ReadonlyMap<string, AccountRecord>> {
  const records = await accounts.among([...new Set(items.map(({ accountId }) => accountId))]);
  return new Map(records.map((record) => [record.accountId, record]));
}
