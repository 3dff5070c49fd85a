import {
  GraphQLBoolean,
  type GraphQLFieldConfigMap,
  GraphQLID,
  GraphQLInt,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLSchema,
  GraphQLString,
} from 'graphql';
import { Fault } from '../../fault.ts';
import type { Deps } from '../../operations/call/deps.ts';
import { invalidInput } from '../../operations/call/input.ts';
import type { Operation } from '../../operations/call/operation.ts';
import { encodeCursor, timedCursor } from '../../operations/call/paging.ts';
import { cursorAt, positionOf, towards } from '../../operations/changes/history-page.ts';
import { claimCursor } from '../../operations/claims/claims.ts';
import { operations } from '../../operations/index.ts';
import { resultCursor } from '../../operations/sweeps/sweeps.ts';
import type { Caller } from '../../schema/caller.ts';
import { type Change, overridesOf } from '../../schema/change.ts';
import type { HistoryPage, Page } from '../../schema/page.ts';
import { principalsRemovedBy } from '../../schema/plan.ts';
import type { Schedule } from '../../schema/schedule.ts';
import type { Sweep, SweepResult } from '../../schema/sweep.ts';
import type { ServiceToken } from '../../schema/token.ts';
import type { DeadLetter } from '../../schema/webhook.ts';
import { subscribeToSweep } from './subscriptions.ts';
import { typeMaker } from './types.ts';

export interface Context {
  deps: Deps;
  caller: () => Caller;
  /** Aborted when the connection of a subscription is closed. */
  closed?: AbortSignal;
  /** Set once an operation of the request was permitted, and has answered. */
  isPermitted?: true;
}

type Args = Record<string, unknown>;
type Fields = GraphQLFieldConfigMap<unknown, Context>;

const accountCursor = ({ accountId }: { accountId: string }) => encodeCursor(accountId);

/** Clients send null for an option that they leave out. */
const present = (args: Args): Args => Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null && value !== undefined));

/** `argumentOf`: the argument that a field of the operation came from, where the two have different names. */
async function call(operation: Operation, input: Args, context: Context, argumentOf = (field: string) => field): Promise<unknown> {
  const output = await operation.call(context.deps, present(input), context.caller()).catch((error: unknown) => {
    throw pointToArguments(error, argumentOf);
  });
  context.isPermitted = true;
  return output;
}

/** A fault of the input points to what the caller has written. */
function pointToArguments(error: unknown, argumentOf: (field: string) => string): unknown {
  if (!(error instanceof Fault) || error.code !== 'INVALID_INPUT' || error.details.errors === undefined) return error;
  const errors = error.details.errors.map(({ pointer, message }) => ({
    pointer: pointer.replace(/^\/([^/]+)/, (_, field: string) => `/${argumentOf(field)}`),
    message,
  }));
  const isSame = errors.every(({ pointer }, i) => pointer === (error.details.errors as { pointer: string }[])[i]?.pointer);
  return isSame ? error : invalidInput(errors);
}

