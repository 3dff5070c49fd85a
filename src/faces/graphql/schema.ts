import {
  GraphQLBoolean,
  type GraphQLFieldConfigMap,
  GraphQLInt,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLSchema,
  GraphQLString,
} from 'graphql';
import type { Page } from '../../schema/page.ts';
import { operations } from '../../usecases/index.ts';
import type { Caller, Deps, Operation } from '../../usecases/operation.ts';
import { encodeCursor } from '../../usecases/page.ts';
import { typeMaker } from './types.ts';

export interface Context {
  deps: Deps;
  caller: Caller;
}

type Args = Record<string, unknown>;
type Fields = GraphQLFieldConfigMap<unknown, Context>;

/** Clients send null for an option that they leave out. */
const present = (args: Args): Args => Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null));

const call = (operation: Operation, input: Args, { deps, caller }: Context) => operation.call(deps, present(input), caller);

/** The GraphQL schema: every operation as a field, its types made from the operation's shapes. */
export function graphqlSchema(): GraphQLSchema {
  const types = typeMaker();
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
  const connection = (operation: Operation, args: Fields[string]['args'], rest: (args: Args) => Args): Fields => ({
    [operation.name]: {
      type: new GraphQLNonNull(types.connection(operation.output)),
      description: operation.summary,
      args: { first: { type: GraphQLInt }, after: { type: GraphQLString }, ...args },
      resolve: async (_, { first, after, ...given }, context) =>
        relay(
          (await call(operation, { ...present(rest(given)), limit: first ?? null, cursor: after ?? null }, context)) as Page<{
            id?: string;
            accountId: string;
          }>,
        ),
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
        ...connection(operations.accounts, { labels: { type: types.json } }, (args) => args),
        ...flat(operations.executionRole, types.output(operations.executionRole.output)),
        ...list(operations.executionRoles),
        ...flat(operations.executionRoleCluster, types.output(operations.executionRoleCluster.output)),
        ...flat(operations.checkExecutionRole),
        ...connection(
          operations.changes,
          { filter: { type: types.inputObject('ChangeFilter', operations.changes.input, ['limit', 'cursor']) } },
          ({ filter }) => (filter ?? {}) as Args,
        ),
        ...flat(operations.change, types.output(operations.change.output)),
        ...flat(operations.changeProof, types.output(operations.changeProof.output)),
        ...flat(operations.auditVerification),
      },
    }),
    mutation: new GraphQLObjectType({
      name: 'Mutation',
      fields: {
        ...wrapped(operations.createExecutionRole),
        ...wrapped(operations.extendExecutionRole),
        ...wrapped(operations.ensureExecutionRole),
        ...wrapped(operations.retractCluster),
        ...wrapped(operations.putAccount),
        ...flat(operations.deleteAccount, new GraphQLNonNull(GraphQLBoolean)),
      },
    }),
  });
}

/** A page as Relay has it. Items are told apart, and pages continued, by id, or by account ID where there is none. */
function relay(page: Page<{ id?: string; accountId: string }>) {
  const cursorOf = ({ id, accountId }: { id?: string; accountId: string }) => encodeCursor(id ?? accountId);
  const edges = page.items.map((node) => ({ cursor: cursorOf(node), node }));
  return { edges, pageInfo: { hasNextPage: page.nextCursor !== null, endCursor: edges.at(-1)?.cursor ?? null } };
}
