import type { Page } from '../../schema/page.ts';
import { isTimestamp } from '../../schema/primitives.ts';
import { invalidInput } from './input.ts';

export const defaultLimit = 50;

export const encodeCursor = (key: string) => Buffer.from(key).toString('base64url');

/** The key in a cursor. Fault: INVALID_INPUT where `isKey` refuses it. */
export function decodeCursor(cursor: string, isKey: (key: string) => boolean): string {
  const key = Buffer.from(cursor, 'base64url').toString();
  if (!isKey(key))
    throw invalidInput([{ pointer: '/cursor', message: 'must be the cursor of an earlier page' }]);
  return key;
}

/** Makes a page of items, of which one more was read than the limit. */
export function makePage<T>(read: T[], limit: number, cursorOf: (item: T) => string): Page<T> {
  const items = read.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: read.length > limit && last !== undefined ? cursorOf(last) : null };
}

/** A place in a list that is ordered by time and then by ID. */
export interface TimedPlace {
  createdAt: string;
  id: string;
}

export const encodeTimedCursor = ({ createdAt, id }: TimedPlace) => encodeCursor(`${createdAt} ${id}`);
const isTimed = (key: string) => /^\S{24} [\w.-]+$/.test(key) && isTimestamp(key.slice(0, 24));

/** The place in the cursor; null without a cursor. Fault: INVALID_INPUT. */
export function decodeTimedCursor(cursor: string | undefined): TimedPlace | null {
  if (cursor === undefined) return null;
  const [createdAt = '', id = ''] = decodeCursor(cursor, isTimed).split(' ');
  return { createdAt, id };
}
