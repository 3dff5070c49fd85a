import type { Page } from '../../schema/page.ts';
import { isTimestamp } from '../../schema/primitives.ts';
import { invalidInput } from './input.ts';

export const defaultLimit = 50;

export const encodeCursor = (key: string) => Buffer.from(key).toString('base64url');

/** The key in a cursor. Fault: INVALID_INPUT for one that `isKey` does not know. */
export function decodeCursor(cursor: string, isKey: (key: string) => boolean): string {
  const key = Buffer.from(cursor, 'base64url').toString();
  if (!isKey(key)) throw invalidInput([{ pointer: '/cursor', message: 'must be a cursor of a page before' }]);
  return key;
}

/** Makes a page of what was read with one item more than asked for. */
export function pageOf<T>(found: T[], limit: number, cursorOf: (item: T) => string): Page<T> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: found.length > limit && last !== undefined ? cursorOf(last) : null };
}

/** A place in a list that is ordered by time and then by ID. */
export const timedCursor = ({ createdAt, id }: { createdAt: string; id: string }) => encodeCursor(`${createdAt} ${id}`);
const isTimed = (key: string) => /^\S{24} [\w.-]+$/.test(key) && isTimestamp(key.slice(0, 24));

/** The place in such a cursor; null where there is none. Fault: INVALID_INPUT. */
export function timedPlace(cursor: string | undefined): { createdAt: string; id: string } | null {
  if (cursor === undefined) return null;
  const [createdAt = '', id = ''] = decodeCursor(cursor, isTimed).split(' ');
  return { createdAt, id };
}
