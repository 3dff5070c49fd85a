import type { Change } from './sentence.ts';

/** The place of a change in the history, whatever its outcome: the `seq` with which it was opened. */
const placeOf = ({ settles, seq }: Change) => settles ?? seq;

/**
 * Compares the changes that are shown with the newest ones of a later answer: takes over outcomes that have come
 * since, and finds the changes that are newer than all that is shown.
 */
export function mergeNews(shown: Change[], newest: Change[]): { rows: Change[]; news: Change[] } {
  const later = new Map(newest.map((change) => [change.id, change]));
  const rows = shown.map((change) => {
    const other = later.get(change.id);
    return other && other.seq > change.seq ? other : change;
  });
  const top = shown[0] ? placeOf(shown[0]) : 0;
  return { rows, news: newest.filter((change) => placeOf(change) > top) };
}

/**
 * The changes of the same role next to one. `later` begins with the newest and is a page of all since this change,
 * which may not reach down to it (`isCut`).
 */
export function neighboursOf(
  change: Change,
  later: Change[],
  earlier: Change[],
  isCut: boolean,
): { later: Change | null; earlier: Change | null; isFarBack: boolean } {
  const place = placeOf(change);
  const reaches = !isCut || later.some((one) => placeOf(one) <= place);
  return {
    later: reaches ? (later.findLast((one) => placeOf(one) > place) ?? null) : null,
    // Two changes may have begun in the same millisecond.
    earlier: [...later, ...earlier].find((one) => placeOf(one) < place) ?? null,
    isFarBack: !reaches,
  };
}
