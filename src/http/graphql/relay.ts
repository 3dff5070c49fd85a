import { invalidInput } from '../../operations/call/input.ts';
import { cursorAt, towards } from '../../operations/changes/history-page.ts';
import type { Args } from './call.ts';

/** Converts Relay's arguments to limit and cursor. Fault: INVALID_INPUT if they ask for both directions. */
export function wayOf({ first, after, last, before }: Args): Args {
  if (last === undefined && before === undefined)
    return { limit: first, cursor: after && towards('OLDER', String(after)) };
  const message = 'must not be combined with first or after';
  if (first !== undefined || after !== undefined)
    throw invalidInput([{ pointer: last === undefined ? '/before' : '/last', message }]);
  return {
    limit: last,
    cursor:
      before === undefined ? cursorAt({ towards: 'NEWER', position: 0 }) : towards('NEWER', String(before)),
  };
}

/**
 * Converts a page to a Relay connection. A page may end early, after many items that the caller may not see.
 * The next page then begins where the reading stopped, not at the last item.
 */
export function relay<T>(
  items: T[],
  cursorOf: (item: T) => string,
  {
    next,
    previous,
    hasPreviousPage,
  }: { next: string | null; previous: string | null; hasPreviousPage: boolean },
) {
  const edges = items.map((node) => ({ cursor: cursorOf(node), node }));
  const [startCursor, endCursor] = [
    previous ?? edges.at(0)?.cursor ?? null,
    next ?? edges.at(-1)?.cursor ?? null,
  ];
  return { edges, pageInfo: { hasNextPage: next !== null, hasPreviousPage, startCursor, endCursor } };
}
