import Type, { type TSchema } from 'typebox';
import { nullable } from './primitives.ts';

export const Limit = Type.Integer({
  minimum: 1,
  maximum: 100,
  default: 50,
  description: 'a number from 1 to 100',
});
export const Cursor = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '^[A-Za-z0-9_-]+$',
  description: 'a cursor that an earlier page answered',
});

/** A page of a list. `nextCursor` is null on the last one. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}
const nextCursor = nullable(Type.String(), 'Send it as `cursor` to get the next page. Null on the last page');
const previousCursor = nullable(
  Type.String(),
  'Send it as `cursor` to get the page before. Null on the first page',
);

export const page = <S extends TSchema>($id: string, item: S) =>
  Type.Object(
    { items: Type.Array(item, { description: 'The items of this page' }), nextCursor },
    { $id, description: 'One page of a list', additionalProperties: false },
  );

/** A page of a list that can be read both ways. `previousCursor` is null on the first one. */
export interface HistoryPage<T> extends Page<T> {
  previousCursor: string | null;
}
export const historyPage = <S extends TSchema>($id: string, item: S) =>
  Type.Object(
    { items: Type.Array(item, { description: 'The items of this page' }), nextCursor, previousCursor },
    {
      $id,
      description: 'One page of a list that can be read in both directions',
      additionalProperties: false,
    },
  );