/** The GraphQL schema: every operation as a field, its types made from the operation's shapes. */
export function graphqlSchema(): GraphQLSchema {
  const types = typeMaker({ Change: { overrides: overridesOf }, Effects: { principalsRemoved: principalsRemovedBy } });
  const answer = (operation: Operation) => new GraphQLNonNull(types.output(operation.output));

  /** The operation's fields as arguments. */
  const flat = (operation: Operation, type: GraphQLOutputType = answer(operation)): Fields => ({
    [operation.name]: {
      type,
      description: operation.summary,
      args: types.arguments(operation.input),
      resolve: (_, args, context) => call(operation, args, context),
    },
  });

  /** The operation's fields in one argument, `input`. */
  const wrapped = (operation: Operation): Fields => ({
    [operation.name]: {
      type: answer(operation),
      description: operation.summary,
      args: { input: { type: new GraphQLNonNull(types.input(operation.input)) } },
      resolve: (_, { input }, context) => call(operation, input, context),
    },
  });

  /** A list, as a Relay connection: `first` is its limit and `after` its cursor. */
  const connection = <T>(operation: Operation, cursorOf: (item: T) => string, args: Fields[string]['args'] = {}): Fields => ({
    [operation.name]: {
      type: new GraphQLNonNull(types.connection(operation.output)),
      description: operation.summary,
      args: { first: { type: GraphQLInt }, after: { type: GraphQLString }, ...args },
      resolve: async (_, { first, after, ...given }, context) => {
        const argumentOf = (field: string) => ({ limit: 'first', cursor: 'after' })[field] ?? field;
        const page = (await call(operation, { ...given, limit: first, cursor: after }, context, argumentOf)) as Page<T>;
        const hasPreviousPage = typeof after === 'string';
        return relay(page.items, cursorOf, { hasPreviousPage, next: page.nextCursor, previous: null });
      },
    },
  });

  /** The history can be read backwards too: `last` and `before`. */
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
        const isBackwards = present(given).last !== undefined || present(given).before !== undefined;
        const names: Record<string, string> = isBackwards ? { limit: 'last', cursor: 'before' } : { limit: 'first', cursor: 'after' };
        const argumentOf = (field: string) => names[field] ?? `filter/${field}`;
        const input = { ...(filter as Args | null), ...wayOf(present(given)) };
        const page = (await call(operation, input, context, argumentOf)) as HistoryPage<Change>;
        const cursorOf = (change: Change) => cursorAt({ towards: 'OLDER', position: positionOf(change) });
        const { nextCursor: next, previousCursor } = page;
        const previous = previousCursor && towards('OLDER', previousCursor);
        return relay(page.items, cursorOf, { hasPreviousPage: previous !== null, next: next && towards('OLDER', next), previous });
      },
    },
  });

  /** All of a list at once, without pages. */
  const list = (operation: Operation): Fields => ({
    [operation.name]: {
      type: new GraphQLNonNull(types.list(operation.output)),
      description: operation.summary,
      args: types.arguments(operation.input, ['limit', 'cursor']),
      resolve: async (_, args, context) => ((await call(operation, args, context)) as Page<unknown>).items,
    },
  });

  return new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      fields: {
        ...flat(operations.account, types.output(operations.account.output)),
        ...connection(operations.accounts, accountCursor, { labels: { type: types.json } }),
        ...flat(operations.accountImport, types.output(operations.accountImport.output)),
        ...connection(
          operations.accountImportChanges,
          accountCursor,
          types.arguments(operations.accountImportChanges.input, ['limit', 'cursor']),
        ),
        ...flat(operations.executionRole, types.output(operations.executionRole.output)),
        ...list(operations.executionRoles),
        ...flat(operations.executionRoleCluster, types.output(operations.executionRoleCluster.output)),
        ...flat(operations.checkExecutionRole),
        ...connection(operations.claims, claimCursor, types.arguments(operations.claims.input, ['limit', 'cursor'])),
        ...history(operations.changes),
        ...flat(operations.change, types.output(operations.change.output)),
        ...flat(operations.changeProof, types.output(operations.changeProof.output)),
        ...flat(operations.auditVerification),
        ...connection(operations.serviceTokens, ({ name }: ServiceToken) => encodeCursor(name)),
        ...flat(operations.sweep, types.output(operations.sweep.output)),
        ...connection<Sweep>(operations.sweeps, timedCursor),
        ...connection<SweepResult>(operations.sweepResults, resultCursor, { id: { type: new GraphQLNonNull(GraphQLID) } }),
        ...flat(operations.posture),
        ...flat(operations.schedule, types.output(operations.schedule.output)),
        ...connection<Schedule>(operations.schedules, ({ name }) => encodeCursor(name)),
        ...connection<DeadLetter>(operations.deadLetters, timedCursor),
      },
    }),
    mutation: new GraphQLObjectType({
      name: 'Mutation',
      fields: {
        ...wrapped(operations.createExecutionRole),
        ...wrapped(operations.extendExecutionRole),
        ...wrapped(operations.ensureExecutionRole),
        ...wrapped(operations.retractCluster),
        ...wrapped(operations.revertChange),
        ...flat(operations.endClaim),
        ...wrapped(operations.putAccount),
        ...flat(operations.importAccounts),
        ...flat(operations.deleteAccount, new GraphQLNonNull(GraphQLBoolean)),
        ...wrapped(operations.createServiceToken),
        ...flat(operations.revokeServiceToken),
        ...wrapped(operations.startSweep),
        ...flat(operations.cancelSweep),
        ...wrapped(operations.putSchedule),
        ...flat(operations.deleteSchedule, new GraphQLNonNull(GraphQLBoolean)),
        ...flat(operations.redeliverDeadLetter),
      },
    }),
    subscription: new GraphQLObjectType({
      name: 'Subscription',
      fields: {
        sweepProgress: {
          type: answer(operations.sweep),
          description: 'The sweep now, and whenever it has changed, until it has ended',
          args: types.arguments(operations.sweep.input),
          subscribe: (_, { id }, context) => subscribeToSweep(id, context),
          resolve: (sweep) => sweep,
        },
      },
    }),
  });
}

/** Relay's arguments as limit and cursor. Fault: INVALID_INPUT where they ask for both ways at once. */
function wayOf({ first, after, last, before }: Args): Args {
  if (last === undefined && before === undefined) return { limit: first, cursor: after && towards('OLDER', String(after)) };
  const message = 'must not stand beside first or after, which lead the other way';
  if (first !== undefined || after !== undefined) throw invalidInput([{ pointer: last === undefined ? '/before' : '/last', message }]);
  return { limit: last, cursor: before === undefined ? cursorAt({ towards: 'NEWER', position: 0 }) : towards('NEWER', String(before)) };
}

/**
 * A page as Relay has it. Where a page was cut short, as too much lay between that its caller may not see, the way on begins
 * where the reading ended, and not at the last item.
 */
function relay<T>(
  items: T[],
  cursorOf: (item: T) => string,
  { next, previous, hasPreviousPage }: { next: string | null; previous: string | null; hasPreviousPage: boolean },
) {
  const edges = items.map((node) => ({ cursor: cursorOf(node), node }));
  const [startCursor, endCursor] = [previous ?? edges.at(0)?.cursor ?? null, next ?? edges.at(-1)?.cursor ?? null];
  return { edges, pageInfo: { hasNextPage: next !== null, hasPreviousPage, startCursor, endCursor } };
}
