import {
  type GraphQLFieldConfigMap,
  GraphQLInt,
  GraphQLNonNull,
  type GraphQLOutputType,
  GraphQLString,
} from 'graphql';
import type { Operation } from '../../operations/call/operation.ts';
import { cursorAt, positionOf, towards } from '../../operations/changes/history-page.ts';
import type { Change } from '../../schema/change.ts';
import type { HistoryPage, Page } from '../../schema/page.ts';
import { type Args, callOperation, withoutNulls } from './call.ts';
import type { Context } from './context.ts';
import { relay, wayOf } from './relay.ts';
import type { Types } from './types.ts';

type Fields = GraphQLFieldConfigMap<unknown, Context>;

/**
 * Creates the functions that turn an operation into a field: one for each way in which GraphQL takes its
 * input and gives its output.
 */
export function createFieldMakers(types: Types) {
  const answer = (operation: Operation) => new GraphQLNonNull(types.output(operation.output));

  /** Takes the operation's fields as arguments. `extensions.items`: see limits.ts. */
  const flat = (
    operation: Operation,
    type: GraphQLOutputType = answer(operation),
    extensions: { items?: number } = {},
  ): Fields => ({
    [operation.name]: {
      type,
      extensions,
      description: operation.summary,
      args: types.arguments(operation.input),
      resolve: (_, args, context) => callOperation(operation, args, context),
    },
  });

  /** Takes the operation's fields in one argument, `input`. */
  const wrapped = (operation: Operation): Fields => ({
    [operation.name]: {
      type: answer(operation),
      description: operation.summary,
      args: { input: { type: new GraphQLNonNull(types.input(operation.input)) } },
      resolve: (_, { input }, context) => callOperation(operation, input, context),
    },
  });

  /** Answers a list as a Relay connection. `first` is the limit and `after` the cursor. */
  const connection = <T>(
    operation: Operation,
    cursorOf: (item: T) => string,
    args: Fields[string]['args'] = {},
  ): Fields => ({
    [operation.name]: {
      type: new GraphQLNonNull(types.connection(operation.output)),
      description: operation.summary,
      args: { first: { type: GraphQLInt }, after: { type: GraphQLString }, ...args },
      resolve: async (_, { first, after, ...given }, context) => {
        const argumentOf = (field: string) => ({ limit: 'first', cursor: 'after' })[field] ?? field;
        const page = (await callOperation(
          operation,
          { ...given, limit: first, cursor: after },
          context,
          argumentOf,
        )) as Page<T>;
        const hasPreviousPage = typeof after === 'string';
        return relay(page.items, cursorOf, { hasPreviousPage, next: page.nextCursor, previous: null });
      },
    },
  });

  /** Answers a list that can also be read backwards, with `last` and `before`. */
  const history = (operation: Operation): Fields => ({
    [operation.name]: {
      type: new GraphQLNonNull(types.connection(operation.output)),
      description: operation.summary,
      args: {
        first: { type: GraphQLInt },
        after: { type: GraphQLString },
        last: { type: GraphQLInt },
        before: { type: GraphQLString },
        filter: { type: types.inputObject('ChangeFilter', operation.input, ['limit', 'cursor']) },
      },
      resolve: async (_, { filter, ...given }, context) => {
        const isBackwards =
          withoutNulls(given).last !== undefined || withoutNulls(given).before !== undefined;
        const names: Record<string, string> = isBackwards
          ? { limit: 'last', cursor: 'before' }
          : { limit: 'first', cursor: 'after' };
        const argumentOf = (field: string) => names[field] ?? `filter/${field}`;
        const input = { ...(filter as Args | null), ...wayOf(withoutNulls(given)) };
        const page = (await callOperation(operation, input, context, argumentOf)) as HistoryPage<Change>;
        const cursorOf = (change: Change) => cursorAt({ towards: 'OLDER', position: positionOf(change) });
        const { nextCursor: next, previousCursor } = page;
        const previous = previousCursor && towards('OLDER', previousCursor);
        return relay(page.items, cursorOf, {
          hasPreviousPage: previous !== null,
          next: next && towards('OLDER', next),
          previous,
        });
      },
    },
  });

  /** Answers a whole list, without pages. */
  const list = (operation: Operation): Fields => ({
    [operation.name]: {
      type: new GraphQLNonNull(types.list(operation.output)),
      description: operation.summary,
      args: types.arguments(operation.input, ['limit', 'cursor']),
      resolve: async (_, args, context) =>
        ((await callOperation(operation, args, context)) as Page<unknown>).items,
    },
  });

  return { answer, flat, wrapped, connection, history, list };
}
