import type { Place } from '../../ports/ledger.ts';
import type { Change } from '../../schema/change.ts';
import type { HistoryPage } from '../../schema/page.ts';
import { decodeCursor, encodeCursor } from '../call/paging.ts';

// A cursor holds a place in the history and the way to go from there, so that it needs no look-up and serves any filter.

export const cursorAt = ({ towards, position }: Place) => encodeCursor(`${towards === 'OLDER' ? '<' : '>'}${position}`);

const isOurs = (key: string) => /^[<>]\d{1,15}$/.test(key);

/** Fault: INVALID_INPUT at /cursor for one that is not ours. */
export function placeAt(cursor: string): Place {
  const key = decodeCursor(cursor, isOurs);
  return { towards: key.startsWith('<') ? 'OLDER' : 'NEWER', position: Number(key.slice(1)) };
}

/** The same place, the given way on; a cursor that is not ours stays as it is, and is refused where it is used. */
export const towards = (way: Place['towards'], cursor: string): string =>
  isOurs(Buffer.from(cursor, 'base64url').toString()) ? cursorAt({ ...placeAt(cursor), towards: way }) : cursor;

/** The `seq` with which a change was opened: its place in the history, whatever has become of it. */
export const positionOf = ({ settles, seq }: Change) => settles ?? seq;

/** A page with the ways on, of what was read from a place (null: from the newest on). `next`: where there is more that way. */
export function historyPage(items: Change[], next: Place | null, from: Place | null): HistoryPage<Change> {
  const { towards, position } = from ?? { towards: 'OLDER', position: Number.POSITIVE_INFINITY };
  const [newest, oldest] = [items.at(0), items.at(-1)];
  const onwards = next && cursorAt(next);
  // Where there is nothing, the way back leads to the place itself.
  if (towards === 'NEWER')
    return {
      items,
      nextCursor: cursorAt({ towards: 'OLDER', position: oldest ? positionOf(oldest) : position + 1 }),
      previousCursor: onwards,
    };
  const back = () => cursorAt({ towards: 'NEWER', position: newest ? positionOf(newest) : position - 1 });
  return { items, nextCursor: onwards, previousCursor: from && back() };
}
