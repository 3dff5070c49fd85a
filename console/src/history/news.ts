import type { Change } from './sentence.ts';

/** The place of a change in the history, whatever its outcome: the `seq` with which it was opened. */
const placeOf = ({ settles, seq }: Change) => settles ?? seq;

/**
 * Compares the changes that are shown with the newest ones of a later answer: takes over outcomes that have come
 * since, and counts the changes that are newer than all that is shown.
 */
export function mergeNews(shown: Change[], newest: Change[]): { rows: Change[]; newCount: number } {
  const later = new Map(newest.map((change) => [change.id, change]));
  const rows = shown.map((change) => {
    const other = later.get(change.id);
    return other && other.seq > change.seq ? other : change;
  });
  const top = shown[0] ? placeOf(shown[0]) : 0;
  return { rows, newCount: newest.filter((change) => placeOf(change) > top).length };
}
