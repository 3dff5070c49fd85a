import type { HistoryPosition } from '../../ports/ledger.ts';
import type { Change } from '../../schema/change.ts';
import type { HistoryPage } from '../../schema/page.ts';
import { decodeCursor, encodeCursor } from '../call/paging.ts';

// A cursor holds a place in the history and the direction to go from there. It needs no look-up, and fits any
// filter.

export const cursorAt = ({ towards, position }: HistoryPosition) =>
  encodeCursor(`${towards === 'OLDER' ? '<' : '>'}${position}`);

const isOurs = (key: string) => /^[<>]\d{1,15}$/.test(key);

/** Fault: INVALID_INPUT at /cursor for a cursor that is not ours. */
export function placeAt(cursor: string): HistoryPosition {
  const key = decodeCursor(cursor, isOurs);
  return { towards: key.startsWith('<') ? 'OLDER' : 'NEWER', position: Number(key.slice(1)) };
}

/**
 * A cursor for the same place in the given direction. A cursor that is not ours stays as it is, and is
 * refused where it is used.
 */
export const towards = (way: HistoryPosition['towards'], cursor: string): string =>
  isOurs(Buffer.from(cursor, 'base64url').toString())
    ? cursorAt({ ...placeAt(cursor), towards: way })
    : cursor;

/** The `seq` with which a change was opened: its place in the history, whatever its outcome. */
export const positionOf = ({ settles, seq }: Change) => settles ?? seq;

/**
 * A page of what was read from a place (null: the newest), with a cursor for each direction. `next`: where
 * reading ended; null at the end.
 */
export function historyPage(
  items: Change[],
  next: HistoryPosition | null,
  from: HistoryPosition | null,
): HistoryPage<Change> {
  const { towards, position } = from ?? { towards: 'OLDER', position: Number.POSITIVE_INFINITY };
  const [newest, oldest] = [items.at(0), items.at(-1)];
  const onwards = next && cursorAt(next);
  // From an empty page, the cursor for the other direction leads to the place itself.
  if (towards === 'NEWER')
    return {
      items,
      nextCursor: cursorAt({ towards: 'OLDER', position: oldest ? positionOf(oldest) : position + 1 }),
      previousCursor: onwards,
    };
  const back = () => cursorAt({ towards: 'NEWER', position: newest ? positionOf(newest) : position - 1 });
  return { items, nextCursor: onwards, previousCursor: from && back() };
}
