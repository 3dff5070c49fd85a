import Type, { type TSchema } from 'typebox';
import { nullable } from './primitives.ts';

export const Limit = Type.Integer({ minimum: 1, maximum: 100, default: 50, description: 'a number from 1 to 100' });
export const Cursor = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '^[A-Za-z0-9_-]+$',
  description: 'a cursor of a page before',
});

/** A page of a list. `nextCursor` is null on the last one. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}
export const page = <S extends TSchema>($id: string, item: S) =>
  Type.Object({ items: Type.Array(item), nextCursor: nullable(Type.String()) }, { $id, additionalProperties: false });

/** A page of a list that can be read both ways. `previousCursor` is null on the first one. */
export interface HistoryPage<T> extends Page<T> {
  previousCursor: string | null;
}
export const historyPage = <S extends TSchema>($id: string, item: S) =>
  Type.Object(
    { items: Type.Array(item), nextCursor: nullable(Type.String()), previousCursor: nullable(Type.String()) },
    { $id, additionalProperties: false },
  );
